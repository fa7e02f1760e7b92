"""What was perceived minus what was expected, weighted by what matters to the customer."""
