"""The complaints that one hears, and the dissatisfaction that one does not."""
