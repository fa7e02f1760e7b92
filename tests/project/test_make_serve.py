"""`make serve`: from the repository to a page that somebody reads, with what it prints."""

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from support.processes import end_group, free_port
from yongxin.cli import main
from yongxin.demo import COHORT, invitation, prepare
from yongxin.store import Store

SECONDS = 120

pytestmark = pytest.mark.slow


class Served:
    """A `make serve` that runs, and what it has printed."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "make.log"
        environment = Path(sys.executable).parent.parent
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                # What is installed already is taken for granted: this is about the demo.
                ["make", "serve", f"PORT={self.port}", f"VENV={environment}",
                 f"--old-file={environment}/.installed", f"--file={repository / 'Makefile'}"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name != "MAKEFLAGS"},
                start_new_session=True,
            )  # fmt: skip

    def links(self) -> list[str]:
        """Wait for the block with the links and return them."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.findall(r"http://\S+/sign-in/\S+", self.printed())
            if len(found) == 3:
                return found
            time.sleep(0.2)
        raise AssertionError(f"no links were printed:\n{self.printed()}")

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")


@pytest.fixture
def served(own_demo_course: Path, repository: Path) -> Iterator[Served]:
    served = Served(own_demo_course, repository)
    yield served
    end_group(served.process)


def test_make_serve_prints_links_that_lead_into_a_lesson(served: Served) -> None:
    links = served.links()
    printed = served.printed()
    assert [word for word in ("学员 · learner", "培训师 · trainer", "人事 · HR") if word in printed]
    assert all(link.startswith(f"http://localhost:{served.port}/") for link in links)

    for link in links:
        cookies = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        form = browser.open(link, timeout=30).read().decode()
        token = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert token
        browser.open(link, urlencode({"_xsrf": token[1]}).encode(), timeout=30)
        home = link.partition("sign-in/")[0]
        lesson = browser.open(f"{home}zh-CN/lesson/a2-pickle", timeout=60).read().decode()
        assert "data-yongxin-element=" in lesson


def test_preparing_twice_changes_nothing(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = own_course / "var"
    state.mkdir(mode=0o700)
    with Store.open(f"sqlite:///{state / 'yongxin.db'}") as store:
        prepare(own_course, store)
        people = store.learners()
        assert [one.username for one in people] == sorted(one.username for one in COHORT)
        released = (state / "exchange/yongxin/outbound/z1-lift/z1-lift.ipynb").stat().st_mtime_ns

        # nbgrader takes seconds to import; the second start must not need it.
        monkeypatch.setattr("yongxin.demo.prepare_state", None)
        prepare(own_course, store)
        assert store.learners() == people
    again = (state / "exchange/yongxin/outbound/z1-lift/z1-lift.ipynb").stat().st_mtime_ns
    assert again == released


def test_the_invitation_leaves_out_whom_somebody_has_deactivated(
    own_course: Path, tmp_path: Path
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        for person in COHORT:
            store.add_learner(person.username, person.name, role=person.role)
        store.deactivate("lin.xia")
        store.deactivate("wu.jing")
        block = invitation(store, "http://localhost:1/")
        assert "周远" in block
        assert "林夏" not in block
        assert "HR" not in block
        tokens = re.findall(r"/sign-in/(\S+)", block)
        invited = [store.redeem_sign_in_token(token) for token in tokens]
        assert [one.username for one in invited if one] == ["zhou.yuan", "chen.min"]


def test_an_exercise_that_cannot_be_released_is_told_and_the_rest_goes_on(
    own_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_course / "solutions" / "z1-lift" / "z1-lift.ipynb").unlink()
    assert main(["demo", "--course", str(own_course)]) == 1
    printed = capsys.readouterr()
    assert "z1-lift cannot be released" in printed.err
    assert f"{len(COHORT)} people" in printed.out
    with Store.open(f"sqlite:///{own_course / 'var' / 'yongxin.db'}") as store:
        assert len(store.learners()) == len(COHORT)
