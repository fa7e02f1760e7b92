"""One learner's way through the course, for trainers: times, counts and marks, never an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from yongxin.cohort.matrix import last_sign, standing_in
from yongxin.cohort.timeline import Event, Work, events, work_in
from yongxin.language import Language
from yongxin.site.cohort_choice import cohort_modules, read_choice
from yongxin.site.handlers.base import PageHandler
from yongxin.site.handlers.cohort import SIGNS, MarksNow, go_on, refresh_marks
from yongxin.site.handlers.today import graded_reflections
from yongxin.site.refusals import Refusal
from yongxin.site.services import Services
from yongxin.store import Learner, ModuleState, Standing

#: Events on one page.
PAGE = 50


@dataclass(frozen=True)
class ModuleLine:
    """How far the learner is in one module, and the reflections of it that wait for a mark."""

    module_id: str
    standing: Standing
    state: ModuleState
    work: Work
    to_mark: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """One learner's way: a line for each module, and a page of what happened, newest first."""

    learner: Learner
    last: datetime | None
    lines: tuple[ModuleLine, ...]
    events: tuple[Event, ...]
    total: int
    page: int
    pages: int


class TimelineHandler(PageHandler):
    """What one learner did, and when."""

    route = "timeline"

    async def get(self, language: Language, username: str) -> None:  # noqa: ARG002
        services = self.services
        learner = await services.in_thread(services.store.learner, username)
        if learner is None or learner.role != "learner":
            raise Refusal(404, "not-found")
        modules = await services.in_thread(cohort_modules, services.catalogue)
        choice = read_choice(lambda name: self.get_query_argument(name, ""), services.catalogue)
        way, marks_now = await services.in_thread(_look, services, learner, modules, choice.page)
        course = services.catalogue.course
        self.show(
            "timeline.html",
            way=way,
            titles=course.modules,
            paths_of_course={one.id: one.title for one in course.paths},
            attempts=course.attempts,
            signs=SIGNS,
            marks_now=marks_now,
            place="cohort",
        )
        go_on(services, modules)


def _look(
    services: Services, learner: Learner, modules: dict[str, bool], page: int
) -> tuple[Way, MarksNow]:
    store = services.store
    marks_now = refresh_marks(services, [learner.username])
    standings = store.standings([learner.id])[learner.id]
    now = datetime.now(UTC)
    changed = store.last_changes(learner.id)
    asked = services.learning.questions_asked()
    work = {one: work_in(list(asked.get(one, ())), changed) for one in modules}
    lines: list[ModuleLine] = []
    for module_id, has_exercise in modules.items():
        standing = standing_in(standings, module_id, has_exercise=has_exercise)
        state = standing.state(now)
        to_mark = graded_reflections(services.catalogue, module_id) if state == "waiting" else []
        lines.append(ModuleLine(module_id, standing, state, work[module_id], tuple(to_mark)))
    known = {one: standings[one] for one in modules if one in standings}
    happened = events(
        known,
        work,
        [one for one in store.submissions(learner.id) if one.module in modules],
        [one for one in store.returned(learner.id) if one.module in modules],
        store.certificates(learner_id=learner.id),
    )
    pages = max(1, -(-len(happened) // PAGE))
    page = min(page, pages) if page > 0 else 1
    shown = happened[(page - 1) * PAGE : page * PAGE]
    last = last_sign(standings.values())
    way = Way(learner, last, tuple(lines), tuple(shown), len(happened), page, pages)
    return way, marks_now
