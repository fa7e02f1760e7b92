"""The way of an answer to the server: kept on the device, sent once, told in words."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.browser import GuardedBrowser
from support.element_server import Answer, ElementServer
from support.elements_on_pages import root, status

SINGLE, NUMBER, RECAP = "quiz:gap-sign", "quiz:lift-minutes", "reflect:lift-recap"
PRACTICE = "quiz:lift-first-words"


@pytest.fixture
def context(chromium: GuardedBrowser) -> BrowserContext:
    return chromium.new_context()


@pytest.fixture
def open_page(context: BrowserContext, server: ElementServer) -> Callable[..., Page]:
    def open_page(*names: str, language: Any = "en") -> Page:
        page = context.new_page()
        page.goto(server.page(language, *names))
        for name in names:
            expect(root(page, name)).to_have_attribute("data-yongxin-mounted", "")
        return page

    return open_page


def choose(page: Page, name: str, option: int) -> None:
    root(page, name).get_by_role("radio").nth(option).check()


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def kept(page: Page, name: str = SINGLE) -> list[dict[str, Any]]:
    text = page.evaluate("name => localStorage.getItem(`yongxin:learner-1:${name}`)", name)
    return json.loads(text) if text else []


# -- saving -------------------------------------------------------------------------------------


def test_an_answer_is_saved_within_a_second(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    expect(status(page, SINGLE)).to_have_text("Not answered yet")
    begun = time.monotonic()
    choose(page, SINGLE, 0)
    wait_until(lambda: server.state(SINGLE)["response"] == "met")
    assert time.monotonic() - begun < 1
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    assert kept(page) == []


def test_typing_is_one_event_and_not_one_for_each_key(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP)
    field = root(page, RECAP).get_by_label("Concept")
    field.press_sequentially("expectation", delay=10)
    expect(status(page, RECAP)).to_have_text("Saved")
    assert server.state(RECAP) == {"fields": {"concept": "expectation"}}
    assert len(server.received(RECAP)) <= 2


def test_fields_written_while_the_server_is_busy_all_arrive(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.always = Answer(503, "store-busy")
    page = open_page(RECAP)
    for label, text in (("Concept", "a"), ("Key points", "b"), ("Concept", "c")):
        root(page, RECAP).get_by_label(label).fill(text)
    wait_until(lambda: len(server.received(RECAP)) >= 1)
    server.always = None
    expect(status(page, RECAP)).to_have_text("Saved", timeout=10_000)
    assert server.state(RECAP) == {"fields": {"concept": "c", "points": "b"}}
    assert kept(page, RECAP) == []


def test_events_of_one_element_never_overtake_one_another(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(PRACTICE)
    for option in (0, 1, 0, 1):
        choose(page, PRACTICE, option)
    root(page, PRACTICE).get_by_role("button", name="Check").click()
    expect(root(page, PRACTICE).locator(".yongxin-verdict")).to_contain_text("Not yet.")
    assert server.state(PRACTICE) == {
        "response": "not-my-job",
        "checked": True,
        "first": {"response": "not-my-job", "ratio": 0.0},
    }
    revisions = [one["revision"] for one in server.events]
    assert revisions == sorted(revisions)


def test_a_reload_and_another_browser_show_the_answer(
    open_page: Callable[..., Page], server: ElementServer, chromium: GuardedBrowser
) -> None:
    page = open_page(SINGLE)
    choose(page, SINGLE, 1)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    page.reload()
    expect(root(page, SINGLE).get_by_label("Delight")).to_be_checked()
    other = chromium.new_page()
    other.goto(server.page("zh-CN", SINGLE))
    expect(root(other, SINGLE).get_by_label("非常满意")).to_be_checked()
    expect(status(other, SINGLE)).to_have_text("已作答，已保存")


# -- when the server cannot be reached ----------------------------------------------------------


def test_without_a_network_answers_stay_on_the_device_and_are_sent_later(
    open_page: Callable[..., Page], server: ElementServer, context: BrowserContext
) -> None:
    page = open_page(SINGLE)
    context.set_offline(True)
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text(
        "Not connected. Your answer is kept on this device and will be sent."
    )
    assert [one["event"]["response"] for one in kept(page)] == ["met"]
    context.set_offline(False)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    assert server.state(SINGLE)["response"] == "met"
    assert kept(page) == []


def test_only_the_last_of_several_answers_given_offline_is_sent(
    open_page: Callable[..., Page], server: ElementServer, context: BrowserContext
) -> None:
    page = open_page(SINGLE)
    context.set_offline(True)
    for option in (0, 1, 0, 1):
        choose(page, SINGLE, option)
        page.wait_for_timeout(400)
    assert len(kept(page)) == 1
    context.set_offline(False)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    assert [one["response"] for one in server.received(SINGLE)] == ["delighted"]


def test_an_unsent_answer_survives_a_reload(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.always = Answer(503, "unavailable")
    page = open_page(SINGLE)
    choose(page, SINGLE, 1)
    expect(status(page, SINGLE)).to_contain_text("The server does not answer at the moment.")
    page.reload()
    expect(root(page, SINGLE).get_by_label("Delight")).to_be_checked()
    assert SINGLE not in server.states
    server.always = None
    expect(status(page, SINGLE)).to_have_text("Answered, saved", timeout=15_000)
    assert server.state(SINGLE)["response"] == "delighted"


def test_an_unsent_answer_survives_a_closed_tab(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.always = Answer(500)
    page = open_page(RECAP)
    root(page, RECAP).get_by_label("Concept").fill("kept")
    expect(status(page, RECAP)).to_contain_text("kept on this device")
    page.close()
    server.always = None
    page = open_page(RECAP)
    expect(root(page, RECAP).get_by_label("Concept")).to_have_value("kept")
    expect(status(page, RECAP)).to_have_text("Saved")
    assert server.state(RECAP) == {"fields": {"concept": "kept"}}


def test_leaving_the_page_sends_what_was_just_written(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP)
    field = root(page, RECAP).get_by_label("Concept")
    field.focus()
    page.evaluate(
        """() => {
          const field = document.activeElement;
          field.value = "the last word";
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          location.href = "/empty";
        }"""
    )
    page.wait_for_url("**/empty")
    wait_until(lambda: RECAP in server.states)
    assert server.state(RECAP) == {"fields": {"concept": "the last word"}}


def test_an_event_whose_answer_was_lost_counts_once(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.next.append(Answer(502, applied=True))
    page = open_page(SINGLE)
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text("Answered, saved", timeout=10_000)
    assert server.events[0]["event_id"] == server.events[1]["event_id"]
    assert server.states[SINGLE][0] == 1


def test_attempts_grow_rare_and_begin_anew_with_success(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    page.clock.install()
    server.always = Answer(503, "unavailable")
    choose(page, SINGLE, 0)
    seen = []
    for _ in range(6):
        page.clock.run_for(60_000)
        page.wait_for_timeout(150)
        seen.append(len(server.received(SINGLE)))
    assert 3 <= seen[0] <= 8, seen
    assert 1 <= seen[5] - seen[3] <= 4, seen


def test_a_server_that_asks_for_patience_gets_it(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.next.append(Answer(429, "too-many", headers={"Retry-After": "4"}))
    page = open_page(SINGLE)
    begun = time.monotonic()
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_contain_text("The server is busy.")
    expect(status(page, SINGLE)).to_have_text("Answered, saved", timeout=15_000)
    assert time.monotonic() - begun > 3.9


WAITING = [
    (Answer(503, "store-busy"), "The server is busy.", "服务器正忙。"),
    (Answer(503, "anything"), "The server does not answer", "服务器暂时没有回应。"),
    (Answer(500), "The server does not answer", "服务器暂时没有回应。"),
    (Answer(507, "store-full"), "The server has no space left", "服务器的空间满了"),
    (Answer(401, "not-signed-in"), "You are signed out.", "登录已经过期。"),
    (Answer(403, "not-allowed"), "The server does not answer", "服务器暂时没有回应。"),
    (Answer(404, "not-found"), "The server does not answer", "服务器暂时没有回应。"),
]


@pytest.mark.parametrize(("answer", "english", "chinese"), WAITING, ids=str)
def test_what_can_be_mended_is_kept_and_told_in_words(
    open_page: Callable[..., Page],
    server: ElementServer,
    answer: Answer,
    english: str,
    chinese: str,
) -> None:
    server.always = answer
    for language, words, device in (
        ("en", english, "Your answer is kept on this device and will be sent."),
        ("zh-CN", chinese, "你的答案留在这台设备上，之后自动发送。"),
    ):
        page = open_page(SINGLE, language=language)
        choose(page, SINGLE, 0)
        expect(status(page, SINGLE)).to_contain_text(words)
        expect(status(page, SINGLE)).to_contain_text(device)
        expect(root(page, SINGLE).locator(".yongxin-announcer")).to_contain_text(words)
        assert len(kept(page)) == 1
        page.evaluate("localStorage.clear()")
        page.close()


def test_whoever_is_signed_out_finds_the_way_back(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.always = Answer(401, "not-signed-in")
    page = open_page(SINGLE)
    choose(page, SINGLE, 0)
    link = status(page, SINGLE).get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("href", "/empty")
    # Signed in again in another tab; this one sends when it is looked at.
    server.always = None
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page, SINGLE)).to_have_text("Answered, saved")


def test_a_lost_token_is_fetched_anew(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    server.token = "token-2"
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    assert server.fetched == 1


def test_an_answer_that_is_not_ours_counts_as_no_network(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    # As a hotel's network answers everything with the page on which to sign in.
    page.route("**/api/**", lambda route: route.fulfill(status=200, body="<html>Welcome</html>"))
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_contain_text("Not connected.")
    assert len(kept(page)) == 1


# -- when the server refuses --------------------------------------------------------------------


def test_what_is_refused_stays_in_the_control_and_is_told(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(NUMBER)
    field = root(page, NUMBER).get_by_label("Your answer")
    field.fill("about a hundred")
    expect(status(page, NUMBER)).to_have_text("Not saved: This has to be a number, such as −1.3.")
    expect(field).to_have_value("about a hundred")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert kept(page, NUMBER) == []
    field.fill("−1.3")
    expect(status(page, NUMBER)).to_have_text("Answered, saved")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_a_refused_answer_is_not_checked(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(NUMBER)
    field = root(page, NUMBER).get_by_label("Your answer")
    field.fill("-1.3")
    expect(status(page, NUMBER)).to_have_text("Answered, saved")
    field.fill("a lot")
    field.press("Enter")
    expect(status(page, NUMBER)).to_contain_text("Not saved:")
    expect(root(page, NUMBER).locator(".yongxin-verdict")).to_be_hidden()
    assert not server.state(NUMBER)["checked"]


@pytest.mark.parametrize("status_code", [400, 413])
def test_a_final_refusal_shows_the_servers_words(
    open_page: Callable[..., Page], server: ElementServer, status_code: int
) -> None:
    server.next.append(Answer(status_code, "some-code", "These are the words."))
    page = open_page(SINGLE)
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text("Not saved: These are the words.")
    expect(root(page, SINGLE).get_by_label("Expectations were met")).to_be_checked()
    assert kept(page) == []


def test_after_the_last_hand_in_the_control_shows_what_counts(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    server.locked = True  # handed in on another device
    choose(page, SINGLE, 1)
    expect(status(page, SINGLE)).to_have_text("Handed in, cannot be changed")
    expect(root(page, SINGLE).get_by_label("Expectations were met")).to_be_checked()
    expect(root(page, SINGLE).get_by_label("Expectations were met")).to_be_disabled()


# -- devices without a memory -------------------------------------------------------------------


def test_without_storage_it_says_that_the_page_must_stay_open(
    open_page: Callable[..., Page], server: ElementServer, context: BrowserContext
) -> None:
    context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    )
    server.always = Answer(503, "store-busy")
    page = open_page(SINGLE)
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text(
        "The server is busy. Your answer is not saved yet, please keep this page open."
    )
    server.always = None
    expect(status(page, SINGLE)).to_have_text("Answered, saved", timeout=10_000)


@pytest.mark.parametrize("junk", ["not json", "{}", "[1, null, {}]", '[{"event_id": 1}]'])
def test_junk_in_the_storage_harms_nobody(
    open_page: Callable[..., Page], server: ElementServer, context: BrowserContext, junk: str
) -> None:
    page = open_page(SINGLE)
    page.evaluate("junk => localStorage.setItem('yongxin:learner-1:quiz:gap-sign', junk)", junk)
    page.reload()
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text("Answered, saved")


def test_nobody_answers_for_somebody_else(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    server.learner = "learner-2"  # signed in on the same device, in another tab
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_contain_text("Somebody else is signed in on this device now.")
    expect(status(page, SINGLE).get_by_role("link", name="Sign in again")).to_be_visible()
    page.reload()
    expect(status(page, SINGLE)).to_have_text("Not answered yet")
    page.wait_for_timeout(500)
    assert SINGLE not in server.states
    server.learner = "learner-1"
    page.reload()
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    assert server.state(SINGLE)["response"] == "met"


# -- several tabs and devices -------------------------------------------------------------------


def test_the_earlier_tab_is_told_and_the_later_change_wins(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    first, second = open_page(SINGLE), open_page(SINGLE)
    choose(first, SINGLE, 0)
    expect(root(second, SINGLE).get_by_label("Expectations were met")).to_be_checked()
    choose(second, SINGLE, 1)
    expect(root(first, SINGLE).get_by_label("Delight")).to_be_checked()
    expect(status(first, SINGLE)).to_contain_text("Changed elsewhere at ")
    assert server.state(SINGLE)["response"] == "delighted"
    # Both tabs go on from there.
    choose(first, SINGLE, 0)
    expect(root(second, SINGLE).get_by_label("Expectations were met")).to_be_checked()
    expect(status(first, SINGLE)).to_have_text("Answered, saved")


def test_a_change_on_another_device_is_seen_when_the_page_is_looked_at(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP)
    page.clock.install()
    server.change_elsewhere(RECAP, {"type": "write", "fields": {"gain": "from my phone"}})
    page.clock.run_for(10_000)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(root(page, RECAP).get_by_label("What I gain")).to_have_value("from my phone")
    expect(status(page, RECAP)).to_contain_text("Changed elsewhere at ")


def test_a_visible_page_asks_every_minute(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    page.clock.install()
    page.reload()
    expect(root(page, SINGLE)).to_have_attribute("data-yongxin-mounted", "")
    fetched = server.fetched
    page.clock.run_for(61_000)
    wait_until(lambda: server.fetched > fetched)


def test_changing_what_was_changed_elsewhere_says_which_one_counts(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    server.change_elsewhere(SINGLE, {"type": "answer", "response": "delighted"})
    choose(page, SINGLE, 0)
    expect(status(page, SINGLE)).to_have_text(
        "You changed it elsewhere too; what stands here counts now"
    )
    assert server.state(SINGLE)["response"] == "met"


def test_a_field_in_which_somebody_writes_is_not_taken_from_them(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP)
    field = root(page, RECAP).get_by_label("Concept")
    field.press_sequentially("ab")
    field.press("ArrowLeft")
    expect(status(page, RECAP)).to_have_text("Saved")
    field.press_sequentially("x")
    expect(status(page, RECAP)).to_have_text("Saved")
    wait_until(lambda: server.state(RECAP)["fields"]["concept"] == "axb")
    assert field.evaluate("field => [field.value, field.selectionStart]") == ["axb", 2]


# -- handing in ---------------------------------------------------------------------------------

SUBMIT = "submit:exercise"


def hand_in(page: Page, button: str = "Hand in") -> None:
    root(page, SUBMIT).get_by_role("button", name=button, exact=True).click()
    root(page, SUBMIT).get_by_role("button", name="Yes, hand in").click()


def test_handing_in_asks_first_and_shows_the_receipt(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE, SUBMIT)
    root(page, SUBMIT).get_by_role("button", name="Hand in").click()
    question = root(page, SUBMIT).get_by_role("group", name="Hand in now?")
    expect(question).to_contain_text("Questions not complete yet: 3.")
    question.get_by_role("button", name="Not yet").click()
    expect(question).to_be_hidden()
    assert server.handed_in == []
    hand_in(page)
    expect(root(page, SUBMIT)).to_contain_text("Hand-in 1: ")
    expect(root(page, SUBMIT).get_by_role("button", name="Hand in again")).to_be_focused()
    expect(root(page, SUBMIT).locator(".yongxin-announcer")).to_contain_text("received")


def test_the_last_hand_in_locks_the_page_and_other_tabs(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page, other = open_page(SINGLE, SUBMIT), open_page(SINGLE)
    choose(page, SINGLE, 0)
    hand_in(page)
    hand_in(page, "Hand in again")
    expect(status(page, SINGLE)).to_have_text("Handed in, cannot be changed")
    expect(status(other, SINGLE)).to_have_text("Handed in, cannot be changed")
    expect(root(page, SUBMIT).get_by_role("button")).to_have_count(0)
    assert [one.number for one in server.handed_in] == [1, 2]


def test_what_was_just_written_is_saved_before_it_is_handed_in(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP, SUBMIT)
    root(page, SUBMIT).get_by_role("button", name="Hand in").click()
    page.evaluate(
        """() => {
          const field = document.querySelector("textarea");
          field.value = "the last word";
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          document.querySelector("[data-yongxin-action=confirm]").click();
        }"""
    )
    expect(root(page, SUBMIT)).to_contain_text("Hand-in 1: ")
    assert server.state(RECAP) == {"fields": {"concept": "the last word"}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(409, "no-attempts", "No more hand-ins."), "No more hand-ins."),
        (Answer(503, "exchange-unavailable"), "The place for hand-ins cannot be reached"),
        (Answer(503, "store-busy"), "The server is busy, so nothing was handed in."),
        (Answer(401, "not-signed-in"), "You are signed out, so nothing was handed in."),
    ],
    ids=str,
)
def test_a_failed_hand_in_says_that_nothing_was_handed_in(
    open_page: Callable[..., Page], server: ElementServer, answer: Answer, words: str
) -> None:
    page = open_page(SINGLE, SUBMIT)
    server.next.append(answer)
    hand_in(page)
    expect(status(page, SUBMIT)).to_contain_text(words)
    assert server.handed_in == []
    hand_in(page)
    expect(root(page, SUBMIT)).to_contain_text("Hand-in 1: ")
    expect(status(page, SUBMIT)).to_be_hidden()


def test_an_answer_that_cannot_be_saved_is_not_handed_in_without(
    open_page: Callable[..., Page], server: ElementServer, context: BrowserContext
) -> None:
    page = open_page(SINGLE, SUBMIT)
    context.set_offline(True)
    choose(page, SINGLE, 0)
    hand_in(page)
    expect(status(page, SUBMIT)).to_contain_text("Not connected, so nothing was handed in.")
    assert server.handed_in == []


def test_what_could_not_be_saved_is_mended_before_it_is_handed_in(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP, SUBMIT)
    field = root(page, RECAP).get_by_label("Concept")
    field.fill("x" * 301)
    hand_in(page)
    expect(status(page, SUBMIT)).to_contain_text("One answer could not be saved")
    assert server.handed_in == []
    field.fill("x" * 300)
    hand_in(page)
    expect(root(page, SUBMIT)).to_contain_text("Hand-in 1: ")


def test_the_count_of_answers_follows_the_answers(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE, SUBMIT)
    expect(root(page, SUBMIT)).to_contain_text("0 of 3 questions are complete.")
    choose(page, SINGLE, 0)
    expect(root(page, SUBMIT)).to_contain_text("1 of 3 questions are complete.")
    root(page, SUBMIT).get_by_role("link", name="Question 1").click()
    assert server.handed_in == []


def test_a_missing_question_can_be_reached_by_its_link(open_page: Callable[..., Page]) -> None:
    page = open_page(SINGLE, SUBMIT)
    root(page, SUBMIT).get_by_role("link", name="Question 2").click()
    expect(root(page, SINGLE).get_by_role("radio").first).to_be_focused()


# -- from one page to another -------------------------------------------------------------------


def left_behind(open_page: Callable[..., Page], server: ElementServer, words: str) -> Page:
    """Write something that cannot be sent, and go on to a page that does not show it."""
    server.always = Answer(503, "store-busy")
    page = open_page(RECAP)
    root(page, RECAP).get_by_label("Concept").fill(words)
    wait_until(lambda: len(kept(page, RECAP)) == 1)
    page.goto(server.page("en", SINGLE))
    return page


def test_what_one_page_left_is_sent_from_another_and_counted_in_words(
    open_page: Callable[..., Page], server: ElementServer, axe: Callable[..., None]
) -> None:
    page = left_behind(open_page, server, "a gap")
    line = page.locator(".yongxin-waiting")
    expect(line).to_contain_text("One answer waits on this device.")
    expect(line).to_contain_text("The server is busy.")
    choose(page, SINGLE, 0)
    expect(line).to_contain_text("2 answers wait on this device.")
    axe(page)
    server.always = None
    expect(line).to_have_text(
        "All answers that waited on this device have been sent.", timeout=20_000
    )
    assert server.state(RECAP) == {"fields": {"concept": "a gap"}}
    assert server.state(SINGLE)["response"] == "met"
    assert page.evaluate("Object.keys(localStorage)") == []
    assert len({one["event_id"] for one in server.events if one["element"] == RECAP}) == 1


def test_what_is_refused_later_stays_in_sight_until_its_owner_has_seen_it(
    open_page: Callable[..., Page],
    server: ElementServer,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = left_behind(open_page, server, "my own words")
    server.always = Answer(409, "locked", "It has been handed in.")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("It has been handed in.", timeout=20_000)
    expect(notice.locator("blockquote")).to_have_text("my own words")
    assert kept(page, RECAP) == []
    axe(page)
    screenshot(page, "refused-later")
    page.reload()
    expect(notice).to_contain_text("my own words")
    notice.get_by_role("button", name="I have seen it").press("Enter")
    expect(notice).to_have_count(0)
    page.reload()
    expect(root(page, SINGLE)).to_have_attribute("data-yongxin-mounted", "")
    expect(notice).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_page_that_shows_the_element_is_left_to_send_for_itself(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    """Two that send for one element could let an earlier answer come after a later one."""
    first = open_page(SINGLE)
    first.route("**/api/**", lambda route: route.abort())
    choose(first, SINGLE, 0)
    wait_until(lambda: len(kept(first)) == 1)
    second = open_page(RECAP)
    expect(second.locator(".yongxin-waiting")).to_contain_text("One answer waits", timeout=10_000)
    assert server.received(SINGLE) == []
    first.close()
    second.evaluate("dispatchEvent(new Event('focus'))")
    wait_until(lambda: server.state(SINGLE)["response"] == "met")


def test_what_another_learner_left_is_neither_sent_nor_counted(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = left_behind(open_page, server, "mine")
    server.always, server.learner = None, "learner-2"
    page.goto(server.page("en", SINGLE))
    expect(root(page, SINGLE)).to_have_attribute("data-yongxin-mounted", "")
    before = len(server.events)
    time.sleep(3)  # longer than an answer may be under way before it is said to wait
    expect(page.locator(".yongxin-waiting")).to_be_hidden()
    assert len(server.events) == before
    assert [one["event"]["fields"] for one in kept(page, RECAP)] == [{"concept": "mine"}]


# -- beginnings ---------------------------------------------------------------------------------


def test_a_page_whose_states_could_not_be_read_says_so_and_offers_to_reload(
    context: BrowserContext, server: ElementServer, axe: Callable[..., None]
) -> None:
    server.broken = True
    page = context.new_page()
    page.goto(server.page("en", SINGLE))
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The database is away.")
    expect(status(page, SINGLE)).to_contain_text("The database is away.")
    expect(root(page, SINGLE).get_by_role("radio").first).to_be_disabled()
    axe(page)
    server.broken = False
    notice.get_by_role("button", name="Reload the page").press("Enter")
    expect(root(page, SINGLE).get_by_role("radio").first).to_be_enabled()
    expect(notice).to_have_count(0)


def test_a_key_wakes_every_element_that_is_still_asleep(
    context: BrowserContext, server: ElementServer
) -> None:
    # A device so slow that each element takes a turn of its own, and no turn ever comes.
    context.add_init_script(
        """let now = 0;
        performance.now = () => (now += 100);
        const later = setTimeout;
        window.setTimeout = (run, delay, ...rest) =>
          delay === undefined ? 0 : later(run, delay, ...rest);"""
    )
    page = context.new_page()
    page.set_viewport_size({"width": 375, "height": 400})
    page.goto(server.page("en", SINGLE, RECAP, NUMBER, PRACTICE))
    mounted = page.locator("[data-yongxin-mounted]")
    expect(root(page, SINGLE)).to_have_attribute("data-yongxin-mounted", "")
    assert mounted.count() < 4
    page.keyboard.press("Tab")
    expect(mounted).to_have_count(4)
    for _ in range(12):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.yongxin') !== null")
