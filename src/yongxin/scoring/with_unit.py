"""A number is half of an answer where its unit is asked as well."""

#: What is left of a number's share when its unit is the wrong one.
WRONG_UNIT = 0.5


def with_unit(ratio: float, *, right_unit: bool) -> float:
    """Return what a number earns together with its unit: all with the right one, else half.

    ``ratio`` is what the number alone earns. Moodle's numerical question with a unit penalty of
    0.5 "as a fraction of the response grade".
    """
    return ratio if right_unit else ratio * WRONG_UNIT
