"""Judging a claim and saying why: half for the verdict, half for the reason beside it."""


def verdict_and_reason(verdict: bool, reason: bool) -> float:
    """Return ½ for a right verdict, 1 for a right verdict with the right reason, else 0.

    The reason counts only beside the right verdict: in two-tier diagnostic items, from which this
    form comes, the second tier is the reason *for the answer given* to the first, so a right reason
    for a wrong verdict contradicts itself (D. F. Treagust, "Development and use of diagnostic tests
    to evaluate students' misconceptions in science", International Journal of Science Education 10
    (1988), 159–169). There, only both together count. The half for the verdict alone is this
    course's own rule, ½ + ½.
    """
    if not verdict:
        return 0.0
    return 1.0 if reason else 0.5
