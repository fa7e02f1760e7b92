"""The curve of a change: how people's energy falls and rises, and how late others are on it."""
