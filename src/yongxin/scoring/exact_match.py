"""All or nothing: the response is the key."""


def exact_match(key: str, response: str) -> float:
    """Return 1 when ``response`` is ``key``, else 0.

    The rule of QTI's ``match_correct`` response processing template.
    """
    return 1.0 if response == key else 0.0
