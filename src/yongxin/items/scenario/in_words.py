"""What choices changed and how a scenario ended, in words: for the page that tells a grade."""

from collections.abc import Mapping

from yongxin.items.figure import plain
from yongxin.items.scenario.public import EndingVerdict, ScenarioVerdict
from yongxin.language import Language
from yongxin.text import interface_text


def change_in_words(
    effects: Mapping[str, float], names: Mapping[str, str], language: Language
) -> str:
    """Say what a choice changed: ``What it changed: Trust +1, Safety −3.``."""
    text = interface_text(language)
    told = [
        text("scenario.change", meter=names[meter], change=signed(by))
        for meter, by in effects.items()
        if by
    ]
    if not told:
        return text("scenario.no-change")
    return text("scenario.changes", changes=text("scenario.joint").join(told))


def ending_in_words(
    ending: EndingVerdict,
    told: ScenarioVerdict,
    names: Mapping[str, str],
    language: Language,
    *,
    counted: int | None,
) -> str:
    """Say how it ended: which time counted, what fell too low, the rating, what led to it.

    ``counted`` is the number of the time, ``None`` if it was the only one.
    """
    text = interface_text(language)
    sentences: list[str] = []
    if counted is not None:
        sentences.append(text("scenario.counted", number=counted))
    if told.meters is not None:
        standing = [
            text("scenario.standing", meter=names[meter], value=plain(value))
            for meter, value in told.meters.items()
        ]
        sentences.append(text("scenario.in-the-end", meters=text("scenario.joint").join(standing)))
    if told.failed is not None:
        sentences.append(text("scenario.failed", name=names[told.failed]))
    sentences.append(text("scenario.rated", rating=text(f"scenario.rating.{ending.rating}")))
    chain = [
        text("scenario.chain-step", step=text(f"scenario.chain.{step}"), text=words)
        for step, words in ending.chain.items()
    ]
    sentences.append(text("scenario.chain-told", chain=" → ".join(chain)))
    return ("" if language == "zh-CN" else " ").join(sentences)


def signed(by: float) -> str:
    """Return a change as it is printed: ``+1``, ``−3``."""
    return f"+{plain(by)}" if by > 0 else plain(by)
