"""The table of routes: every address of the site, and nothing of Voila's that is not named here."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from tornado.routing import URLSpec

from yongxin.language import LANGUAGES
from yongxin.site.access import ACCESS
from yongxin.site.handlers import (
    analysis,
    api,
    audit,
    badges,
    certificates,
    cohort,
    completion,
    files,
    health,
    home,
    kernels,
    marking,
    my_data,
    notebooks,
    offline,
    people,
    plan,
    practice,
    privacy,
    results,
    retention,
    review,
    sign_in,
    timeline,
    today,
    verify,
)
from yongxin.site.handlers.base import Guarded

_LANGUAGE = f"(?P<language>{'|'.join(LANGUAGES)})"
_MODULE = r"(?P<module_id>[a-z][a-z0-9-]{0,63})"
_USERNAME = r"(?P<username>[^/]{1,600})"  # percent-encoded
_SCENARIO = r"(?P<scenario_id>[a-z][a-z0-9-]{0,63})"
_REFLECTION = r"(?P<reflection_id>[a-z][a-z0-9-]{0,63})"
_NUMBER = r"(?P<number>YX-[0-9]{4}-[0-9]{6,9}-[0-9X])"
_PROOF = r"(?P<token>[\w-]{16,200})"
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
    Route(rf"{_LANGUAGE}/cohort", cohort.CohortHandler),
    Route(rf"{_LANGUAGE}/cohort\.(?P<ending>xlsx|csv)", cohort.CohortTableHandler),
    Route(rf"{_LANGUAGE}/cohort/today", today.TodayHandler),
    Route(rf"{_LANGUAGE}/cohort/learner/(?P<username>[^/]{{1,600}})", timeline.TimelineHandler),
    Route(rf"{_LANGUAGE}/cohort/scenario/{_SCENARIO}", results.WaysHandler),
    Route(rf"{_LANGUAGE}/cohort/items/{_MODULE}", analysis.AnalysisHandler),
    Route(rf"{_LANGUAGE}/cohort/items/{_MODULE}.xlsx", analysis.AnalysisTableHandler),
    Route(rf"{_LANGUAGE}/privacy", privacy.PrivacyHandler),
    Route(rf"{_LANGUAGE}/my-data", my_data.MyDataHandler),
    Route(rf"{_LANGUAGE}/people", people.PeopleHandler),
    Route(rf"{_LANGUAGE}/people/{_USERNAME}", people.PersonHandler),
    Route(rf"{_LANGUAGE}/people/{_USERNAME}/copy", my_data.PersonCopyHandler),
    Route(rf"{_LANGUAGE}/retention", retention.RetentionHandler),
    Route(rf"{_LANGUAGE}/audit", audit.AuditHandler),
    Route(rf"{_LANGUAGE}/audit\.(?P<kind>xlsx|csv)", audit.AuditTableHandler),
    Route(rf"{_LANGUAGE}/cohort/practice", practice.PracticeHandler),
    Route(rf"{_LANGUAGE}/cohort/practice/{_MODULE}", practice.PracticeModuleHandler),
    Route(rf"{_LANGUAGE}/cohort/practice/{_MODULE}\.xlsx", practice.PracticeTableHandler),
    Route("api/yongxin/reading", api.ReadingHandler),
    Route(rf"{_LANGUAGE}/marking", marking.MarkingHandler),
    Route(rf"{_LANGUAGE}/marking/comments", marking.CommentBankHandler),
    Route(rf"{_LANGUAGE}/marking/{_MODULE}/{_REFLECTION}", marking.MarkingQueueHandler),
    Route(rf"{_LANGUAGE}/marking/{_MODULE}/{_REFLECTION}/second", marking.SecondHandler),
    Route(rf"{_LANGUAGE}/marking/{_MODULE}/{_REFLECTION}/agreement", marking.AgreementHandler),
    Route(rf"{_LANGUAGE}/completion", completion.CompletionHandler),
    Route(rf"{_LANGUAGE}/completion\.(?P<kind>xlsx|csv)", completion.CompletionTableHandler),
    Route(rf"{_LANGUAGE}/completion/reminders\.(?P<kind>xlsx|csv)", completion.RemindersHandler),
    Route(rf"{_LANGUAGE}/certificates", certificates.CertificatesHandler),
    Route(rf"{_LANGUAGE}/certificates\.zip", certificates.CertificatesZipHandler),
    Route(rf"{_LANGUAGE}/certificates/{_NUMBER}", certificates.CertificateHandler),
    Route(rf"{_LANGUAGE}/certificates/{_NUMBER}\.pdf", certificates.CertificatePdfHandler),
    Route(rf"{_LANGUAGE}/results/{_NUMBER}\.pdf", certificates.OwnCertificateHandler),
    Route(rf"{_LANGUAGE}/results/{_NUMBER}\.jwt", badges.OwnBadgeHandler),
    Route("badges/issuer", badges.IssuerHandler),
    Route("badges/key", badges.KeyHandler),
    Route(rf"{_LANGUAGE}/verify", verify.VerifyHandler),
    Route(rf"{_LANGUAGE}/verify/{_PROOF}", verify.VerifyTokenHandler),
    Route(rf"verify/{_PROOF}", verify.VerifyAddressHandler),
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
