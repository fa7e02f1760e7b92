"""Claims of the decks beside the better-known sources: judge first, then turn the card."""
