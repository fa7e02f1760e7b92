"""Who comes back after a complaint: solved at once, solved later, not solved."""
