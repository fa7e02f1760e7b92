"""Coming in and going out, as people do."""

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from support.browser import PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.text import interface_text

text = interface_text("en")


def sign_in(site: LiveSite, page: Page, username: str, password: str) -> None:
    page.goto(f"{site.url}/en/sign-in")
    page.get_by_label(text("site.sign-in.username")).fill(username)
    page.get_by_label(text("site.sign-in.password"), exact=True).fill(password)
    page.get_by_role("button", name=text("site.sign-in.button")).click()


def test_nothing_is_shown_before_signing_in(live_site: LiveSite, chromium: GuardedBrowser) -> None:
    page = chromium.new_page()
    for address in (
        "",
        "en/",
        "en/lesson/z1-lift",
        "en/exercise/z1-lift",
        "en/results",
        "en/cohort",
    ):
        page.goto(f"{live_site.url}/{address}")
        assert "/sign-in" in page.url, address
        expect(page.get_by_role("navigation")).to_have_count(0)


def test_a_password_leads_to_the_page_that_was_asked_for(
    live_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page(viewport=PHONE)
    page.goto(f"{live_site.url}/en/lesson/z1-lift")
    page.get_by_label("User name").fill("learner")
    password = page.get_by_label("Password", exact=True)
    password.fill("learner-password")
    expect(password).to_have_attribute("type", "password")
    page.get_by_label("Show the password").check()
    expect(password).to_have_attribute("type", "text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/lesson/z1-lift")
    expect(page.get_by_role("heading", level=1)).to_have_text("The lift has stopped")


def test_a_wrong_password_is_told_at_the_form(
    fresh_site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = chromium.new_page(viewport=PHONE)
    sign_in(fresh_site, page, "learner", "guess")
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(text("site.sign-in.wrong"))
    expect(page.get_by_label("User name")).to_have_value("learner")
    expect(page.get_by_label("User name")).to_have_accessible_description(
        text("site.sign-in.wrong")
    )
    axe(page)
    screenshot(page, "sign-in-wrong")
    for _ in range(8):
        sign_in(fresh_site, page, "learner", "guess")
    expect(alert).to_contain_text("too many tries")
    axe(page)
    screenshot(page, "sign-in-too-often")


def test_a_one_time_link_needs_one_press_and_works_once(
    live_site: LiveSite, chromium: GuardedBrowser
) -> None:
    link = live_site.sign_in_link("trainer")
    chromium.new_page().goto(link)  # somebody only looks
    page = chromium.new_page()
    page.goto(link)
    page.locator("main button").click()
    page.wait_for_url("**/zh-CN/")
    expect(page.locator(".account-name")).to_have_text("陈敏")
    again = chromium.new_page()
    again.goto(link)
    again.locator("main button").click()
    expect(again.get_by_role("heading", level=1)).to_have_text(text("site.refused.link-used.title"))


def test_signing_out_shuts_the_door(live_site: LiveSite, chromium: GuardedBrowser) -> None:
    page = chromium.new_page()
    live_site.sign_in(page)
    page.goto(f"{live_site.url}/en/")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.reload()
    assert "/sign-in" in page.url


def test_signing_out_asks_when_answers_were_not_sent(
    live_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page()
    live_site.sign_in(page, "second")
    page.goto(f"{live_site.url}/en/exercise/z1-lift")
    root = page.locator('[data-yongxin-element="quiz:gap-sign"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    page.route("**/api/yongxin/**", lambda route: route.abort())
    root.get_by_label("Delight").check()
    status = root.locator(".yongxin-status")
    expect(status).to_have_attribute("data-state", "offline", timeout=10_000)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".account-name")).to_be_visible()
    assert asked == [text("site.confirm.sign-out")]


def test_the_cookie_is_out_of_reach_of_scripts(
    live_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page()
    live_site.sign_in(page)
    cookies = [one for one in page.context.cookies() if "yongxin-127" in one.get("name", "")]
    assert [(one.get("httpOnly"), one.get("sameSite")) for one in cookies] == [(True, "Lax")]
    assert "yongxin-127" not in page.evaluate("document.cookie")
