"""The decks' figures beside the better-known ones: the table that the claim checker reads."""

from importlib.resources import files


def deck_facts() -> bytes:
    """Return the table as it is written, with its first line that says what it is."""
    return files("yongxin.simulators.claim_checker").joinpath("facts.csv").read_bytes()
