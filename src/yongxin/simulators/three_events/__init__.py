"""Three bad events: another thought, another act, and what becomes of evening and cause."""
