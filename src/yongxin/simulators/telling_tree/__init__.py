"""How many people hear of a dissatisfaction, in two readings of one sentence."""
