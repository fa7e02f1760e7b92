"""A force field: what pushes a change, what holds it back, and where that leaves it."""
