"""The floor: static pages with the same text and a quiz in a few lines of script, or a chart."""

import asyncio
import html
import sys

from tornado.web import Application, RequestHandler

from bench.course import PARAGRAPH
from yongxin.elements import assets

PAGE = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>电梯停了</title>
<link rel="stylesheet" href="/page.css"><h1>电梯停了</h1>
{"".join(f"<p>{html.escape(PARAGRAPH)}</p>" for _ in range(8))}
<form class="yongxin"><fieldset><legend>住户等电梯等了二十分钟，你先说什么？</legend>
<label><input type="radio" name="one" value="0" disabled> 道歉，并说清现在的情况</label>
<label><input type="radio" name="one" value="1" disabled> 说这归维保公司管</label></fieldset>
<button type="submit">核对</button><output></output></form>
<script type="module" src="/page.js"></script></html>"""
STYLE = "body{font:1.0625rem/1.7 system-ui;max-width:42rem;margin:auto}label{display:block}"
SCRIPT = """const form = document.querySelector("form");
for (const input of form.querySelectorAll("input")) input.disabled = false;
form.onsubmit = async (event) => {
  event.preventDefault();
  const answer = new FormData(form).get("one");
  const reply = await fetch("/check", { method: "POST", body: answer });
  form.querySelector("output").textContent = await reply.text();
};"""

CHART_PAGE = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>满意的差距</title>
<link rel="stylesheet" href="/page.css"><h1>满意的差距</h1>
{"".join(f"<p>{html.escape(PARAGRAPH)}</p>" for _ in range(8))}
<form class="yongxin"><label>期望 <input type="range"></label></form>
<div id="chart" class="yongxin-chart" style="height: 20rem"></div>
<script src="/plotly.js"></script><script src="/chart.js"></script></html>"""
CHART_SCRIPT = """Plotly.newPlot("chart",
  [{ type: "bar", x: ["可靠", "反应", "保证", "关怀", "有形"], y: [-1, 0.5, -0.3, 0.2, 0.7] }],
  {}, { staticPlot: true });"""


class Fixed(RequestHandler):
    """Serves one text."""

    def initialize(self, body: str, kind: str) -> None:
        self.body, self.kind = body, kind

    def get(self) -> None:
        self.set_header("Content-Type", f"{self.kind}; charset=utf-8")
        self.write(self.body)


class Check(RequestHandler):
    """Tells whether the answer is right."""

    def post(self) -> None:
        self.write("对" if self.request.body == b"0" else "再想想")


async def main(port: int) -> None:
    """Serve until killed."""
    Application(
        [
            ("/check", Check),
            ("/page.js", Fixed, {"body": SCRIPT, "kind": "text/javascript"}),
            ("/page.css", Fixed, {"body": STYLE, "kind": "text/css"}),
            ("/plotly.js", Fixed, {"body": assets.library("plotly"), "kind": "text/javascript"}),
            ("/chart.js", Fixed, {"body": CHART_SCRIPT, "kind": "text/javascript"}),
            ("/chart", Fixed, {"body": CHART_PAGE, "kind": "text/html"}),
            ("/.*", Fixed, {"body": PAGE, "kind": "text/html"}),
        ],
        compress_response=True,
    ).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
