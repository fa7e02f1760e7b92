"""The table of routes: every address of the site, and nothing of Voila's that is not named here."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from tornado.routing import URLSpec

from yongxin.language import LANGUAGES
from yongxin.site.access import ACCESS
from yongxin.site.handlers import (
    api,
    files,
    health,
    home,
    kernels,
    notebooks,
    offline,
    plan,
    results,
    review,
    sign_in,
)
from yongxin.site.handlers.base import Guarded

_LANGUAGE = f"(?P<language>{'|'.join(LANGUAGES)})"
_MODULE = r"(?P<module_id>[a-z][a-z0-9-]{0,63})"
_SCENARIO = r"(?P<scenario_id>[a-z][a-z0-9-]{0,63})"
_KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


class Route(NamedTuple):
    """One address pattern below the site's root, its handler, and the handler's own settings."""

    pattern: str
    handler: type[Guarded]
    settings: dict[str, Any] = {}  # noqa: RUF012  (never changed; tornado copies it)


ROUTES: Sequence[Route] = (
    Route("", home.HomeHandler),
    Route("healthz", health.HealthHandler),
    Route("healthz/live", health.LivenessHandler),
    Route(r"static/yongxin/(?P<version>\w+)/(?P<name>[\w.-]+)", files.StaticHandler),
    Route("service-worker.js", offline.ServiceWorkerHandler),
    Route(rf"{_LANGUAGE}/offline", offline.OfflineHandler),
    Route(rf"{_LANGUAGE}/sign-in", sign_in.SignInHandler),
    Route(r"sign-in/(?P<token>[\w-]{16,200})", sign_in.SignInLinkHandler),
    Route("sign-out", sign_in.SignOutHandler),
    Route(rf"{_LANGUAGE}/?", home.StartHandler),
    Route(rf"{_LANGUAGE}/lesson/{_MODULE}", notebooks.LessonHandler),
    Route(rf"{_LANGUAGE}/exercise/{_MODULE}", notebooks.ExerciseHandler),
    Route(rf"{_LANGUAGE}/image/{_MODULE}/(?P<name>[\w-]+(?:\.[\w-]+)+)", files.ImageHandler),
    Route(rf"{_LANGUAGE}/review", review.ReviewHandler),
    Route(rf"{_LANGUAGE}/results", results.ResultsHandler),
    Route(rf"{_LANGUAGE}/results/{_MODULE}", results.ResultHandler),
    Route(rf"{_LANGUAGE}/plan", plan.PlanHandler),
    Route(rf"{_LANGUAGE}/plan\.pdf", plan.PlanPdfHandler),
    Route(rf"{_LANGUAGE}/plan\.ics", plan.PlanCalendarHandler),
    Route(rf"{_LANGUAGE}/cohort", results.CohortHandler),
    Route(rf"{_LANGUAGE}/cohort/scenario/{_SCENARIO}", results.WaysHandler),
    Route("api/yongxin/events", api.EventsHandler),
    Route("api/yongxin/state", api.StateHandler),
    Route("api/yongxin/visits", api.VisitsHandler),
    Route("api/yongxin/hand-in", api.HandInHandler),
    Route("api/yongxin/revision", api.RevisionHandler),
    Route("api/yongxin/language", home.LanguageHandler),
    Route("api/yongxin/run", kernels.RunHandler),
    Route(r"voila/(?P<version>[0-9a-f]{16})/(?P<path>.+)", kernels.FrontEndHandler),
    # The addresses below are built into Voila's front end.
    Route(rf"api/kernels/{_KERNEL}", kernels.OwnKernelHandler),
    Route(rf"api/kernels/{_KERNEL}/channels", kernels.OwnChannelsHandler),
    Route(rf"voila/api/shutdown/{_KERNEL}", kernels.OwnShutdownHandler),
)


def url_specs(root: str, routes: Sequence[Route]) -> list[URLSpec]:
    """Return ``routes`` for tornado, below ``root``, which ends with a slash.

    Raises ``ValueError`` for a route that the table of access does not name.
    """
    for route in routes:
        if route.handler.route not in ACCESS:
            raise ValueError(f"{route.handler.__name__}: nobody said who may use it")
    return [
        URLSpec(f"{root}{route.pattern}$", route.handler, dict(route.settings), route.handler.route)
        for route in routes
    ]


def theme_route(**settings: Any) -> Route:
    """Return the route to the themes of JupyterLab, which stand where they are installed."""
    return Route(r"voila/api/themes/(?P<path>.+)", kernels.ThemeHandler, settings)
