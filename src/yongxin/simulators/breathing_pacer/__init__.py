"""A pace for slow breathing: so long in, so long out, so many times."""
