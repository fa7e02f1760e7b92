"""Voila's front end: which files a page needs, and how they are sent."""

import json
from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)

from support.site_here import Site
from yongxin.site.front_end import BUNDLE, FrontEnd, Uses
from yongxin.site.headers import FOREVER
from yongxin.site.widget_modules import SHORTEST, WidgetModules

NOTHING = Uses(frozenset(), frozenset(), frozenset(), frozenset())
FIGURE_WIDGET = Uses(
    frozenset({"anywidget", "plotly"}), frozenset(), frozenset({"AnyModel"}), frozenset()
)
FIGURE = Uses(
    frozenset({"plotly"}), frozenset({"application/vnd.plotly.v1+json"}), frozenset(), frozenset()
)
LATER = Uses(frozenset({"plotly"}), frozenset(), frozenset({"OutputModel"}), frozenset())
UNKNOWN = Uses(None, frozenset(), frozenset(), frozenset())
SCRIPT = "export default {}; // " + "x" * SHORTEST


def front_end(site: Site) -> FrontEnd:
    found = site.server.app.settings["yongxin_front_end"]
    assert isinstance(found, FrontEnd)
    return found


@pytest.mark.parametrize(
    ("uses", "extensions"),
    [
        (NOTHING, set()),
        (FIGURE_WIDGET, {"anywidget"}),
        (FIGURE, {"jupyterlab-plotly"}),
        (LATER, {"jupyterlab-plotly"}),
        (UNKNOWN, {"anywidget", "jupyterlab-plotly"}),
    ],
)
def test_an_extension_comes_where_it_has_work(site: Site, uses: Uses, extensions: set[str]) -> None:
    config = front_end(site).page_config("the-kernel", uses)
    always = {"@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"}
    assert {one["name"] for one in config["federated_extensions"]} == always | extensions
    assert config["kernelId"] == "the-kernel"


def test_files_are_compressed_and_kept_for_good(site: Site) -> None:
    client = site.client()
    for path in front_end(site).scripts + front_end(site).styles:
        for encoding in ("br", "gzip"):
            answer = client.get(path, headers={"Accept-Encoding": encoding})
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == FOREVER
            assert answer.headers["Content-Encoding"] == encoding
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert "Set-Cookie" not in answer.headers


def test_another_version_is_not_kept_and_other_files_are_not_there(site: Site) -> None:
    client = site.client("guan")
    root = f"voila/{front_end(site).version}"
    older = client.get(f"voila/{'0' * 16}/static/voila.js")
    assert older.status_code == 200
    assert older.headers["Cache-Control"] == "no-store"
    for path in (
        f"{root}/static/../../etc/passwd",
        f"{root}/static/no-such.js",
        f"{root}/modules/..%2f..%2fcookie-secret",
        f"{root}/modules/no-such.js",
        f"{root}/labextensions/",
        "voila/static/voila.js",
        "voila/tree",
        "voila/tree/course",
        "voila/render/course/en/z1-lift.ipynb",
        "voila/files/course/en/z1-lift.ipynb",
        "tree",
        "lab",
        "api/contents",
        "api/kernels",
        "api/sessions",
        "nbextensions/x.js",
    ):
        assert client.get(path).status_code in {404, 405}, path


def test_the_bundle_holds_what_a_page_would_ask_for(site: Site) -> None:
    chunk = front_end(site)._files["static/7155.voila.js"]
    text = site.client().get(front_end(site).scripts[0]).content
    assert BUNDLE in front_end(site).scripts[0]
    assert chunk.read_bytes() in text


def test_a_widgets_script_is_named_by_its_address(tmp_path: Path) -> None:
    modules = WidgetModules(tmp_path / "modules")
    modules.add(SCRIPT)
    modules.add("export default 1")  # too short to be worth it
    (kept,) = (tmp_path / "modules").iterdir()
    assert kept.read_text() == SCRIPT
    assert modules.path(kept.name) == kept
    assert modules.path("../modules") is None

    def sent(content: object) -> dict[str, object]:
        parts = [b"{}", b"{}", b"{}", json.dumps(content).encode(), b"buffer"]
        named = modules.named(serialize_msg_to_ws_v1(parts, "iopub"), "https://here/m/")
        channel, parts = deserialize_msg_from_ws_v1(named)
        assert (channel, parts[0], parts[4]) == ("iopub", b"{}", b"buffer")
        found = json.loads(parts[3])
        assert isinstance(found, dict)
        return found

    address = f"https://here/m/{kept.name}"
    one = {"data": {"state": {"_esm": SCRIPT, "value": 1}}}
    assert sent(one) == {"data": {"state": {"_esm": address, "value": 1}}}
    every = {"data": {"states": {"a": {"state": {"_esm": SCRIPT}}, "b": {"state": {}}}}}
    assert sent(every)["data"] == {
        "states": {"a": {"state": {"_esm": address}}, "b": {"state": {}}}
    }
    # Nobody can put a script of their own on the site by sending it through their kernel.
    foreign = {"data": {"state": {"_esm": SCRIPT + "y"}}}
    assert sent(foreign) == foreign
    for odd in ({"data": SCRIPT + '"_esm"'}, {"data": {"states": [1], "_esm": SCRIPT}}):
        assert sent(odd) == odd
