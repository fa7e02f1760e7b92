"""How sure somebody is, beside how often they are right."""
