"""What a plan's targets would take: the net migration that each needs, beside what was seen."""
