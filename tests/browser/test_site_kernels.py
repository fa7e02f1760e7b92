"""A page with Python of its own, in a real browser: one kernel, owned, offline, and ended.

The notebooks in here know nothing of Yongxin: what works for them works for anybody's.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect

from support.browser import GuardedBrowser
from support.live_site import LiveSite

PAGE = "en/lesson/z1-lift"
CHINESE_PAGE = "zh-CN/lesson/z1-lift"
EXERCISE = "en/exercise/z1-lift"
MILLISECONDS = 120_000

WIDGETS = (
    """\
from ipywidgets import Button, IntSlider, Label, Layout, Output, Text, VBox, interact
label = Label("nobody has pressed")
button = Button(description="Call the lift", layout=Layout(border="2px solid green"))
button.on_click(lambda _: setattr(label, "value", f"{label.value} and now somebody has"))
VBox([button, label])""",
    """\
@interact(floor=IntSlider(value=3, min=0, max=10, description="Floor"))
def square(floor):
    print("the square is", floor * floor)""",
    """\
output = Output()
name = Text(description="Name")
def greet(change):
    output.clear_output()
    with output:
        print("good day,", change.new)
name.observe(greet, "value")
VBox([name, output])""",
    # To be set by the MathJax that Voila brings along, and not by one from a CDN.
    """\
from IPython.display import Math
Math(r"\\frac{a}{b}")""",
    """\
from IPython.display import HTML
HTML("<p id='shown'>shown</p><script>document.title = 'run'</script>")""",
    'raise OSError("inner workings")',
)

FIGURES = (
    """\
import pandas as pd
scores = pd.DataFrame({"system": ["owners", "tenants"], "score": [3, 5]})
scores""",
    """\
import ipywidgets as widgets
import plotly.graph_objects as go
figure = go.FigureWidget(data=[go.Bar(x=list(scores.system), y=list(scores.score))])
factor = widgets.IntSlider(value=1, min=1, max=5, description="Factor")
def multiply(change):
    with figure.batch_update():
        figure.data[0].y = [score * change.new for score in scores.score]
        figure.layout.title.text = f"times {change.new}"
factor.observe(multiply, "value")
widgets.VBox([factor, figure])""",
)


def add_cells(path: Path, sources: tuple[str, ...]) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1:1] = [
        nbformat.v4.new_code_cell(source, id=f"own-{number}")
        for number, source in enumerate(sources)
    ]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def site(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A course whose lesson has widgets (English) or a figure (Chinese)."""
    course = tmp_path_factory.mktemp("own") / "course"
    shutil.copytree(built_course, course)
    add_cells(course / "course" / "en" / "z1-lift.ipynb", WIDGETS)
    add_cells(course / "course" / "zh-CN" / "z1-lift.ipynb", FIGURES)
    site = LiveSite(course, tmp_path_factory.mktemp("state"), "--OwnedKernels.kernels_altogether=2")
    site.start()
    yield site
    site.close()


def kernels(site: LiveSite) -> list[psutil.Process]:
    assert site.process is not None
    server = psutil.Process(site.process.pid)
    return [one for one in server.children(recursive=True) if _is_kernel(one)]


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return "ipykernel" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it has just ended
        return False


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def _no_kernel_is_left(site: LiveSite, chromium: GuardedBrowser) -> Iterator[None]:
    """Whatever a test did: when its tabs are closed, their kernels end."""
    yield
    for page in chromium.pages():
        page.close(run_before_unload=True)
    until(lambda: not kernels(site), "a kernel outlived its page")


def opened(site: LiveSite, browser: GuardedBrowser, username: str, address: str) -> Page:
    page = browser.new_page()
    site.sign_in(page, username)
    page.goto(f"{site.url}/{address}", timeout=MILLISECONDS)
    return page


def test_a_page_of_text_and_elements_starts_no_process(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(site, chromium, "learner", EXERCISE)
    expect(page.locator("[data-yongxin-element]").first).to_have_attribute(
        "data-yongxin-mounted", ""
    )
    assert kernels(site) == []


def test_widgets_work_beside_the_elements(
    site: LiveSite, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    page = opened(site, chromium, "learner", PAGE)
    title = page.title()
    # The text and the elements wait for no kernel.
    quiz = page.locator('[data-yongxin-element="quiz:lift-first-words"]')
    quiz.get_by_label("Apologise and say what is happening").check()
    expect(quiz.locator(".yongxin-status")).to_have_attribute(
        "data-state", "saved", timeout=MILLISECONDS
    )
    page.get_by_role("button", name="Call the lift").click(timeout=MILLISECONDS)
    expect(page.get_by_text("nobody has pressed and now somebody has")).to_be_visible()
    expect(page.get_by_text("the square is 9")).to_be_visible()
    page.get_by_role("slider").first.press("ArrowRight")
    expect(page.get_by_text("the square is 16")).to_be_visible()
    page.get_by_label("Name").fill("Lin")
    expect(page.get_by_text("good day, Lin")).to_be_visible()
    expect(page.locator("#own-3 mjx-container")).to_be_visible()
    expect(page.locator("#own-5")).to_have_text(
        "This part could not be shown. The rest of the page works. Please tell your trainer."
    )
    assert "inner workings" not in page.content()
    expect(page.locator("#shown")).to_be_visible()
    assert page.title() == title, "a script from a cell's output ran"
    refused = [one for one in chromium.console if "Content Security Policy" in one]
    assert all("inline script" in one for one in refused), refused
    screenshot(page, "lesson-with-widgets")
    page.set_viewport_size({"width": 375, "height": 800})
    screenshot(page, "lesson-with-widgets")
    page.goto(f"{site.url}/en/")
    until(lambda: not kernels(site), "the kernel outlived its page")


def test_a_figure_works_and_its_files_are_kept(
    site: LiveSite, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    page = chromium.new_page()
    site.sign_in(page)
    loaded: list[str] = []
    frames: list[int] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("websocket", lambda one: one.on("framereceived", lambda data: frames.append(len(data))))
    page.goto(f"{site.url}/{CHINESE_PAGE}", timeout=MILLISECONDS)
    bars = page.locator(".js-plotly-plot .bars path")
    expect(bars).to_have_count(2, timeout=MILLISECONDS)
    expect(page.get_by_role("cell", name="tenants")).to_be_visible()
    keys = cycle(("End", "Home"))

    def changed() -> bool:
        # plotly drops what comes while it draws a figure for the first time.
        page.get_by_role("slider").first.press(next(keys))
        page.wait_for_timeout(500)
        return "times" in page.locator(".js-plotly-plot").inner_text()

    until(changed, "the slider did not change the figure")
    screenshot(page, "lesson-with-figure")
    files = [one for one in loaded if "/voila/" in one]
    assert len(files) < 20, files
    assert not [one for one in files if "jupyterlab-plotly" in one], "plotly came twice"
    assert max(frames) < 100_000, "the figure's script came through the socket"
    for address in files:
        answer = page.request.get(address)
        assert answer.ok, address
        assert "immutable" in answer.headers["cache-control"], address


def test_a_reload_ends_the_kernel_before(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = opened(site, chromium, "learner", PAGE)
    button = page.get_by_role("button", name="Call the lift")
    expect(button).to_be_visible(timeout=MILLISECONDS)
    (before,) = kernels(site)
    page.reload()
    expect(button).to_be_visible(timeout=MILLISECONDS)
    until(lambda: not before.is_running(), "the kernel of the page before the reload runs on")
    assert len(kernels(site)) == 1


def test_each_reader_has_a_kernel_of_their_own(site: LiveSite, chromium: GuardedBrowser) -> None:
    first = opened(site, chromium, "learner", PAGE)
    second = opened(site, chromium, "second", PAGE)
    config = "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    ids: list[str] = []
    for page in (first, second):
        page.locator("#jupyter-config-data").wait_for(state="attached", timeout=MILLISECONDS)
        ids.append(page.evaluate(config))
    assert len(set(ids)) == 2
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
        ids[0],
    )
    assert answers == [404, 404, 404, "refused"]
    assert len(kernels(site)) == 2


def test_whoever_waits_is_told_the_place_and_has_a_turn(
    site: LiveSite,
    chromium: GuardedBrowser,
    screenshot: Callable[..., None],
    axe: Callable[..., None],
) -> None:
    early = [opened(site, chromium, one, PAGE) for one in ("trainer", "second")]
    for page in early:
        page.locator("#jupyter-config-data").wait_for(state="attached", timeout=MILLISECONDS)
    for language, words in (("en", "You are number 1 in line"), ("zh-CN", "你排在第1位")):
        late = opened(site, chromium, "learner", f"{language}/lesson/z1-lift")
        notice = late.get_by_role("status").filter(has_text=words)
        expect(notice).to_be_visible(timeout=MILLISECONDS)
        axe(late)
        for width in (1280, 375):
            late.set_viewport_size({"width": width, "height": 800})
            screenshot(late, "waiting-for-a-kernel")
        if language == "zh-CN":
            break
        late.close(run_before_unload=True)
    early[0].close(run_before_unload=True)
    expect(late.locator(".js-plotly-plot").first).to_be_visible(timeout=MILLISECONDS)
    expect(notice).to_have_count(0)


def test_a_kernel_that_is_gone_is_told(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = opened(site, chromium, "learner", PAGE)
    expect(page.get_by_role("button", name="Call the lift")).to_be_visible(timeout=MILLISECONDS)
    (kernel,) = kernels(site)
    kernel.kill()
    notice = page.get_by_role("status").filter(has_text="gone to sleep")

    def told() -> bool:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return notice.is_visible()

    until(told, "nobody was told")
    notice.get_by_role("link").click()
    expect(page.get_by_role("button", name="Call the lift")).to_be_visible(timeout=MILLISECONDS)
    assert len(kernels(site)) == 1


def test_a_page_without_a_network_waits_for_it(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = chromium.new_page()
    site.sign_in(page)
    page.route(re.compile("/api/yongxin/run$"), lambda route: route.abort())
    page.goto(f"{site.url}/{PAGE}")
    notice = page.get_by_role("status").filter(has_text="You are not connected")
    expect(notice).to_be_visible(timeout=MILLISECONDS)
    page.unroute_all()
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Call the lift")).to_be_visible(timeout=MILLISECONDS)
