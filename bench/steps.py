"""``python -m bench.steps``: the processor time of each step of a request, without a network.

A burst's profile tells where a busy server's time goes; this tells what one request costs, in
milliseconds of this process's own time, which other work on the machine changes little.
"""

import gzip
import itertools
import signal
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from bench.burst import answers_to_give
from bench.course import MODULE, copy_course
from yongxin.elements import assets as element_assets
from yongxin.grading.submission import warm_up
from yongxin.site.app import YongxinServer
from yongxin.site.learning import ElementEvent
from yongxin.site.modules import require_module
from yongxin.site.pages import course_menu

REPEATS = 100
LANGUAGE = "zh-CN"


def measure(root: Path) -> dict[str, float]:
    """Return milliseconds of processor time by step, for the lesson and exercise of ``root``."""
    server = YongxinServer()
    before = signal.getsignal(signal.SIGTERM)
    server.initialize([f"--course={root}", f"--state={root / 'var'}", "--port=0"])
    signal.signal(signal.SIGTERM, before)
    services = server.services
    store, learning, catalogue = services.store, services.learning, services.catalogue
    learner = store.add_learner(f"steps-{uuid.uuid4().hex[:12]}", "林夏")
    path = catalogue.lesson_path(MODULE, LANGUAGE)
    body = services.lessons.body(path, LANGUAGE)
    assert body is not None, "the lesson needs a kernel"
    state = learning.page_state(learner, body.elements, LANGUAGE, module_id=MODULE)
    modules = catalogue.course.modules
    surroundings = {
        "sections": catalogue.bank(MODULE).lesson[LANGUAGE],
        "module": modules[MODULE],
        "has_exercise": True,
        "before": None,
        "after": None,
        "place": "lesson",
    }
    page = {"text": element_assets.browser_text(LANGUAGE), "elements": state}
    given = itertools.cycle(answers_to_give(root)[1:])

    def menu() -> object:
        return course_menu(catalogue.course, services.paths, LANGUAGE, MODULE)

    def render() -> str:
        return services.pages.render(
            "lesson.html",
            LANGUAGE,
            learner=learner,
            xsrf="token",
            here="/",
            body=body,
            live=None,
            page=page,
            menu=menu(),
            **surroundings,
        )

    html = render().encode()
    answered = [0]

    def save() -> None:
        element, response = next(given)
        answered[0] += 1
        event = ElementEvent(
            name=element,
            event_id=uuid.uuid4().hex,
            client="client",
            revision=answered[0],
            event={"type": "answer", "response": response},
        )
        learning.apply_event(learner, event, LANGUAGE)

    def hand_in() -> None:
        somebody = store.add_learner(f"steps-{uuid.uuid4().hex[:12]}", "林夏")
        learning.hand_in(
            somebody, MODULE, event_id=uuid.uuid4().hex, language=LANGUAGE, confirmed=True
        )

    warm_up()
    steps: dict[str, Callable[[], object]] = {
        "who asks (store.learner)": lambda: store.learner(learner.username),
        "is it released (require_module)": lambda: require_module(catalogue, MODULE),
        "note the visit (record_visit)": lambda: learning.record_visit(learner, MODULE),
        "the lesson's body (lessons.body)": lambda: services.lessons.body(path, LANGUAGE),
        "the learner's state (page_state)": lambda: learning.page_state(
            learner, body.elements, LANGUAGE, module_id=MODULE
        ),
        "course menu": menu,
        "the page (pages.render)": render,
        "compressing the page (gzip 6)": lambda: gzip.compress(html, 6),
        "one answer (apply_event)": save,
        "adding a learner and handing in (hand_in)": hand_in,
    }
    try:
        return {name: _milliseconds(step) for name, step in steps.items()}
    finally:
        services.close()


def _milliseconds(step: Callable[[], object]) -> float:
    step()
    began = time.process_time()
    for _ in range(REPEATS):
        step()
    return 1000 * (time.process_time() - began) / REPEATS


def main() -> None:
    """Print the steps."""
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as folder:
        for name, milliseconds in measure(copy_course(Path(folder))).items():
            print(f"{milliseconds:8.2f} ms  {name}")


if __name__ == "__main__":
    main()
