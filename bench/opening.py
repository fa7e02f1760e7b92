"""Opening a page in a real browser: when there is text, when the question works, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request

from bench.hosts import Host
from bench.processes import cost, wait_for_rest

#: How long a page may take; plain Voila needs more than a minute on the slow phone.
TIMEOUT_MS, LONG_TIMEOUT_MS = 30_000, 180_000

#: Requests that a page makes after it works are still its cost. They are over when none has ended
#: for so long; nobody waits for more than so many such whiles.
QUIET_MS, QUIET_AT_MOST = 1000, 10

#: Runs before the page's own scripts. Notes when the first frame is ready that shows the text, in
#: which a control takes input, in which the chart is drawn, and, since it answers the first
#: question at once, in which there is a verdict. A frame is ready when it is laid out and painted,
#: which is over when the message arrives that was posted before.
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
  const ready = new MessageChannel();
  let shown = [];
  ready.port1.onmessage = () => {
    for (const name of shown) seen[name] ??= performance.now();
    shown = [];
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
    shown = Object.keys(marks).filter((name) => !(name in seen) && marks[name]());
    if (shown.length) ready.port2.postMessage(null);
    if (seen.usable) {
      answer();
      // At once: how long a page glides is not how long it loads.
      $(".yongxin-chart")?.scrollIntoView({ behavior: "instant" });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""

ELSEWHERE = "http://elsewhere.test/"

#: A cheap phone on a poor line: 4× slower processor, 1.6 Mbit/s, 150 ms.
SLOWER = 4
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}

#: A phone that reads Chinese.
VISIT: Mapping[str, Any] = {"locale": "zh-CN", "viewport": {"width": 412, "height": 800}}

#: What a page of each kind must have reached before it counts as open.
GOALS: Mapping[str, tuple[str, ...]] = {
    "quiz": ("text", "usable", "verdict"),
    "chart": ("text", "usable", "chart"),
    "lesson": ("text", "usable", "verdict"),
}


@dataclass
class Traffic:
    """What came over the wire for a page: transfers that the browser's cache could not spare.

    What a service worker fetches counts too. Answers, which are posted, belong to the learner and
    not to the page: they are left out.
    """

    requests: int = 0
    bytes: int = 0
    _left_out: set[str] = field(default_factory=set)
    _by_service_worker: list[Request] = field(default_factory=list)

    def watch(self, page: Page, devtools: CDPSession) -> None:
        """Count from now on."""
        page.context.on("requestfinished", self._finished_anywhere)
        devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on("Network.responseReceived", self._received)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.on("Network.webSocketFrameReceived", self._frame)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["method"] == "POST":
            self._left_out.add(event["requestId"])

    def _received(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromServiceWorker"):
            self._left_out.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0 and event["requestId"] not in self._left_out:
            self.requests += 1
            self.bytes += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"])

    def _finished_anywhere(self, request: Request) -> None:
        if request.service_worker and request.method != "POST":
            self._by_service_worker.append(request)

    def total(self) -> dict[str, float]:
        """Return requests and bytes so far."""
        sizes = [size for one in self._by_service_worker if (size := _transferred(one)) > 0]
        return {"requests": self.requests + len(sizes), "bytes": self.bytes + sum(sizes)}

    def wait_for_end(self, page: Page) -> None:
        """Wait until nothing has come for a while: what a page makes use of later costs too."""
        for _ in range(QUIET_AT_MOST):
            before = self.requests, len(self._by_service_worker)
            page.wait_for_timeout(QUIET_MS)
            if before == (self.requests, len(self._by_service_worker)):
                return


def _transferred(request: Request) -> int:
    """Return the bytes that a service worker's request brought over the wire."""
    sizes, response = request.sizes(), request.response()
    if sizes["responseBodySize"] == 0 and response:
        # The browser does not tell the size of the service worker's own script.
        told = response.header_value("content-length")
        return sizes["responseHeadersSize"] + int(told or 0)
    # Of a response from the browser's cache the body is as much below nothing as there are headers.
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def measure(browser: Browser, host: Host, kind: str, *, slow: bool = False) -> dict[str, float]:
    """Open a page as a first visit; after a page with a quiz, a second page of the same visit.

    Times are milliseconds since the navigation began, ``bytes`` as on the wire with all headers,
    ``cpu`` seconds and ``memory`` MiB of the server and its kernels for the first page.
    ``verdict``, ``cpu`` and ``memory`` include a learner who answers without a pause.
    """
    context = browser.new_context(**VISIT)
    try:
        if host.sign_in is not None:
            host.sign_in(context)
        wait_for_rest(host.pid)
        before = cost(host.pid)
        context.set_default_timeout(LONG_TIMEOUT_MS if host.takes_long else TIMEOUT_MS)
        found = open_page(context, host.pages[kind], GOALS[kind], slow=slow)
        spent = cost(host.pid) - before
        found |= {"cpu": spent.cpu_seconds, "memory": spent.private_mib}
        if kind == "quiz":
            second = open_page(context, host.pages["second"], ("text", "usable"), slow=slow)
            found |= {f"second_{name}": value for name, value in second.items()}
    finally:
        context.close()
    return found


def open_page(
    context: BrowserContext, url: str, goals: tuple[str, ...], *, slow: bool = False
) -> dict[str, float]:
    """Open one page of a visit until all goals are reached; see ``measure`` for the figures."""
    page = context.new_page()
    _come_from_elsewhere(page)
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    traffic = Traffic()
    traffic.watch(page, devtools)
    if slow:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
    page.goto(url, wait_until="commit")
    reached = "goals => goals.every((goal) => goal in window.__seen)"
    page.wait_for_function(reached, arg=list(goals))
    traffic.wait_for_end(page)
    seen: dict[str, float] = page.evaluate("window.__seen")
    found = {goal: seen[goal] for goal in goals} | traffic.total()
    page.close()
    return found


def _come_from_elsewhere(page: Page) -> None:
    """Show a page of another site, from which people come: a chat, a portal, a search.

    An empty tab would spare some hosts the new process that a browser gives to another site.
    """
    page.route(
        ELSEWHERE, lambda route: route.fulfill(body="<p>elsewhere", content_type="text/html")
    )
    page.goto(ELSEWHERE)
    page.unroute(ELSEWHERE)
