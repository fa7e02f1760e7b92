"""How many choices each person has when people share what is on offer."""
