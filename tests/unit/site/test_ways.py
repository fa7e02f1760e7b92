"""Which ways a cohort went: counts for trainers, none for a few people, and never a name."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from support.site_here import Site
from yongxin.language import LANGUAGES, Language
from yongxin.store import Store
from yongxin.text import interface_text

SCENARIO = "quiz:water-first-call"
ADDRESS = "cohort/scenario/water-first-call"
CALLERS = [[["ask-her", "send-at-once"]]] * 3 + [[["hang-up"], ["ask-her"]], [["ask-her"]]]


def play(store: Store, responses: Sequence[object]) -> None:
    for number, response in enumerate(responses):
        learner = store.add_learner(f"caller-{number}", f"Secret Name {number}")
        state = {"response": response}
        store.apply(
            learner.id,
            SCENARIO,
            event_id="1",
            client="tab",
            revision=0,
            transition=lambda _, state=state: (state, {}),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_trainers_see_counts_and_shares_as_picture_and_table(
    own_site: Site, language: Language
) -> None:
    play(own_site.store, [*CALLERS, [["gone"]]])
    client = own_site.client("chen")
    html = client.get(f"{language}/{ADDRESS}").text
    text = interface_text(language)
    assert text("site.ways.counts", played=5, unfinished=1, unreadable=1) in html
    numbers = re.findall(r'<td class="numeric">([^<]*)</td>', html)
    assert sorted(zip(numbers[::2], numbers[1::2], strict=True)) == [
        ("0", "0%"),
        ("0", "0%"),
        ("1", "20%"),
        ("3", "100%"),
        ("4", "80%"),
    ]
    picture = re.search(r"<svg.*?</svg>", html, re.DOTALL)
    assert picture
    assert len(ET.fromstring(picture[0]).findall(".//path")) == 3
    assert "Secret Name" not in html
    assert "caller-" not in html
    listed = client.get(f"{language}/cohort").text
    assert f'href="/{language}/{ADDRESS}"' in listed


def test_of_fewer_than_five_nothing_is_shown(own_site: Site) -> None:
    play(own_site.store, CALLERS[:4])
    client = own_site.client("chen")
    html = client.get(f"en/{ADDRESS}").text
    assert interface_text("en")("site.ways.too-few", fewest=5) in html
    assert "<svg" not in html.split("<main", 1)[1]
    assert 'class="numeric"' not in html


def test_who_is_no_learner_or_not_active_is_not_counted(own_site: Site) -> None:
    play(own_site.store, CALLERS)
    own_site.store.deactivate("caller-4")
    own_site.store.update_learner("caller-3", role="trainer")
    assert len(own_site.store.states(SCENARIO)) == 3


def test_hr_sees_neither_the_page_nor_the_list(own_site: Site) -> None:
    client = own_site.client("wu")
    assert client.get(f"en/{ADDRESS}").status_code == 403
    assert "cohort/scenario" not in client.get("en/cohort").text


@pytest.mark.parametrize("name", ["nothing", "water-no-news"])
def test_what_is_no_scenario_is_not_found(own_site: Site, name: str) -> None:
    assert own_site.client("chen").get(f"en/cohort/scenario/{name}").status_code == 404
