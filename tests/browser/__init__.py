"""A package, so that its browser is shut down before the tests of other folders begin."""
