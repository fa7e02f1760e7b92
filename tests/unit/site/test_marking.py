"""The marking queue as trainers see it: whose answer it is stays hidden until they ask."""

import html
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from support.cohort import MODULE, REFLECTION, Cohort
from support.site_here import Site, open_site
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
)
FIRST = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\n第二行"
QUEUE = f"en/marking/{MODULE}/{REFLECTION}"
CELL = f"reflection-{REFLECTION}"
NAMES = ("lin", "Lin", "zhou", "Zhou")
text = interface_text("en")


@pytest.fixture(scope="module")
def graded(built_course: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which lin and then zhou have handed in, graded; copied for each test."""
    from yongxin.grading.exchange import release_module

    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(built_course, root)
    shutil.copy(repository / "nbgrader_config.py", root)
    release_module(root, MODULE)
    cohort = Cohort(root)
    for hours, username in enumerate(("lin", "zhou")):
        written = {"facts": HOSTILE, "feeling": f"感受{hours}", "rating": "satisfied"}
        cohort.hand_in(username, written=written, now=FIRST + timedelta(hours=hours))
    cohort.collect_and_autograde()
    return root


@pytest.fixture
def cohort(graded: Path, tmp_path: Path) -> Cohort:
    root = tmp_path / "course"
    shutil.copytree(graded, root)
    return Cohort(root)


@pytest.fixture
def site(cohort: Cohort, tmp_path: Path) -> Iterator[Site]:
    for site in open_site(cohort.root, tmp_path / "state"):
        for username in ("lin", "zhou"):
            site.store.hand_in(
                site.learner(username).id, MODULE, event_id="e", allowed_attempts=2,
                now=FIRST, snapshot={},
                deliver=lambda _: {"timestamp": "t", "directory": "d", "secret": "s"},
            )  # fmt: skip
        yield site


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that marks."""
    form = page[page.index("data-yongxin-marking") :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def send(client: httpx.Client, page: str, address: str = QUEUE, **more: str) -> httpx.Response:
    return client.post(address, data={**fields(page), **more})


def follow(client: httpx.Client, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_says_whose_answer_it_is(site: Site, language: Language) -> None:
    client = site.client("chen")
    address = f"{language}/marking/{MODULE}/{REFLECTION}"
    for answer in (client.get(address), client.get(f"{language}/marking")):
        assert answer.status_code == 200
        page = re.sub(r"\b(on)?line?\b|Chen", "", answer.text)
        for name in NAMES:
            assert not re.search(rf"\b{name}\b", page), name
    page = client.get(address).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n第二行" in page
    assert "感受0" in page
    assert "satisfied" in page if language == "en" else "满意" in page
    for level in (
        ("Blank or off topic", "Facts and feelings are kept apart")
        if (language == "en")
        else ("空白或离题", "事实与感受分得开")
    ):
        assert level in page
    told = interface_text(language)("marking.turn.progress", marked=0, total=2)
    assert told in page


def test_one_after_another_until_all_are_marked(site: Site, cohort: Cohort) -> None:
    client = site.client("chen")
    overview = client.get("en/marking").text
    assert text("marking.progress-of", marked=0, total=2) in overview
    assert f"/{QUEUE}" in overview
    first = client.get(QUEUE).text
    second = follow(client, send(client, first, do="give", level="2", comment="具体。\r\n好"))
    assert text("marking.told.given") in second
    assert "感受1" in second
    assert cohort.grades("lin")[CELL]["manual"] == 2
    done = follow(client, send(client, second, do="give", level="3", comment=""))
    assert text("marking.done.title") in done
    assert text("marking.progress-of", marked=2, total=2) in client.get("en/marking").text
    undone = follow(client, send(client, second, do="undo"))
    assert text("marking.told.undone") in undone
    assert "感受1" in undone
    assert cohort.grades("zhou")[CELL]["waits"]
    undone = follow(client, send(client, second, do="undo"))
    assert "感受0" in undone
    assert text("marking.told.nothing-to-undo") in follow(client, send(client, second, do="undo"))


def test_skipping_and_going_back(site: Site) -> None:
    client = site.client("chen")
    first = client.get(QUEUE).text
    second = follow(client, send(client, first, do="skip"))
    assert "感受1" in second
    assert "感受0" in follow(client, send(client, second, do="previous"))
    assert "感受0" in follow(client, send(client, second, do="skip"))


def test_what_cannot_be_kept_is_told_and_nothing_is_lost(site: Site, cohort: Cohort) -> None:
    client = site.client("chen")
    page = client.get(QUEUE).text
    before = cohort.grades("lin")
    for status, problem, sent in (
        (400, "choose-level", {"comment": "kept & shown"}),
        (400, "comment-too-long", {"level": "1", "comment": "kept & shown" + "长" * 2000}),
    ):
        answer = send(client, page, do="give", **sent)
        assert answer.status_code == status
        assert text(f"marking.problem.{problem}") in answer.text
        assert "kept &amp; shown" in answer.text
    assert cohort.grades("lin") == before
    cohort.mark("lin", 1, "from formgrader")
    answer = send(client, page, do="give", level="3", comment="mine")
    assert answer.status_code == 409
    assert text("marking.problem.changed-since") in answer.text
    assert "from formgrader" in answer.text
    assert re.search(r'value="3" required checked', answer.text)
    assert ">mine</textarea>" in answer.text
    assert cohort.grades("lin")[CELL]["manual"] == 1
    send(client, answer.text, do="give", level="3", comment="mine")
    assert cohort.grades("lin")[CELL]["manual"] == 3


def test_returning_takes_it_out_of_the_queue_and_is_done_once(site: Site) -> None:
    client = site.client("chen")
    first = client.get(QUEUE).text
    answer = send(client, first, do="return", comment=" ")
    assert answer.status_code == 400
    assert text("marking.problem.return-needs-comment") in answer.text
    second = follow(client, send(client, first, do="return", comment="Say what you felt."))
    assert text("marking.told.returned") in second
    assert text("marking.turn.progress", marked=0, total=1) in second
    answer = send(client, first, do="return", comment="again")
    assert answer.status_code == 409
    assert text("marking.problem.returned-already") in answer.text
    (returned,) = site.store.returned(site.learner("lin").id)
    assert returned.comment == "Say what you felt."
    entry = site.store.audit_entries(limit=1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("chen", "reflection return", "lin")
    done = follow(client, send(client, second, do="give", level="0", comment=""))
    assert text("marking.done.with-learners", number=1) in done
    assert text("marking.returned-text", number=1) in client.get("en/marking").text


def test_the_name_is_shown_once_asked_for_and_the_log_says_so(site: Site) -> None:
    client = site.client("chen")
    page = client.get(QUEUE).text
    answer = send(client, page, do="name", level="1", comment="begun")
    assert text("marking.turn.name", name="Lin") in answer.text
    assert ">begun</textarea>" in answer.text
    entry = site.store.audit_entries(limit=1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("chen", "name show", "lin")
    assert "Lin" not in client.get(QUEUE).text


def test_comments_to_use_again(site: Site) -> None:
    chen, guan = site.client("chen"), site.client("guan")
    address = "en/marking/comments"
    for words, shared in (("<b>Mine</b>", ""), ("Ours", "yes")):
        assert chen.post(address, data={"do": "add", "words": words, "shared": shared}).is_redirect
    assert "&lt;b&gt;Mine&lt;/b&gt;" in chen.get(address).text
    assert "Mine" not in guan.get(address).text
    mine, ours = site.store.bank_comments(site.learner("chen").id)
    guan.post(address, data={"do": f"change:{mine.id}", "words": "stolen"})
    guan.post(address, data={"do": f"change:{ours.id}", "words": "Ours, better"})
    guan.post(address, data={"do": f"remove:{mine.id}"})
    assert [one.words for one in site.store.bank_comments(site.learner("chen").id)] == [
        "<b>Mine</b>", "Ours, better",
    ]  # fmt: skip
    page = chen.get(QUEUE).text
    answer = send(chen, page, do=f"insert:{mine.id}", level="2", comment="Before.")
    assert "Before.\n&lt;b&gt;Mine&lt;/b&gt;</textarea>" in answer.text
    assert re.search(r'value="2" required checked', answer.text)
    for words in ("", "长" * 501):
        refused = chen.post(address, data={"do": "add", "words": words})
        assert refused.status_code == 400
        assert text("marking.bank.problem.words") in refused.text
    chen.post(address, data={"do": f"remove:{ours.id}"})
    assert "Ours" not in guan.get(address).text


def test_a_second_person_sees_no_mark_and_the_two_are_compared(site: Site, cohort: Cohort) -> None:
    chen, guan = site.client("chen"), site.client("guan")
    for level in ("0", "2"):
        send(chen, chen.get(QUEUE).text, do="give", level=level, comment="FIRST COMMENT")
    assert text("marking.done.second") in guan.get(f"{QUEUE}/second").text
    answer = guan.post(f"{QUEUE}/agreement", data={"do": "sample", "every": "1"})
    assert text("marking.told.kept") in follow(guan, answer)
    for level in ("3", "2"):
        page = guan.get(f"{QUEUE}/second").text
        assert "FIRST COMMENT" not in page
        assert "checked" not in page
        assert send(guan, page, f"{QUEUE}/second", do="give").status_code == 400
        send(guan, page, f"{QUEUE}/second", do="give", level=level)
    assert [cohort.grades(one)[CELL]["manual"] for one in ("lin", "zhou")] == [0, 2]
    page = guan.get(f"{QUEUE}/agreement").text
    assert text("marking.agree.exact-text", number=1, pairs=2) in page
    assert text("marking.agree.too-few", enough=10) in page
    entry = re.search(r'name="entry" value="(\w+)"', page)
    assert entry
    agreed = {"do": "settle", "entry": entry[1], "level": "1"}
    page = follow(guan, guan.post(f"{QUEUE}/agreement", data=agreed))
    assert text("marking.told.settled") in page
    assert cohort.grades("lin")[CELL]["manual"] == 1


def test_what_nobody_meant_to_send_is_refused(site: Site) -> None:
    client = site.client("chen")
    page = client.get(QUEUE).text
    assert send(client, page, do="burn").status_code == 400
    assert send(client, page, do="give", level="x").status_code == 400
    assert client.get(f"{QUEUE}?entry={'0' * 32}").status_code == 404
    assert client.get(f"en/marking/{MODULE}/no-such").status_code == 404
    assert client.get(f"{QUEUE}?told=%3Cscript%3E").status_code == 200
    agreement = client.post(f"{QUEUE}/agreement", data={"do": "sample", "every": "7"})
    assert agreement.status_code == 400


def test_before_anything_was_released(own_site: Site) -> None:
    client = own_site.client("chen")
    answer = client.get("en/marking")
    assert answer.status_code == 503
    assert "release a module first" in answer.text


def test_a_site_without_the_trainers_folder_says_so(built_course: Path, tmp_path: Path) -> None:
    for site in open_site(built_course, tmp_path / "state", "--trainers-folder="):
        for address in ("en/marking", QUEUE):
            assert site.client("chen").get(address).status_code == 404
