"""How sure a projection is: models of its drivers, draws from them, and how likely a target is."""
