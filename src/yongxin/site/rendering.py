"""Pages out of notebooks, by Voila's exporter."""

import asyncio
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from voila.exporter import VoilaExporter

from yongxin.catalogue import Catalogue, DamagedCourse
from yongxin.language import Language
from yongxin.site.notebooks import PLAN, Prepared, fingerprint, prepare
from yongxin.site.paths import Paths
from yongxin.text import interface_text

TEMPLATE_NAME = "yongxin"
TEMPLATES = Path(__file__).parent / "templates" / "voila"

#: When a file was changed last, in nanoseconds, and its bytes; ``None`` if there is no such file.
Stamp: TypeAlias = tuple[int, int] | None

_IMAGE = re.compile(r"images/(?P<module>[a-z0-9-]+)/(?P<name>[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_NOTEBOOK = re.compile(r"(?:\./)?(?P<module>[a-z0-9-]+)\.ipynb(?P<section>#[\w-]*)?")


@dataclass(frozen=True)
class Body:
    """The part of a page that is the same for everybody who reads it in one language.

    Where a kernel has to say what stands there, a place is kept. ``pictures`` are the files whose
    versions stand in the addresses of its pictures, as they were when the versions were taken.
    """

    title: str
    html: str
    elements: tuple[str, ...]
    needs_kernel: bool
    pictures: Mapping[Path, Stamp]


class Lessons:
    """The notebooks of a course as bodies of pages. Threads may share an instance."""

    def __init__(self, catalogue: Catalogue, paths: Paths) -> None:
        self._catalogue = catalogue
        self._paths = paths

    def prepare(self, path: Path, language: Language) -> Prepared:
        """Return the notebook at ``path``, read anew. Raises ``DamagedCourse``."""
        source = _read(path).decode("utf-8", errors="replace")
        return prepare(source, path, self._catalogue, language)

    def body(self, path: Path, language: Language) -> Body:
        """Return the notebook at ``path`` as the body of a page.

        Takes tens of milliseconds, and raises ``DamagedCourse``.
        """
        prepared = self.prepare(path, language)
        links = Links(self._catalogue.root, self._paths, language)
        # The exporter is asynchronous because a kernel may have to be waited for. There is none.
        pending = interface_text(language)("site.live.pending")
        rendered = asyncio.run(_without_kernel(self._exporter(links), prepared.notebook, pending))
        return Body(
            title=prepared.title,
            html=rendered,
            elements=prepared.elements,
            needs_kernel=prepared.needs_kernel,
            pictures=links.pictures,
        )

    def exporter(self, language: Language) -> "LessonExporter":
        """Return Voila's exporter with our template, for one notebook."""
        return self._exporter(Links(self._catalogue.root, self._paths, language))

    def _exporter(self, links: "Links") -> "LessonExporter":
        return LessonExporter(
            template_name=TEMPLATE_NAME,
            extra_template_basedirs=[str(TEMPLATES)],
            exclude_input=True,
            base_url=self._paths.base,
            links=links,
        )


async def _without_kernel(exporter: "LessonExporter", notebook: NotebookNode, pending: str) -> str:
    context = {
        "pending": pending,
        "kernel_start": lambda _notebook: None,
        "cell_generator": lambda notebook, _kernel_id: notebook.cells,
    }
    snippets = exporter.generate_from_notebook_node(notebook, {}, extra_context=context)
    return "".join([snippet async for snippet, _ in snippets])


class Links:
    """Turns the addresses that a notebook uses into addresses on the site.

    ``pictures`` are the files that addresses were asked for.
    """

    def __init__(self, root: Path, paths: Paths, language: Language) -> None:
        self.language: Language = language
        self.pictures: dict[Path, Stamp] = {}
        self._root = root
        self._paths = paths

    def image(self, url: str) -> str:
        """Return where the site serves a picture of the course; other addresses stay."""
        match = _IMAGE.fullmatch(url)
        if match is None:
            return url
        path = image_path(self._root, self.language, match["module"], match["name"])
        self.pictures[path] = stamp(path)
        version = fingerprint(_read(path))
        return self._paths.image(self.language, match["module"], match["name"], version)

    def page(self, url: str) -> str:
        """Return the page of the plan, or of the lesson whose notebook is named; others stay."""
        if url == PLAN:
            return self._paths.plan(self.language)
        match = _NOTEBOOK.fullmatch(url)
        if match is None:
            return url
        return self._paths.lesson(self.language, match["module"]) + (match["section"] or "")


class LessonRenderer(IPythonRenderer):
    """Markdown as HTML, the way our pages want it."""

    def __init__(self, links: Links, **options: Any) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, **options)
        self._links = links

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that is loaded when it is about to be seen."""
        tag = super().image(text, self._links.image(url), title)
        return tag.replace("<img ", '<img loading="lazy" decoding="async" ', 1)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, self._links.page(url), title)

    def table(self, text: str) -> str:
        """Return a table that scrolls by itself on a phone, with the keyboard too."""
        label = html.escape(interface_text(self._links.language)("site.page.table"))
        return (
            f'<div class="scroll" role="group" aria-label="{label}" tabindex="0">'
            f"<table>{text}</table></div>\n"
        )

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell whose alignment is a class, since our policy forbids styles in pages."""
        tag = "th" if head else "td"
        aligned = f' class="align-{align}"' if align else ""
        return f"  <{tag}{aligned}>{text}</{tag}>\n"


class LessonExporter(VoilaExporter):
    """Voila's exporter with our Markdown."""

    def __init__(self, *, links: Links, **options: Any) -> None:
        super().__init__(**options)
        self._links = links

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Return a Markdown cell as HTML."""
        attachments = context["cell"].get("attachments", {})
        renderer = LessonRenderer(self._links, attachments=attachments)
        return MarkdownWithMath(renderer=renderer).render(source)


def image_path(root: Path, language: Language, module_id: str, name: str) -> Path:
    """Return where a picture of the course stands."""
    return root / "course" / language / "images" / module_id / name


def stamp(path: Path) -> Stamp:
    """Return what is different when the file at ``path`` is."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedCourse(path, error.strerror or "cannot be read") from error
