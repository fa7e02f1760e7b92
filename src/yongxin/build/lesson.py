"""Lesson notebooks: one a module and language, for reading and working through."""

from nbformat import NotebookNode

from yongxin.build.notebook import CellIds, code_cell, markdown_cell, notebook_bytes
from yongxin.build.prose import ProseBuilder
from yongxin.content import Content, ElementCall, Section
from yongxin.language import Language

#: The package from which a notebook imports the verbs, so that elements speak its language.
VERBS_IN: dict[Language, str] = {"zh-CN": "yongxin.zh_cn", "en": "yongxin.en"}


def lesson_notebook(content: Content, module_id: str, language: Language) -> bytes:
    """Return the lesson notebook of a module in one language."""
    lesson = content.modules[module_id].lessons[language]
    prose = ProseBuilder(module_id, language, content.sources)
    ids = CellIds(section.id for section in lesson.sections)
    cells: list[NotebookNode] = []
    verbs = sorted({call.verb for call in lesson.calls})
    if verbs:
        source = f"from {VERBS_IN[language]} import {', '.join(verbs)}"
        cells.append(code_cell(ids.claim("import"), source))
    opening = f"# {lesson.title}\n\n{prose.build(lesson.introduction)}".strip()
    cells.append(markdown_cell(ids.claim("lesson_title"), opening))
    for section in lesson.sections:
        cells.extend(_section_cells(section, prose, ids))
    if works := prose.works_cited():
        cells.append(markdown_cell(ids.claim("sources"), works))
    course = {"module": module_id, "role": "lesson", "language": language}
    return notebook_bytes(lesson.title, course, cells)


def _section_cells(section: Section, prose: ProseBuilder, ids: CellIds) -> list[NotebookNode]:
    """Return the cells of a section; the first one carries the heading and the section's own id."""
    heading = f"## {section.title}"
    cells: list[NotebookNode] = []
    for block in section.blocks:
        if isinstance(block, ElementCall):
            if not cells:
                cells.append(markdown_cell(ids.claim(section.id), heading))
            name = "_".join((block.verb, *block.ids))
            cells.append(code_cell(ids.claim(name), block.source))
        else:
            text = prose.build(block.markdown)
            source = text if cells else f"{heading}\n\n{text}"
            cells.append(markdown_cell(ids.claim(section.id), source))
    return cells or [markdown_cell(ids.claim(section.id), heading)]
