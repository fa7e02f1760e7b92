"""All variants of calculated items are reckoned when the content is checked."""

import shutil
from pathlib import Path

import pytest

from yongxin.content.load import examine_content


@pytest.fixture
def items_file(sample_content: Path, tmp_path: Path) -> Path:
    content = tmp_path / "content"
    shutil.copytree(sample_content, content)
    return content / "z3-water" / "items.yaml"


def test_all_variants_are_examined_and_counted(sample_content: Path) -> None:
    examination = examine_content(sample_content)
    assert examination.findings == ()
    assert examination.examined["variants"] == 5 * 4 * 6 + 9 * 13


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "bounds: {minimum: 5, maximum: 120}",
            "bounds: {minimum: 5, maximum: 119}",
            "bounds: the answer is 120 for litres = 3000, homes = 10, use = 2.5; the bounds are 5",
        ),
        (
            "formula: litres / (homes * use)",
            "formula: litres / use / homes + 0 / (homes - 20)",
            "formula: litres / use / homes + 0 / (homes - 20) has no value for litres = 1000,",
        ),
        (
            "decimals: 2 ",
            "decimals: 0 ",
            "decimals: the explanation would show 33, which is not within the tolerance",
        ),
        (
            "    - formula: litres / homes",
            "    - formula: litres / homes / use",
            "mistakes[1]: is right in every variant",
        ),
        (
            "    - formula: litres / homes",
            "    - formula: ln(use - 3)",
            "mistakes[1]: ln(use - 3) has no value for litres = 1000",
        ),
    ],
)
def test_a_wrong_variant_is_found_among_all(
    items_file: Path, before: str, after: str, told: str
) -> None:
    text = items_file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    items_file.write_text(text.replace(before, after), encoding="utf-8")
    examination = examine_content(items_file.parents[1])
    words = [f"{one.field}: {one.message}" for one in examination.findings]
    assert len(words) == 1
    assert words[0].startswith(told)
    line = text.splitlines()[examination.findings[0].line - 1]
    assert line.strip().startswith(told.split(":", maxsplit=1)[0].partition("[")[0])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("- {id: homes, from: 10,", "- {id: Homes, from: 10,", "a lowercase word, such as floors"),
        ("      rule: number\n", "      rule: numbr\n", "numbr"),
        ("limit: 3 ", "limits: 3 ", "limits"),
    ],
)
def test_slips_are_told_with_what_is_allowed(
    items_file: Path, before: str, after: str, told: str
) -> None:
    text = items_file.read_text(encoding="utf-8")
    assert before in text
    items_file.write_text(text.replace(before, after, 1), encoding="utf-8")
    findings = examine_content(items_file.parents[1]).findings
    assert any(told in f"{one.found} {one.message} {one.nearest}" for one in findings)
