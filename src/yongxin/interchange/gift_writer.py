"""Writing GIFT, as Moodle reads it (``question/format/gift/format.php`` and its plugins)."""

from yongxin.interchange.from_items import NotPortable, Portable
from yongxin.interchange.question import (
    Choice,
    Embedded,
    Matching,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.rich_text import to_html
from yongxin.items.figure import plain

_ESCAPES = str.maketrans({one: f"\\{one}" for one in "\\#=~{}:"} | {"\n": "\\n"})


def category(path: str) -> str:
    """Return the line that puts what follows into a category."""
    return f"$CATEGORY: $course$/top/{' '.join(path.replace('/', '//').split())}\n"


def write(portable: Portable) -> str:
    """Return one question. Raises ``NotPortable``; adds to the losses what GIFT cannot carry."""
    question = portable.question
    body = _body(question, portable.losses)
    if question.mark not in (None, 1):
        portable.losses.append("its points stand in a tag only: GIFT has no marks")
    tags = "".join(f" [tag:{one}]" for one in question.tags)
    # Here [html] stands before every text, one that begins with [ or % too: no second is needed.
    stem = to_html(question.stem).translate(_ESCAPES)
    return (
        f"// [id:{question.id}]{tags}\n"
        f"::{question.name.translate(_ESCAPES)}::[html]{stem}{{{body}}}\n"
    )


def _body(question: Question, losses: list[str]) -> str:
    body = question.body
    # Moodle looks for the last ####, and for it alone.
    explanation = _text(question.explanation)
    general = f"####{explanation}" if explanation else ""
    if isinstance(body, TrueFalse):
        feedback = f"#{_text(body.wrong)}" + (f"#{_text(body.right)}" if body.right else "")
        return f"{'TRUE' if body.truth else 'FALSE'}{feedback}{general}"
    lines = _lines(body, losses)
    return "\n".join([lines[0], *(f"\t{one}" for one in lines[1:]), f"\t{general}", ""])


def _lines(
    body: Choice | Numerical | ShortAnswer | Matching | Ordering | Embedded, losses: list[str]
) -> list[str]:
    """Return what stands right after the brace, and a line for each answer."""
    if isinstance(body, Choice):
        return ["", *_choices(body)]
    if isinstance(body, Numerical):
        if body.units:
            losses.append(f"the unit {' / '.join(body.units)} is left out: GIFT has none")
        return ["#", *_numbers(body)]
    if isinstance(body, ShortAnswer):
        return [
            "",
            *(
                f"={_weight(one.fraction)}{literal(one.text).translate(_ESCAPES)}"
                f"#{_text(one.feedback)}"
                for one in body.answers
            ),
        ]
    if isinstance(body, Matching):
        return ["", *_pairs(body)]
    if isinstance(body, Ordering):
        head = f">{len(body.entries)} ALL VERTICAL {body.grading} SHOW none"
        return [head, *(_raw(to_html(one)) for one in body.entries)]
    raise NotPortable("GIFT has no embedded answers; Moodle XML has")


def _choices(body: Choice) -> list[str]:
    lines: list[str] = []
    for one in body.answers:
        # Without any = Moodle lets people choose several, whose weights add up.
        sign = "=" if body.single and one.fraction == 1 else "~"
        weight = "" if sign == "=" or one.fraction == 0 else _weight(one.fraction)
        lines.append(f"{sign}{weight}{_text(one.text)}#{_text(one.feedback)}")
    return lines


def _numbers(body: Numerical) -> list[str]:
    return [
        f"={_weight(one.fraction)}{_digits(one.value)}:{_digits(one.tolerance)}"
        f"#{_text(one.feedback)}"
        for one in body.answers
        if one.value is not None
    ]


def _pairs(body: Matching) -> list[str]:
    lines: list[str] = []
    for entry, match in body.pairs:
        left, right = _text(entry), _text(match)
        if "->" in left or "->" in right:
            raise NotPortable("a text holds ->, which separates pairs in GIFT")
        lines.append(f"={left} -> {right}")
    return lines


def _text(wording: Wording) -> str:
    return _typed(to_html(wording)).translate(_ESCAPES) if wording else ""


def _typed(html: str) -> str:
    # Moodle would take [plain] at the beginning for the name of a format, and %50% for a weight.
    return f"[html]{html}" if html[:1] in ("[", "%") else html


def _raw(html: str) -> str:
    """Return an entry of an order: its reader in Moodle knows no escapes, but entities."""
    for character in "{}\\":
        html = html.replace(character, f"&#{ord(character)};")
    return html.replace("//", "&#47;/") if html.startswith("//") else html


def literal(text: str) -> str:
    """Return a short answer in which a star is a star."""
    return text.replace("*", "\\*")


def _weight(fraction: float) -> str:
    return f"%{round(fraction * 100, 5):g}%"


def _digits(number: float | None) -> str:
    return "*" if number is None else plain(number).replace("−", "-")
