"""How long the last five requests waited for a first answer."""
