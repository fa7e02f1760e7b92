"""Every file in the content folder is read by something."""

from pathlib import Path

from yongxin.content.draft import Draft, ModuleDraft
from yongxin.content.finding import Report
from yongxin.content.read import COURSE_FILES, IMAGE_FOLDER, MODULE_FILES


def check_files(draft: Draft, report: Report) -> None:
    """Report files and folders that nobody reads, most likely misspelt; hidden ones are passed."""
    if draft.course is None:
        return
    modules = list(draft.course.value.modules)
    for path in _visible(draft.directory):
        if path.is_dir() and path.name in modules:
            _check_module(path, draft.modules.get(path.name), draft, report)
        elif path.name not in COURSE_FILES:
            _add(path, draft, report, [*COURSE_FILES, *modules])


def _check_module(folder: Path, module: ModuleDraft | None, draft: Draft, report: Report) -> None:
    for path in _visible(folder):
        if path.name == IMAGE_FOLDER and path.is_dir():
            _check_images(path, module, draft, report)
        elif path.name not in MODULE_FILES or not path.is_file():
            _add(path, draft, report, [*MODULE_FILES, IMAGE_FOLDER])


def _check_images(folder: Path, module: ModuleDraft | None, draft: Draft, report: Report) -> None:
    if module is None or not module.lessons:
        return
    shown = {image.name for lesson in module.lessons.values() for image in lesson.value.images}
    for path in _visible(folder):
        if f"{IMAGE_FOLDER}/{path.name}" not in shown:
            file = f"{draft.directory.name}/{path.relative_to(draft.directory).as_posix()}"
            report.of(file).add(1, "image", "no lesson shows it")


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _add(path: Path, draft: Draft, report: Report, allowed: list[str]) -> None:
    file = f"{draft.directory.name}/{path.relative_to(draft.directory).as_posix()}"
    report.of(file).add_unknown(1, "file", path.name, allowed, "nobody reads it")
