"""Who counts as a customer, when a few characters of the definition are struck out."""
