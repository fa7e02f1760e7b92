"""PDFs: what somebody writes stands in them letter by letter, whatever it looks like."""

import io
import json
import subprocess
import sys
from typing import Any

import pypdf
import pytest

from yongxin.pdf import NoChineseFont, NotMade, TookTooLong, make_pdf, make_pdfs, making
from yongxin.pdf.typesetting import CHINESE_FONTS, FontMissing, chinese_font, printable

HOSTILE = [
    '#include "/etc/passwd"',
    '#read("/etc/passwd")',
    '#import "@preview/evil:0.1.0": *',
    '#{panic()} #let x = 1; #eval("1")',
    "$x^2$ *粗* _斜_ `码` <label> @ref ~ -- ---",
    "= 不是标题",
    "- 不是单子",
    "+ 不是单子",
    "/ 不是: 词条",
    "// 不是注释",
    "/* 不是注释 */",
    "\\u{41} \\# \\",
    "“引号” \"quotes\" 'single'",
    "https://evil.example/路",
    "]]} [[{ )",
    "{{ 7*7 }} {% raw %} ${7*7} %s",
    "<script>alert(1)</script> &lt;",
]


def document(*texts: str, **more: Any) -> dict[str, Any]:
    fields = [{"label": f"field {number}", "lines": [one]} for number, one in enumerate(texts)]
    return {
        "lang": "zh-CN",
        "title": "我的行动计划",
        "lead": "一句话。",
        "name": "林夏",
        "made": "2026年11月22日",
        "dates": None,
        "modules": [{"title": "看两遍", "entries": [{"prompt": "写三条。", "fields": fields}]}],
        **more,
    }


def read(made: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return "\n".join(page.extract_text() for page in pages)


def bare(text: str) -> str:
    return "".join(text.split())


def test_what_is_written_stands_there_and_is_never_a_command() -> None:
    shown = bare(read(make_pdf("plan", document(*HOSTILE))))
    for text in HOSTILE:
        assert bare(text) in shown


def test_names_titles_and_labels_are_no_commands_either() -> None:
    evil = '#panic() = $x$ "*"'
    data = document("x", title=evil, name=evil, lead=evil, made=evil)
    data["modules"][0] |= {"title": evil}
    data["modules"][0]["entries"][0] |= {"prompt": evil}
    data["dates"] = {"title": evil, "columns": [evil, evil], "rows": [[evil, evil]]}
    assert bare(read(make_pdf("plan", data))).count(bare(evil)) >= 8


@pytest.mark.parametrize(("language", "tag"), [("zh-CN", "zh-CN"), ("en", "en-GB")])
def test_a_pdf_has_a_title_a_language_and_a_structure(language: str, tag: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(make_pdf("plan", document("x", lang=language))))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "我的行动计划"
    assert reader.metadata.author == "林夏"
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert [one.title for one in reader.outline if not isinstance(one, list)]


def test_lines_stay_lines_and_a_word_without_end_is_broken() -> None:
    data = document("x")
    long = "https://example.org/" + "a" * 400
    data["modules"][0]["entries"][0]["fields"] = [{"label": "l", "lines": ["一", "", long]}]
    pages = pypdf.PdfReader(io.BytesIO(make_pdf("plan", data))).pages
    shown = pages[0].extract_text()
    assert bare(long) in bare(shown)
    assert max(len(line) for line in shown.splitlines()) < 120


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x07\x1b",
        "\ud800",
        "\ufffe\uffff",
        "\u202egnp.exe",
        "\u200b" * 50,
        "😀☃𠮷ﷺ",
        "a" + "\u0301" * 300,
    ],
    ids=ascii,
)
def test_characters_that_no_font_has_keep_nobody_from_a_pdf(text: str) -> None:
    assert "后面" in read(make_pdf("plan", document(f"前面{text}后面")))


def test_what_cannot_be_seen_is_left_out() -> None:
    assert printable({"a": ["x\u202e\x00y", 1, None]}) == {"a": ["xy", 1, None]}
    assert printable("中" * 100) == "中" * 100


def test_a_long_plan_is_made_in_time() -> None:
    texts = ["住户等了二十分钟，我先道歉，再说清情况。" * 250] * 40
    assert len(pypdf.PdfReader(io.BytesIO(make_pdf("plan", document(*texts)))).pages) > 50


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TookTooLong):
        make_pdf("plan", document("x"), seconds=0.01)


def test_a_machine_without_chinese_fonts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FontMissing):
        chinese_font(["DejaVu Sans", "Noto Sans CJK JP"])

    def without(*command: Any, **options: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, making.NO_CHINESE_FONT, b"", b"")

    monkeypatch.setattr(making.subprocess, "run", without)
    with pytest.raises(NoChineseFont):
        make_pdf("plan", document("x"))


def test_the_first_font_of_the_list_that_is_there_is_taken() -> None:
    assert chinese_font(["SimSun", "microsoft yahei", "Arial"]) == "microsoft yahei"
    assert chinese_font(CHINESE_FONTS) == CHINESE_FONTS[0]


def test_what_goes_wrong_is_told_without_the_text() -> None:
    data = document("mein Geheimnis")
    del data["modules"][0]["title"]
    with pytest.raises(NotMade) as failed:
        make_pdf("plan", data)
    assert "TypstError" in str(failed.value)
    assert "Geheimnis" not in str(failed.value)


def test_the_process_reads_nothing_but_its_input(tmp_path: Any) -> None:
    # A folder that happens to hold a module of one of our names must not be taken for it.
    (tmp_path / "typst.py").write_text("raise SystemExit(9)", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "yongxin.pdf", "plan"],
        input=json.dumps(document("x")).encode(),
        capture_output=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout.startswith(b"%PDF-")


def certificate(name: str) -> dict[str, Any]:
    return {
        "lang": "zh-CN",
        "course": "用心服务",
        "titles": ["结业证书", "Certificate"],
        "name": name,
        "statements": ["完成了。", "Done."],
        "facts": [["证书编号", "YX-2026-000123-6"]],
        "check": {"text": "查验", "address": "https://learn.example.com/verify", "qr": "二维码"},
        "qr": {"size": 2, "runs": [[0, 0, 2], [1, 1, 1]]},
    }


def test_many_are_made_one_after_another_and_not_mixed_up() -> None:
    names = [f"学员{number}号" for number in range(3)]
    made = list(make_pdfs("certificate", (certificate(name) for name in names)))
    for name, pdf in zip(names, made, strict=True):
        shown = read(pdf)
        assert name in shown
        assert sum(other in shown for other in names) == 1


@pytest.mark.parametrize("name", ["W" * 256, "长" * 256, "#panic()", "李 明"])
def test_a_certificate_has_one_page_whatever_the_name(name: str) -> None:
    (made,) = make_pdfs("certificate", [certificate(name)])
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert len(reader.pages) == 1
    assert bare(name) in bare(reader.pages[0].extract_text())


def test_many_are_given_up_like_one() -> None:
    with pytest.raises(TookTooLong):
        list(make_pdfs("certificate", [certificate("x")], seconds=0.01))
    with pytest.raises(NotMade, match="exit code 4"):
        list(make_pdfs("certificate", [{}]))
