"""Numbers as they are printed in both languages."""

from decimal import Decimal

from yongxin.language import LocalizedText


def plain(number: float | Decimal) -> str:
    """Return a number with a real minus sign, and never in powers of ten."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    text = f"{exact.normalize():f}"
    return "0" if text == "-0" else text.replace("-", "−")


def figure(number: float | Decimal, unit: LocalizedText | None = None) -> LocalizedText:
    """Return a number with its unit, as each language sets it."""
    digits = plain(number)
    both = {"zh-CN": digits, "en": digits}
    if unit is not None:
        both = {"zh-CN": f"{digits}{unit.zh_cn}", "en": f"{digits} {unit.en}"}
    return LocalizedText.model_validate(both)
