"""A page with Python of its own, in a real browser: one kernel, owned, offline, and ended."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect

from support.browser import GuardedBrowser
from support.live_site import LiveSite

PAGE = "en/lesson/z1-lift"
SECONDS = 60_000
CODE = """\
from ipywidgets import Button, Label, VBox
label = Label("nobody has pressed")
button = Button(description="Call the lift")
button.on_click(lambda _: setattr(label, "value", f"{label.value} and now somebody has"))
VBox([button, label])"""


@pytest.fixture
def site(own_course: Path, tmp_path: Path) -> Iterator[LiveSite]:
    path = own_course / "course" / "en" / "z1-lift.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(index for index, cell in enumerate(notebook.cells) if cell.id == "hook") + 1
    notebook.cells.insert(at, nbformat.v4.new_code_cell(CODE, id="own-code"))
    nbformat.write(notebook, path)
    site = LiveSite(own_course, tmp_path / "state")
    site.start()
    yield site
    site.close()


def kernels(site: LiveSite) -> list[psutil.Process]:
    assert site.process is not None
    server = psutil.Process(site.process.pid)
    return [
        one for one in server.children(recursive=True) if "ipykernel" in " ".join(one.cmdline())
    ]


def opened(site: LiveSite, browser: GuardedBrowser, username: str, address: str) -> Page:
    page = browser.new_page()
    site.sign_in(page, username)
    page.goto(f"{site.url}/{address}", timeout=SECONDS)
    return page


def test_a_page_of_text_and_elements_starts_no_process(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(site, chromium, "learner", "zh-CN/lesson/z1-lift")
    expect(page.locator("[data-yongxin-element]").first).to_have_attribute(
        "data-yongxin-mounted", ""
    )
    page.goto(f"{site.url}/en/exercise/z1-lift")
    assert site.process is not None
    assert psutil.Process(site.process.pid).children(recursive=True) == []


def test_other_code_works_beside_the_elements_and_ends_with_its_page(
    site: LiveSite, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    page = opened(site, chromium, "learner", PAGE)
    assert len(kernels(site)) == 1
    page.get_by_role("button", name="Call the lift").click(timeout=SECONDS)
    expect(page.get_by_text("nobody has pressed and now somebody has")).to_be_visible()
    screenshot(page, "lesson-with-kernel")
    quiz = page.locator('[data-yongxin-element="quiz:lift-first-words"]')
    quiz.get_by_label("Apologise and say what is happening").check()
    expect(quiz.locator(".yongxin-status")).to_have_attribute("data-state", "saved", timeout=10_000)
    learner = site.store.learner("learner")
    assert learner
    assert site.store.saved(learner.id, ["quiz:lift-first-words"])
    page.goto(f"{site.url}/en/")
    deadline = time.monotonic() + 15
    while kernels(site):
        assert time.monotonic() < deadline, "the kernel outlived its page"
        time.sleep(0.1)


def test_each_reader_has_a_kernel_of_their_own(site: LiveSite, chromium: GuardedBrowser) -> None:
    first = opened(site, chromium, "learner", PAGE)
    second = opened(site, chromium, "second", PAGE)
    assert len(kernels(site)) == 2
    config = "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    kernel = first.evaluate(config)
    assert kernel != second.evaluate(config)
    answers = second.evaluate(
        """async (id) => {
          const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
          const headers = {"X-XSRFToken": decodeURIComponent(token)};
          const look = await fetch(`/api/kernels/${id}`);
          const end = await fetch(`/api/kernels/${id}`, {method: "DELETE", headers});
          const shut = await fetch(`/voila/api/shutdown/${id}`, {method: "POST", headers});
          const socket = new WebSocket(`ws://${location.host}/api/kernels/${id}/channels?session_id=x`);
          const channel = await new Promise((done) => {
            socket.onopen = () => done("open");
            socket.onerror = () => done("refused");
          });
          return [look.status, end.status, shut.status, channel];
        }""",
        kernel,
    )
    assert answers == [404, 404, 404, "refused"]
    assert len(kernels(site)) == 2


def test_a_kernel_that_is_gone_is_told(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = opened(site, chromium, "learner", PAGE)
    expect(page.get_by_role("button", name="Call the lift")).to_be_visible(timeout=SECONDS)
    (kernel,) = kernels(site)
    kernel.kill()
    notice = page.locator("[data-yongxin-kernel-lost]")
    expect(notice).to_be_hidden()
    deadline = time.monotonic() + 20
    while notice.is_hidden():
        assert time.monotonic() < deadline, "nobody was told"
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        time.sleep(0.5)
    notice.get_by_role("link").click()
    expect(page.get_by_role("button", name="Call the lift")).to_be_visible(timeout=SECONDS)
    assert len(kernels(site)) == 1
