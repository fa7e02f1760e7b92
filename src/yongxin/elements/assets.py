"""What a browser loads: a script, a style sheet, and what only some pages or views ask for.

Every view stands beside its element as a plain ES module with named exports and no imports. Here
they are joined into one module, each in a scope of its own: the site serves it as one file, and
the same text is what an anywidget runs.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files

from yongxin.items import ITEM_TYPES
from yongxin.language import Language
from yongxin.text import interface_text

_RUNTIME = (
    "dom",
    "status",
    "queue",
    "shelf",
    "waiting",
    "news",
    "charts",
    "confirming",
    "runtime",
    "stage",
    "server",
    "http",
    "comm",
)
#: What few pages need, and those load by itself before the runtime.
_EXTRAS = ("pacer",)
_VIEWS = (
    "quiz",
    "withdrawn",
    "reflection",
    "kept",
    "simulator",
    "assessment",
    "review",
    "submission",
    "progress",
)
_STYLES = ("tokens", "frame")

#: The libraries that a view may ask for, loaded when the first view does.
LIBRARIES = {"plotly": "plotly-basic.min.js"}

#: The areas of the interface text that scripts use.
TEXT_AREAS = (
    "element.",
    "quiz.",
    "reflection.",
    "kept.page.",
    "scenario.",
    "simulator.",
    "assessment.page.",
    "review.page.",
)

#: The same for a page without elements: it may still have to send what waits from another one.
WAITING_AREAS = (
    "element.waiting.",
    "element.refusals.",
    "element.status.",
    "element.sign-in",
)

#: Lets browsers that know it compile all of a script while it arrives, beside the page's thread.
#: Else they compile function by function on that thread: plotly takes it ten times as long.
_COMPILE_AT_ONCE = "//# allFunctionsCalledOnLoad\n"

#: Where a script finds the modules that were loaded before it.
_BEFOREHAND = "globalThis.yongxinExtras"

_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)

_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*$", re.MULTILINE)


@cache
def script(*, with_extras: bool = False) -> str:
    """Return the ES module: it mounts the elements of a page of ours, and exports an anywidget.

    A page of ours loads extras beforehand; where nobody can tell what is going to be shown, they
    are part of it.
    """
    parts = [f"const modules = {{ ...{_BEFOREHAND} }};"]
    parts += [_joined(name, _runtime(name)) for name in (_EXTRAS if with_extras else ())]
    parts += [_joined(name, path) for name, path in _modules().items()]
    parts.append("modules.stage.afterFirstFrame(() => modules.http.start(modules));")
    parts.append("export default modules.comm.widget(modules);")
    return "\n".join(parts) + "\n"


@cache
def extra_script(name: str) -> str:
    """Return a module that only some pages load. Raises ``KeyError`` for any other name."""
    if name not in _EXTRAS:
        raise KeyError(name)
    return f"const modules = ({_BEFOREHAND} ??= {{}});\n{_joined(name, _runtime(name))}\n"


@cache
def style() -> str:
    """Return the style sheet of all elements, design tokens first."""
    sheets = [f"elements/runtime/{name}.css" for name in _STYLES]
    sheets += [f"elements/{name}/view.css" for name in _VIEWS]
    sheets += [f"items/{name}/view.css" for name in _item_folders().values()]
    return "\n".join(bare(_read(path)) for path in sheets)


@cache
def library(name: str) -> str:
    """Return a library's text. Raises ``KeyError`` for a name not in ``LIBRARIES``."""
    return _COMPILE_AT_ONCE + _read(f"elements/vendor/{LIBRARIES[name]}")


@cache
def version() -> str:
    """Return a short name for exactly these scripts, style sheet and libraries."""
    digest = hashlib.sha256()
    extras = (extra_script(name) for name in _EXTRAS)
    libraries = (library(name) for name in sorted(LIBRARIES))
    for content in (script(), style(), *extras, *libraries):
        digest.update(hashlib.sha256(content.encode("utf-8")).digest())
    return digest.hexdigest()[:16]


def browser_text(language: Language) -> dict[str, str]:
    """Return the interface texts that the scripts use, with their placeholders."""
    return interface_text(language).area(*TEXT_AREAS)


def waiting_text(language: Language) -> dict[str, str]:
    """Return those of the scripts' interface texts that a page without elements needs."""
    return interface_text(language).area(*WAITING_AREAS)


def bare(source: str) -> str:
    """Return a script or style sheet of ours without indentation and whole lines of comment.

    That is nearly all that a minifier could leave out once the text is compressed. It is sound
    only for sources in which no text and no template runs over the end of a line; a test sees to
    that.
    """
    lines = (line.strip() for line in _BLOCK_COMMENT.sub("", source).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _modules() -> dict[str, str]:
    """Return the modules by the names under which the runtime finds them."""
    modules = {name: _runtime(name) for name in _RUNTIME}
    modules |= {name: f"items/{folder}/view.js" for name, folder in _item_folders().items()}
    return modules | {name: f"elements/{name}/view.js" for name in _VIEWS}


def _runtime(name: str) -> str:
    return f"elements/runtime/{name}.js"


def _item_folders() -> dict[str, str]:
    return {one.name: one.name.replace("-", "_") for one in ITEM_TYPES}


def _joined(name: str, path: str) -> str:
    source = bare(_read(path))
    exported = _EXPORT.findall(source)
    body = _EXPORT.sub("", source)
    return (
        f"// {path}\n"
        f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {", ".join(exported)} }};\n}})();'
    )


def _read(path: str) -> str:
    return files("yongxin").joinpath(path).read_text(encoding="utf-8")
