"""The start page: the course by deck, with a link to each lesson and the learner's progress."""

from nbformat import NotebookNode

from yongxin.build.lesson import VERBS_IN
from yongxin.build.markdown import one_line
from yongxin.build.notebook import CellIds, code_cell, markdown_cell, notebook_bytes
from yongxin.content import Content
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

_NAMES: dict[Language, str] = {"zh-CN": "中文", "en": "English"}


def start_notebook(content: Content, language: Language) -> bytes:
    """Return ``index.ipynb`` of one language. Its links work in JupyterLab and in Voila alike."""
    text = interface_text(language)
    course = content.course
    ids = CellIds(part.id for part in course.parts)
    others = " · ".join(
        f'[<span lang="{other}">{_NAMES[other]}</span>](../{other}/index.ipynb)'
        for other in LANGUAGES
        if other != language
    )
    title = f"# {one_line(course.title, language)}"
    opening = "\n\n".join([title, others, text("course.start.introduction")])
    cells: list[NotebookNode] = [
        code_cell(ids.claim("start_import"), f"from {VERBS_IN[language]} import progress"),
        markdown_cell(ids.claim("start_title"), opening),
    ]
    for part in course.parts:
        lines = [f"## {one_line(part.title, language)}", ""]
        lines += [_entry(content, module_id, language) for module_id in part.modules]
        cells.append(markdown_cell(ids.claim(part.id), "\n".join(lines)))
    heading = f"## {text('course.start.progress')}"
    cells.append(markdown_cell(ids.claim("my_progress"), heading))
    cells.append(code_cell(ids.claim("progress_course"), "progress()"))
    name = course.title.in_language(language)
    return notebook_bytes(name, {"role": "start", "language": language}, cells)


def _entry(content: Content, module_id: str, language: Language) -> str:
    text = interface_text(language)
    module = content.course.modules[module_id]
    title = one_line(module.title, language)
    section = one_line(module.deck_section, language)
    if module.status == "released":
        minutes = text("course.start.minutes", minutes=module.minutes)
        return f"- [{title}]({module_id}.ipynb) · {section} · {minutes}"
    return f"- {title} · {section} · {text('course.start.in-preparation')}"
