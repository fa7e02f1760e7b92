"""Building the whole course from ``content/``, in one step that leaves no half of it behind."""

import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

from yongxin.build.bank import data_bytes, exercise_elements, public_bank, public_course
from yongxin.build.data_sets import data_set_files
from yongxin.build.lesson import lesson_notebook
from yongxin.build.solution import solution_notebook
from yongxin.build.start import start_notebook
from yongxin.build.tree import BuildResult, compare, replace
from yongxin.content import Content, Lesson, load_content
from yongxin.language import LANGUAGES

CONTENT = "content"


def build_course(root: Path, *, check: bool = False) -> BuildResult:
    """Build everything that is derived from ``root/content``.

    All of it is built before anything below ``root`` is touched, so an error leaves the course as
    it was. Only derived files are written or removed, and only those that differ. With ``check``
    nothing is written, and the result lists what is missing, stale or superfluous.

    Raises ``ContentError`` when the content cannot be used, ``ReleaseRefused`` when nbgrader cannot
    release an exercise or one that was handed in would get other questions, and ``OSError`` when
    files cannot be written.
    """
    built = dict(_built_files(load_content(root / CONTENT)))
    result = compare(root, built)
    if not check:
        _require_same_structure(root, built)
        replace(root, built, result)
    return result


def _require_same_structure(root: Path, built: Mapping[str, bytes]) -> None:
    from yongxin.grading.release_checks import require_same_structure

    solutions = {
        PurePosixPath(path).stem: content
        for path, content in built.items()
        if path.startswith("solutions/")
    }
    require_same_structure(root, solutions)


def _built_files(content: Content) -> Iterator[tuple[str, bytes]]:
    """Yield every derived file of the course as path and bytes."""
    yield "data/course.json", data_bytes(public_course(content))
    yield "data/README.md", files("yongxin.build").joinpath("data_readme.md").read_bytes()
    for language in LANGUAGES:
        yield f"course/{language}/index.ipynb", start_notebook(content, language)
    released = [
        module_id
        for _, module_id, module in content.course.modules_in_order()
        if module.status == "released"
    ]
    for module_id in released:
        bank = public_bank(module_id, content.modules[module_id])
        yield f"data/bank/{module_id}.json", data_bytes(bank)
        yield from _lesson_files(content, module_id)
    yield from data_set_files(released)
    yield from _exercise_files(
        content, [one for one in released if any(exercise_elements(content.modules[one]))]
    )


def _lesson_files(content: Content, module_id: str) -> Iterator[tuple[str, bytes]]:
    for language in LANGUAGES:
        folder = f"course/{language}"
        yield f"{folder}/{module_id}.ipynb", lesson_notebook(content, module_id, language)
        for name in _images_shown(content.modules[module_id].lessons[language]):
            image = content.modules[module_id].images[name]
            yield f"{folder}/images/{module_id}/{name}", image.read_bytes()


def _images_shown(lesson: Lesson) -> list[str]:
    """Return the names of the images that a lesson shows, each once."""
    return sorted({PurePosixPath(image.name).name for image in lesson.images})


def _exercise_files(content: Content, modules: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each module's solution, and the exercise that nbgrader releases from it.

    The gradebook that nbgrader wants for that is thrown away; the trainer's own learns the cells
    when she releases the exercise.
    """
    # nbgrader takes seconds to import; whoever imports the build for its names need not wait.
    from yongxin.grading.release import generate_exercise

    with tempfile.TemporaryDirectory(prefix="yongxin-build-") as name:
        workshop = Path(name).resolve()
        for module_id in modules:
            solution = solution_notebook(content, module_id)
            path = f"solutions/{module_id}/{module_id}.ipynb"
            (workshop / path).parent.mkdir(parents=True)
            (workshop / path).write_bytes(solution)
            exercise = generate_exercise(
                module_id, workshop, f"sqlite:///{workshop / 'gradebook.db'}"
            )
            yield path, solution
            yield exercise.relative_to(workshop).as_posix(), exercise.read_bytes()
