"""Partial credit for pairs: what pure guessing would get right on average is worth nothing."""


def corrected_for_guessing(share: float, choices: int) -> float:
    """Return ``max(0, (share − 1/choices) / (1 − 1/choices))``.

    ``share`` of the entries, between 0 and 1, got what belongs to them; each could be given any of
    ``choices`` matches or categories, which are two or more. Guessing gets 1/choices right on
    average and so earns nothing; an entry left open counts as wrong. When no entry is open this is
    the classical correction for guessing, right − wrong/(choices − 1), divided by the number of
    entries: K. J. Holzinger, "On scoring multiple response tests", Journal of Educational
    Psychology 15 (1924), 445–447; see J. Diamond and W. Evans, "The correction for guessing",
    Review of Educational Research 43 (1973), 181–191. The lower bound of 0 is QTI's usual one.
    """
    # The same fraction without 1/choices, which binary floats cannot hold: 1 stays exactly 1.
    return max(0.0, (share * choices - 1) / (choices - 1))
