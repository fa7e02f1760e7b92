"""Formgrader's own pages: offline, with the reflection waiting for a mark, and nothing live."""

import http.cookiejar
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from support.cohort import HALF_RIGHT_ORDER, MODULE, Cohort
from support.formgrader import Formgrader

HOSTILE = (
    "# 标题\n\n**粗** <script>alert(1)</script> <img src=x onerror=alert(1)> "
    "[x](javascript:alert(1)) $x^2$ \\(y\\)\n\nhttp://evil.example"
)

pytestmark = pytest.mark.slow


class Trainer:
    """A browser without scripts, signed in to formgrader."""

    def __init__(self, formgrader: Formgrader) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies)
        ).open
        self.base = f"http://127.0.0.1:{formgrader.port}/formgrader/"

    def read(self, url: str) -> BeautifulSoup:
        with self.open(url, timeout=30) as reply:
            return BeautifulSoup(reply.read(), "html.parser")

    def api(self, path: str, change: dict[str, object] | None = None) -> list[dict[str, object]]:
        tokens = [one.value for one in self.cookies if one.name == "_xsrf"]
        request = urllib.request.Request(
            f"{self.base}api/{path}",
            data=None if change is None else json.dumps(change).encode(),
            headers={"X-XSRFToken": str(tokens[0]), "Content-Type": "application/json"},
            method="GET" if change is None else "PUT",
        )
        with self.open(request, timeout=30) as reply:
            return json.loads(reply.read())


@pytest.fixture
def formgrader(cohort: Cohort) -> Iterator[Formgrader]:
    """Formgrader over a course in which one learner waits for a mark."""
    cohort.hand_in(
        "李雷",
        {"chain-order": HALF_RIGHT_ORDER},
        {"facts": HOSTILE, "feeling": "急", "rating": "dissatisfied"},
    )
    cohort.collect_and_autograde()
    server = Formgrader(cohort.root)
    server.start()
    yield server
    server.stop()


def test_a_trainer_marks_a_reflection(cohort: Cohort, formgrader: Formgrader) -> None:
    trainer = Trainer(formgrader)
    page = trainer.read(formgrader.submission_url(cohort.gradebook_url, MODULE, "李雷"))

    # Nothing that the page loads comes from elsewhere; stock formgrader needs a CDN to work.
    loaded = [tag[name] for tag in page.find_all() for name in ("src", "href") if tag.get(name)]
    assert len(loaded) > 10
    assert [one for one in loaded if urllib.parse.urlparse(str(one)).netloc] == []

    # The reflection stands there as it was written.
    answer = page.select_one(".yongxin-answer")
    assert answer is not None
    assert answer.find_all(["script", "img", "a", "h1", "b"]) == []
    assert answer.select("strong")[0].get_text() == "事实"
    for line_end in answer.find_all("br"):
        line_end.replace_with("\n")
    assert HOSTILE in answer.get_text()
    assert "不满意" in answer.get_text()
    # The quiz cells show what was answered, and their points.
    assert (
        'answer: ["expectation", "perception", "thought", "action", "feeling"]' in page.get_text()
    )
    assert page.select_one("#reflection-lift-log") is not None

    url = formgrader.submission_url(cohort.gradebook_url, MODULE, "李雷")
    submission = url.split("submissions%2F")[1].split("%2F")[0]
    grades = trainer.api(f"grades?submission_id={submission}")
    (grade,) = [one for one in grades if one["name"] == "reflection-lift-log"]
    assert grade["needs_manual_grade"] is True
    trainer.api(f"grade/{grade['id']}", {"manual_score": 2, "extra_credit": None})
    comments = trainer.api(f"comments?submission_id={submission}")
    (comment,) = comments
    trainer.api(f"comment/{comment['id']}", {"manual_comment": "分得很清楚。"})

    assert cohort.grades("李雷")["reflection-lift-log"] == {
        "auto": None,
        "manual": 2.0,
        "waits": False,
        "score": 2.0,
    }
    for name in ("manage_assignments", f"gradebook/{MODULE}/{MODULE}", "manage_students"):
        assert "nbgrader" in trainer.read(formgrader.url(name)).get_text()
