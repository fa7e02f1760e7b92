"""How many squares a grid holds, size by size."""
