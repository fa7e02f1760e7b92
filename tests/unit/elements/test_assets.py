"""What a browser loads: one script of closed modules, one scoped style sheet, words for both."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from support.sample_elements import sample_items
from yongxin.elements import assets
from yongxin.elements.review.schedule import GRADES
from yongxin.items import ITEM_TYPES
from yongxin.items.ordering import Scoring
from yongxin.items.scenario.public import Rating, ResponseMode, Skill
from yongxin.items.scenario.written import Chain
from yongxin.language import LANGUAGES
from yongxin.text import interface_text

PACKAGE = Path(str(files("yongxin")))
SCRIPTS = sorted([*PACKAGE.glob("elements/*/*.js"), *PACKAGE.glob("items/*/*.js")])
SCRIPTS = [path for path in SCRIPTS if path.parent.name != "vendor"]
STYLES = sorted([*PACKAGE.glob("elements/*/*.css"), *PACKAGE.glob("items/*/*.css")])

#: Keys that a script puts together, and what stands in the place of the expression.
#: What can be asked for by an id that nothing carries.
KINDS = ("item", "reflection", "simulator", "assessment")

CHOICES = {
    "element.status.${condition.state}": (
        failures := [
            "offline",
            "busy",
            "full",
            "unavailable",
            "signed-out",
            "somebody-else",
            "kernel",
        ]
    ),
    "element.status.${reason}": failures,
    "element.saved.${standing}": (
        standings := [
            "answered",
            "partly",
            "unanswered",
            "complete",
            "begun",
            "kept",
            "untouched",
            "settings",
            "unfinished",
            "result",
            "locked",
        ]
    ),
    "element.noted.${standing}": standings,
    "element.submit.failed.${reason}": [*failures, "exchange", "unsaved"],
    "scenario.mode.${mode}": list(get_args(ResponseMode)),
    "scenario.skill.${skill}": list(get_args(Skill)),
    "scenario.chain.${step}": list(Chain.model_fields),
    "scenario.rating.${told.rating}": list(get_args(Rating)),
    "element.progress.${key}": ["untouched", "begun", "done"],
    "review.page.noted.${name}": list(GRADES),
    "review.page.end.${state}": ["more", "done", "nothing"],
}


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)


def test_every_script_and_style_sheet_is_in_the_bundle() -> None:
    assert len(SCRIPTS) > 15
    for path in SCRIPTS:
        assert f"// {path.relative_to(PACKAGE).as_posix()}\n" in assets.script(with_extras=True)
    for path in STYLES:
        assert assets.bare(path.read_text(encoding="utf-8")) in assets.style()


def test_what_few_pages_need_is_not_sent_to_all() -> None:
    mark = "// elements/runtime/pacer.js\n"
    assert mark in assets.extra_script("pacer")
    assert mark not in assets.script()
    with pytest.raises(KeyError):
        assets.extra_script("../../items/base")


def test_what_is_left_out_of_scripts_is_comment_and_indentation() -> None:
    """A template that runs over several lines would lose more; then so would its reader."""
    for path in SCRIPTS:
        source = path.read_text(encoding="utf-8")
        for line in without_comments(source).splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"
            assert not line.endswith("\\"), f"{path.name}: {line}"
        kept = assets.bare(source)
        squeezed = [re.sub(r"\s+", "", without_comments(text)) for text in (source, kept)]
        assert squeezed[0] == squeezed[1], path.name
        assert not re.search(r"^\s|^/\*\*$|^//", kept, re.MULTILINE)


def test_every_item_type_has_a_view() -> None:
    for one in ITEM_TYPES:
        folder = PACKAGE / "items" / one.name.replace("-", "_")
        assert {"view.html", "view.js", "view.css"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_imports_nothing_and_exports_by_name(path: Path) -> None:
    source = without_comments(path.read_text(encoding="utf-8"))
    assert not re.search(r"^import\b|\bimport\(", source, re.MULTILINE)
    exports = re.findall(r"^export\b.*", source, re.MULTILINE)
    assert exports
    for line in exports:
        assert re.match(r"export (async )?(function|const|class) \w+", line), line
    assert "innerHTML" not in source or path.name == "comm.js"
    assert ".style=" not in source.replace(" ", "")
    assert 'setAttribute("style"' not in source


def test_the_version_follows_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.version()
    assert re.fullmatch(r"[0-9a-f]{16}", before)
    assets.version.cache_clear()
    assert assets.version() == before
    assets.version.cache_clear()
    monkeypatch.setattr(assets, "style", lambda: "p { color: red }")
    assert assets.version() != before
    assets.version.cache_clear()


def test_a_library_is_known_by_its_name() -> None:
    assert "plotly.js (basic" in assets.library("plotly")[:200]
    # Only as the first line does it tell browsers anything.
    assert assets.library("plotly").startswith("//# allFunctionsCalledOnLoad\n")
    with pytest.raises(KeyError):
        assets.library("../../items/base")


def test_the_licence_of_a_library_comes_with_it() -> None:
    licence = (PACKAGE / "elements" / "vendor" / "plotly-LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT" in licence
    version = re.search(r"v(\d+\.\d+\.\d+)", assets.library("plotly")[:200])
    assert version
    readme = (PACKAGE / "elements" / "vendor" / "README.md").read_text(encoding="utf-8")
    assert version[1] in readme


# -- words ----------------------------------------------------------------------------------------


def keys_in_scripts() -> set[str]:
    keys: set[str] = set()
    areas = "|".join(area.rstrip(".") for area in assets.TEXT_AREAS)
    for path in SCRIPTS:
        source = path.read_text(encoding="utf-8")
        keys |= set(re.findall(rf'"((?:{areas})\.[a-z.-]+)"', source))
        for pattern in re.findall(rf"`((?:{areas})\.[^`]+)`", source):
            keys |= {re.sub(r"\$\{.*\}", value, pattern) for value in CHOICES[pattern]}
    return keys


def keys_in_templates() -> set[str]:
    keys: set[str] = set()
    for path in [*PACKAGE.glob("elements/*/*.html"), *PACKAGE.glob("items/*/*.html")]:
        keys |= set(re.findall(r'text\("([a-z.-]+[a-z])"[,)]', path.read_text(encoding="utf-8")))
    return keys


def keys_in_python() -> set[str]:
    sources = [*PACKAGE.glob("elements/**/*.py"), PACKAGE / "verbs.py", PACKAGE / "desk.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    keys = set(re.findall(r'"((?:element|response|refused|scoring)\.[a-z.-]*[a-z])"', text))
    keys |= {f"refused.{code}" for code in re.findall(r'RefusedEvent\(\s*"([a-z-]+)"', text)}
    refusing = [*PACKAGE.glob("items/**/*.py"), *PACKAGE.glob("catalogue/*.py")]
    items = "\n".join(path.read_text(encoding="utf-8") for path in refusing)
    keys |= {f"response.{code}" for code in re.findall(r'MalformedResponse\("([a-z-]+)"', items)}
    keys |= {f"element.unknown.{kind}" for kind in KINDS}
    keys |= {f"scoring.{one.public().rule}" for one in sample_items().values()}
    keys |= {f"scoring.{rule}" for rule in get_args(Scoring)}
    keys |= {f"element.submit.needs-confirmation.{code}" for code in ("incomplete", "late")}
    keys |= set(re.findall(r'"(scenario\.[a-z.-]+)"', items))
    for item_type in ITEM_TYPES:
        if item_type.name != "scenario":
            keys.add(f"quiz.{item_type.name}.instruction")
    return keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_used_has_words(language) -> None:
    text = interface_text(language)
    scripts, templates, python = keys_in_scripts(), keys_in_templates(), keys_in_python()
    assert len(scripts) > 60
    assert len(templates) > 15
    assert len(python) > 25
    missing = sorted(key for key in scripts | templates | python if key not in text)
    assert missing == []
    sent = assets.browser_text(language)
    assert sorted(key for key in scripts if key not in sent) == []


def test_every_text_is_used() -> None:
    used = keys_in_scripts() | keys_in_templates() | keys_in_python()
    used |= {"quiz.practice", "quiz.graded", "scenario.practice", "scenario.graded"}
    areas = (*assets.TEXT_AREAS, "scoring.", "response.", "refused.")
    assert sorted(set(interface_text("en").area(*areas)) - used) == []


# -- colours --------------------------------------------------------------------------------------

GROUNDS = {
    "--yx-ink": ["paper", "surface", "brand-soft", "warm-soft", "wrong-soft"],
    "--yx-muted": ["paper", "surface"],
    "--yx-brand": ["paper", "surface", "brand-soft"],
    "--yx-right": ["surface", "brand-soft"],
    "--yx-warm": ["paper", "surface", "warm-soft"],
    "--yx-wrong": ["surface", "wrong-soft"],
    "--yx-brand-ink": ["brand"],
    # Figures write on their bars in the colour of the surface.
    "--yx-surface": ["warm", "brand", "focus", "muted"],
}
#: Edges of controls and the focus ring need 3, not 4.5.
EDGES = {"--yx-edge": ["paper", "surface"], "--yx-focus": ["paper", "surface"]}


def themes() -> dict[str, dict[str, str]]:
    sheet = (PACKAGE / "elements" / "runtime" / "tokens.css").read_text(encoding="utf-8")
    bodies = re.findall(r"\{([^{}]*--yx-ink:[^{}]*)\}", sheet)
    found = [dict(re.findall(r"(--yx-[a-z-]+):\s*(#[0-9a-f]{6})", body)) for body in bodies]
    assert len(found) == 4
    return dict(zip(("light", "dark", "lab light", "lab dark"), found, strict=True))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_stands_out_from_every_ground(theme: str) -> None:
    tokens = themes()[theme]
    for pairs, least in ((GROUNDS, 4.5), (EDGES, 3)):
        for ink, grounds in pairs.items():
            for ground in grounds:
                ratio = contrast(tokens[ink], tokens[f"--yx-{ground}"])
                assert ratio >= least, f"{theme}: {ink} on {ground}: {ratio:.2f}"


def test_jupyterlab_gets_the_same_two_themes() -> None:
    found = themes()
    assert found["lab light"] == found["light"]
    assert found["lab dark"] == found["dark"]


def test_styles_keep_to_our_own_elements() -> None:
    sheet = without_comments(assets.style())
    selectors = [one.strip() for one in re.findall(r"([^{}]+)\{", sheet)]
    assert len(selectors) > 100
    for selector in selectors:
        first = selector.split(",", maxsplit=1)[0]
        assert re.match(r"(@|\.yongxin|:root|\[data-jp-theme-light|\[data-yongxin)", first), (
            selector
        )


def test_no_address_is_in_scripts_or_styles() -> None:
    for one in (assets.script(), assets.style()):
        assert not re.search(r"https?://|url\(", one)
