"""The words of the interface exist in both languages and take the same values."""

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

CHINESE = re.compile(r"[一-鿿]")
SPACE_BESIDE_CHINESE = re.compile(r"[一-鿿] +[A-Za-z0-9]|[A-Za-z0-9] +[一-鿿]")
HALF_WIDTH = re.compile(r"[一-鿿] ?[,;:!?]|[,;:!?] ?[一-鿿]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_file_has_its_twin(repository: Path) -> None:
    folder = repository / "src" / "yongxin" / "text"
    areas = {
        language: {
            one.name.removesuffix(f".{language}.yaml") for one in folder.glob(f"*.{language}.yaml")
        }
        for language in LANGUAGES
    }
    assert areas["en"] == areas["zh-CN"]
    assert areas["en"]


def test_both_languages_have_the_same_keys() -> None:
    english, chinese = interface_text("en"), interface_text("zh-CN")
    assert english.keys() == chinese.keys()
    assert len(english.keys()) > 100


def test_both_languages_take_the_same_values() -> None:
    english, chinese = interface_text("en").area(""), interface_text("zh-CN").area("")
    differ = [key for key in english if placeholders(english[key]) != placeholders(chinese[key])]
    assert not differ


@pytest.mark.parametrize("language", get_args(Language))
def test_no_text_is_empty_or_a_stray_null(language: Language) -> None:
    texts = interface_text(language).area("")
    assert not [key for key, text in texts.items() if not text.strip() or text == "None"]


def test_english_holds_no_chinese() -> None:
    # The language switch names each language in itself.
    texts = interface_text("en").area("")
    found = {key: text for key, text in texts.items() if CHINESE.search(text)}
    assert set(found) <= {key for key in found if "中文" in found[key]}


def test_chinese_is_set_as_chinese() -> None:
    texts = interface_text("zh-CN").area("")
    assert sum(bool(CHINESE.search(text)) for text in texts.values()) > 100
    wrong = [
        f"{key}: {text}"
        for key, text in texts.items()
        if SPACE_BESIDE_CHINESE.search(text) or HALF_WIDTH.search(text)
    ]
    assert not wrong
