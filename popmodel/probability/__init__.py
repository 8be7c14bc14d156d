"""The probabilistic layer: how sure a projection is, and how likely a target."""
