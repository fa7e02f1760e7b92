"""Two charts of four fields each: oneself, and one's project."""
