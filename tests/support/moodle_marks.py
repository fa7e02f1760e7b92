"""How Moodle marks a question, written from its published rules, to compare with ours."""

from collections.abc import Collection, Sequence

from yongxin.interchange.question import Answer, Choice, Embedded, Matching, Numerical


def chosen(body: Choice, places: Collection[int]) -> float:
    """Several: fractions add up, between 0 and 1 (``qtype_multichoice_multi_question``)."""
    return min(1.0, max(0.0, sum(body.answers[place].fraction for place in places)))


def one(body: Choice, place: int) -> float:
    """One: its fraction, at least 0 in a quiz."""
    return max(0.0, body.answers[place].fraction)


def number(body: Numerical, value: float) -> float:
    """The first answer that fits (``qtype_numerical_question::get_matching_answer``)."""
    for answer in body.answers:
        if answer.value is None or abs(value - answer.value) <= answer.tolerance + 1e-9:
            return answer.fraction
    return 0.0


def matched(body: Matching, choices: Sequence[object]) -> float:
    """Each entry weighs the same; entries without a text only offer their match."""
    right = [match for entry, match in body.pairs if entry]
    return sum(a == b for a, b in zip(right, choices, strict=True)) / len(right)


def embedded(body: Embedded, marks: Sequence[float]) -> float:
    """Gaps weigh what stands before their colon (``qtype_multianswer_question``)."""
    weights = [gap.weight for gap in body.gaps]
    return sum(w * m for w, m in zip(weights, marks, strict=True)) / sum(weights)


def best(answers: Sequence[Answer]) -> int:
    """Return the place of the best answer."""
    return max(range(len(answers)), key=lambda place: answers[place].fraction)
