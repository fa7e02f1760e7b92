"""A bucket with a hole: what a yearly loss leaves, and what keeps the level."""
