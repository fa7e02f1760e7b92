"""Opening a page in a real browser: when there is text, when the question works, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession

from bench.hosts import Host
from bench.processes import cost, wait_for_rest

TIMEOUT_MS = 180_000

#: Requests that a page makes after it works are still its cost; they are over by then.
AFTERWARDS_MS = 700

#: Runs before the page's own scripts. Notes the frame in which there is text, in which a control
#: takes input, in which the chart is drawn, and, since it answers the first question at once, in
#: which there is a verdict.
WATCH = """(() => {
  const seen = (window.__seen = {});
  const $ = (selector) => document.querySelector(selector);
  const visible = (node) => Boolean(node?.checkVisibility({ visibilityProperty: true }));
  const control = ".yongxin input:enabled, .jupyter-widgets .slider, .jupyter-widgets input";
  const verdict = ".yongxin-verdict:not([hidden])";
  const marks = {
    text: () => visible($("h1")),
    usable: () => visible($(control)),
    chart: () => visible($(".js-plotly-plot .barlayer path, .js-plotly-plot .bars path")),
    verdict: () => visible($(verdict)) || Boolean($("output")?.textContent),
  };
  let answered = false;
  let checked = false;
  const answer = () => {
    const option = $(".yongxin input[type=radio]:enabled");
    const button = $(".yongxin button[type=submit]:enabled");
    if (!answered && option) {
      option.click();
      answered = true;
    } else if (answered && !checked && button) {
      button.click();
      checked = true;
    }
  };
  const look = () => {
    for (const [name, holds] of Object.entries(marks))
      if (!(name in seen) && holds()) seen[name] = performance.now();
    answer();
    if (seen.usable) $(".yongxin-chart")?.scrollIntoView();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""

#: A cheap phone on a poor line: 4× slower processor, 1.6 Mbit/s, 150 ms.
SLOWER = 4
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}

#: What a page of each kind must have reached before it counts as open.
GOALS: Mapping[str, tuple[str, ...]] = {
    "quiz": ("text", "usable", "verdict"),
    "chart": ("text", "usable", "chart"),
    "lesson": ("text", "usable", "verdict"),
}


@dataclass
class Traffic:
    """What came over the wire for a page: transfers that the browser's cache could not spare.

    Answers, which are posted, belong to the learner and not to the page: they are left out.
    """

    requests: int = 0
    bytes: int = 0
    _posted: set[str] = field(default_factory=set)

    def watch(self, devtools: CDPSession) -> None:
        """Count from now on."""
        devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.on("Network.webSocketFrameReceived", self._frame)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["method"] == "POST":
            self._posted.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0 and event["requestId"] not in self._posted:
            self.requests += 1
            self.bytes += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"])


def measure(browser: Browser, host: Host, kind: str, *, slow: bool = False) -> dict[str, float]:
    """Open a page as a first visit; after a page with a quiz, a second page of the same visit.

    Times are milliseconds since the navigation began, ``bytes`` as on the wire with all headers,
    ``cpu`` seconds and ``memory`` MiB of the server and its kernels for the first page.
    ``verdict``, ``cpu`` and ``memory`` include a learner who answers without a pause.
    """
    context = browser.new_context(locale="zh-CN", viewport={"width": 412, "height": 800})
    try:
        if host.sign_in is not None:
            host.sign_in(context)
        wait_for_rest(host.pid)
        before = cost(host.pid)
        found = _open(context, host.pages[kind], GOALS[kind], slow=slow)
        spent = cost(host.pid) - before
        found |= {"cpu": spent.cpu_seconds, "memory": spent.private_mib}
        if kind == "quiz":
            second = _open(context, host.pages["second"], ("text", "usable"), slow=slow)
            found |= {f"second_{name}": value for name, value in second.items()}
    finally:
        context.close()
    return found


def _open(
    context: BrowserContext, url: str, goals: tuple[str, ...], *, slow: bool
) -> dict[str, float]:
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    traffic = Traffic()
    traffic.watch(devtools)
    if slow:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
    page.goto(url, wait_until="commit", timeout=TIMEOUT_MS)
    reached = "goals => goals.every((goal) => goal in window.__seen)"
    page.wait_for_function(reached, arg=list(goals), timeout=TIMEOUT_MS)
    page.wait_for_timeout(AFTERWARDS_MS)
    seen: dict[str, float] = page.evaluate("window.__seen")
    page.close()
    return {goal: seen[goal] for goal in goals} | {
        "requests": traffic.requests,
        "bytes": traffic.bytes,
    }
