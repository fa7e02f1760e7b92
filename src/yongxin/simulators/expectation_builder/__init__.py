"""Where an expectation comes from: four voices, each with its share."""
