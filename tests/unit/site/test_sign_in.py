"""Signing in and out: passwords, one-time links, sessions, and limits on trying."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from support.site_here import PASSWORD, Site, open_site
from yongxin.site.identity import device_name
from yongxin.text import interface_text


def sign_in(client: httpx.Client, username: str, password: str, **more: str) -> httpx.Response:
    return client.post("en/sign-in", data={"username": username, "password": password, **more})


def is_signed_in(client: httpx.Client) -> bool:
    return client.get("en/").status_code == 200


def test_the_right_password_signs_in(site: Site) -> None:
    client = site.client()
    answer = sign_in(client, "lin", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/zh-CN/"
    assert is_signed_in(client)


@pytest.mark.parametrize("username", ["lin", "nobody", "", "..", "x" * 300, "\u0000"])
def test_a_wrong_password_gets_words_and_no_session(site: Site, username: str) -> None:
    client = site.client()
    answer = sign_in(client, username, "wrong")
    assert answer.status_code == 401
    assert interface_text("en")("site.sign-in.wrong") in answer.text
    assert not is_signed_in(client)


def test_what_was_typed_as_a_name_comes_back_and_what_was_typed_as_a_password_does_not(
    site: Site,
) -> None:
    answer = sign_in(site.client(), '"><b>lin', "se-cret")
    assert 'value="&#34;&gt;&lt;b&gt;lin"' in answer.text
    assert "se-cret" not in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = sign_in(site.client(), "lin", PASSWORD)
    cookie = next(one for one in answer.headers.get_list("Set-Cookie") if "yongxin-" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "expires=" in cookie


def test_a_cookie_that_was_tampered_with_is_nobodys(site: Site) -> None:
    client = site.client("lin")
    name, value = next((n, v) for n, v in client.cookies.items() if n.startswith("yongxin-"))
    client.cookies.set(name, value[:-3] + "abc", domain="127.0.0.1", path="/")
    other = httpx.Client(base_url=site.url, trust_env=False, cookies={name: value[:-3] + "abc"})
    with other:
        assert not is_signed_in(other)


def test_a_session_expires(built_course: Path, tmp_path: Path) -> None:
    minute = 1 / 24 / 60
    for site in open_site(
        built_course, tmp_path, f"--RosterIdentityProvider.session_days={minute / 60 / 10}"
    ):
        client = site.client()
        sign_in(client, "lin", PASSWORD)
        assert not is_signed_in(client)  # a tenth of a second later


def test_whoever_is_deactivated_is_out_at_once(own_site: Site) -> None:
    client = own_site.client("lin")
    assert is_signed_in(client)
    own_site.store.deactivate("lin")
    assert not is_signed_in(client)
    assert sign_in(own_site.client(), "lin", PASSWORD).status_code == 401


def test_ended_sessions_are_over_on_every_device(own_site: Site) -> None:
    clients = [own_site.client("lin"), own_site.client("lin")]
    own_site.store.end_sessions("lin")
    assert not any(is_signed_in(client) for client in clients)


def test_a_session_survives_a_restart(built_course: Path, tmp_path: Path) -> None:
    cookies = httpx.Cookies()
    for site in open_site(built_course, tmp_path, "--RosterIdentityProvider.cookie_name=session"):
        cookies = site.client("lin").cookies
    for site in open_site(built_course, tmp_path, "--RosterIdentityProvider.cookie_name=session"):
        client = site.client()
        client.cookies.set("session", cookies["session"])
        assert is_signed_in(client)


def test_signing_out_ends_the_session_on_this_device_only(site: Site) -> None:
    here, elsewhere = site.client("lin"), site.client("lin")
    answer = here.post("sign-out")
    assert answer.headers["Location"].endswith("/sign-in")
    assert not is_signed_in(here)
    assert is_signed_in(elsewhere)


def test_another_site_cannot_sign_anybody_out(site: Site) -> None:
    client = site.client("lin")
    del client.headers["X-XSRFToken"]
    assert client.post("sign-out").status_code == 403
    assert is_signed_in(client)


# -- one-time links ------------------------------------------------------------------------------


def test_a_link_is_used_by_its_button_and_not_by_looking_at_it(site: Site) -> None:
    token = site.store.issue_sign_in_token("zhou")
    for _ in range(3):  # a messenger fetches a preview, a mail filter looks for viruses
        page = site.client().get(f"sign-in/{token}")
        assert page.status_code == 200
    client = site.client()
    assert client.post(f"sign-in/{token}").status_code == 303
    assert is_signed_in(client)


def test_a_link_works_once(site: Site) -> None:
    token = site.store.issue_sign_in_token("zhou")
    assert site.client().post(f"sign-in/{token}").status_code == 303
    again = site.client()
    answer = again.post(f"sign-in/{token}")
    assert answer.status_code == 410
    assert interface_text("zh-CN")("site.refused.link-used.title") in answer.text
    assert not is_signed_in(again)


def test_a_link_that_is_too_old_does_not_work(site: Site) -> None:
    token = site.store.issue_sign_in_token("zhou", timedelta(seconds=-1))
    assert site.client().post(f"sign-in/{token}").status_code == 410


def test_the_secret_of_a_link_is_not_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    token = site.store.issue_sign_in_token("zhou")
    with caplog.at_level("DEBUG"):
        site.client().get(f"sign-in/{token}")
        site.client().post(f"sign-in/{token}")
        site.client().post(f"sign-in/{token}")
    logged = [str(vars(one)) for one in caplog.records if not one.name.startswith("http")]
    assert any("sign-in-link" in one for one in logged)
    assert not any(token in one for one in logged)


# -- limits --------------------------------------------------------------------------------------


def test_too_many_wrong_passwords_make_one_wait(own_site: Site) -> None:
    client = own_site.client()
    answers = [sign_in(client, "lin", f"guess {number}") for number in range(9)]
    assert [one.status_code for one in answers] == [401] * 8 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 60
    assert "Please wait 2 min" in answers[-1].text
    assert sign_in(client, "lin", PASSWORD).status_code == 429, "even with the right one"
    assert sign_in(client, "zhou", PASSWORD).status_code == 303, "somebody else is not kept out"


def test_wide_and_large_letters_are_no_way_around_the_limit(own_site: Site) -> None:
    client = own_site.client()
    for number in range(8):
        sign_in(client, ["lin", "LIN", "ｌｉｎ", "Lin"][number % 4], "guess")
    assert sign_in(client, "lin", PASSWORD).status_code == 429


def test_one_address_cannot_try_everybodys_password(own_site: Site) -> None:
    client = own_site.client()
    limit = own_site.server.services.limits.sign_in_by_address
    while not limit.take("127.0.0.1"):
        pass
    assert sign_in(client, "nobody-yet", "guess").status_code == 429
    assert client.post("sign-in/a-token-that-was-guessed").status_code == 429


def test_signing_in_rightly_costs_nothing(own_site: Site) -> None:
    for _ in range(12):
        assert sign_in(own_site.client(), "lin", PASSWORD).status_code == 303


# -- where to go on ------------------------------------------------------------------------------


def test_one_comes_back_to_the_page_that_asked_to_sign_in(site: Site) -> None:
    client = site.client()
    asked = client.get("en/lesson/z1-lift?x=1")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"])
    assert 'name="next" value="/en/lesson/z1-lift?x=1"' in page.text
    answer = sign_in(client, "lin", PASSWORD, next="/en/lesson/z1-lift?x=1")
    assert answer.headers["Location"] == "/en/lesson/z1-lift?x=1"


def test_nobody_is_sent_to_another_site(site: Site) -> None:
    answer = sign_in(site.client(), "lin", PASSWORD, next="//evil.example/")
    assert answer.headers["Location"] == "/zh-CN/"


def test_a_device_has_another_name_for_everybody(site: Site) -> None:
    secret = b"secret"
    names = {device_name(secret, site.learner(one)) for one in ("lin", "zhou", "chen")}
    assert len(names) == 3
    assert device_name(secret, site.learner("lin")) in names
    assert not any("lin" in name for name in names)
