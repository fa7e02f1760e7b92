"""The Sankey diagram: bands as wide as many went that way, and safe to put into a page."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from yongxin.site.sankey import TALLEST, Band, sankey

BANDS = [
    Band("call", "wait", "ask", 3),
    Band("call", "alone", "hang up", 1),
    Band("wait", "freed", "talk", 2),
]
NAMES = {"call": "The call", "wait": "Ten <minutes> & more", "alone": "Alone", "freed": "Freed"}


def rectangles(drawn: str) -> list[float]:
    found = ET.fromstring(drawn).iter("rect")
    return [float(one.attrib["height"]) for one in found]


def test_bars_are_as_high_as_many_came_there() -> None:
    drawn = sankey("call", BANDS, NAMES, "Ways")
    assert rectangles(drawn) == [TALLEST, TALLEST * 3 / 4, TALLEST / 4, TALLEST / 2]


def test_nothing_leaves_the_picture() -> None:
    drawn = sankey("call", BANDS, NAMES, "Ways")
    _, _, width, height = map(float, re.search(r'viewBox="([^"]*)"', drawn)[1].split())  # type: ignore[index]
    for x, y in re.findall(r"(-?\d+\.\d) (-?\d+\.\d)", drawn):
        assert 0 <= float(x) <= width
        assert 0 <= float(y) <= height


def test_names_are_escaped_and_whole_in_the_title() -> None:
    drawn = sankey("call", BANDS, NAMES, "Ways")
    assert "Ten &lt;minutes&gt; &amp; more" in drawn
    assert "<minutes>" not in drawn


def test_labels_leave_room_for_one_another() -> None:
    name = "一个很长很长很长很长很长很长很长很长的地方"
    places = [f"place-{number}" for number in range(9)]
    bands = [Band(one, other, "on", 2) for one, other in pairwise(places)]
    drawn = sankey(places[0], bands, dict.fromkeys(places, name), "Ways")
    labels = ET.fromstring(drawn).findall(".//text")
    at = [float(label.attrib["x"]) for label in labels]
    assert all(label.text and label.text.endswith("… · 2") for label in labels)
    shortest = min(after - before for before, after in pairwise(at))
    assert all(len(label.text or "") * 15 <= shortest + 5 * 7.5 for label in labels)


def test_nobody_has_played_yet() -> None:
    assert rectangles(sankey("call", [], {"call": "The call"}, "Ways")) == [2]
