"""Pages whose larger part is the same for everybody."""

import gzip
import http.client
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.site_here import Site
from yongxin.language import LANGUAGES
from yongxin.site import shells
from yongxin.site.learning import Learning
from yongxin.site.rendering import Lessons
from yongxin.site.shells import ShellKey
from yongxin.store import StoreBusy
from yongxin.text import interface_text

LESSON = "en/lesson/z1-lift"


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until files have been looked at again."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The notebooks that were rendered, with their languages."""
    made: list[tuple[str, str]] = []
    body = Lessons.body

    def counting(self: Lessons, path: Path, language: Any) -> Any:
        made.append((path.name, language))
        return body(self, path, language)

    monkeypatch.setattr(Lessons, "body", counting)
    return made


def test_a_page_is_rendered_once_for_a_role_and_a_language(
    own_site: Site, rendered: list[tuple[str, str]]
) -> None:
    for username in ("lin", "zhou", "chen", "lin"):
        client = own_site.client(username)
        for language in LANGUAGES:
            assert username.title() in client.get(f"{language}/lesson/z1-lift").text
    # Learners in both languages, and the trainer in both.
    assert sorted(rendered) == [("z1-lift.ipynb", "en")] * 2 + [("z1-lift.ipynb", "zh-CN")] * 2


def test_many_who_come_at_the_same_moment_wait_for_one_rendering(
    own_site: Site, rendered: list[tuple[str, str]]
) -> None:
    clients = [own_site.client("lin") for _ in range(8)]
    pages: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: pages.append(one.get(LESSON).text))
        for one in clients
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(pages) == 8
    assert all("The lift has stopped" in one for one in pages)
    assert rendered == [("z1-lift.ipynb", "en")]


def test_the_same_page_with_and_without_compression(own_site: Site) -> None:
    client = own_site.client("lin")
    compressed = client.get(LESSON, headers={"Accept-Encoding": "gzip"})
    plain = client.get(LESSON, headers={"Accept-Encoding": "identity"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert compressed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"

    def without_token(html: str) -> str:
        return re.sub(r'name="_xsrf" value="[^"]*"', "", html)

    assert without_token(compressed.text) == without_token(plain.text)
    assert plain.text.endswith("</html>\n") or plain.text.endswith("</html>")


def test_two_readers_share_a_page_and_see_their_own_names(own_site: Site) -> None:
    own_site.store.update_learner("lin", name='<b>"Lin" & {{ name }}</b>')
    html = own_site.client("lin").get(LESSON).text
    assert html.count("&lt;b&gt;&#34;Lin&#34; &amp; {{ name }}&lt;/b&gt;") == 2
    other = own_site.client("zhou").get(LESSON).text
    assert "Lin" not in other
    assert other.count("Zhou") == 2


@pytest.mark.parametrize("file", ["course", "bank", "notebook", "picture"])
def test_a_change_of_any_file_is_seen_without_a_restart(own_site: Site, file: str) -> None:
    client = own_site.client("lin")
    root = own_site.server.services.catalogue.root
    path, before, after = {
        "course": (root / "data" / "course.json", "The lift has stopped", "The lift is stuck"),
        "bank": (root / "data" / "bank" / "z1-lift.json", "Apologise and say", "Say sorry, tell"),
        "notebook": (root / "course" / "en" / "z1-lift.ipynb", "The lift", "The big lift"),
        "picture": (root / "course/en/images/z1-lift/chain.svg", "#0b6e4f", "#000000"),
    }[file]

    def shown() -> str:
        return re.sub(r'name="_xsrf" value="[^"]*"', "", client.get(LESSON).text)

    earlier = shown()
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    eventually(lambda: shown() != earlier)
    address = re.findall(r'src="/(en/image/[^"]*)"', shown())[0]
    assert client.get(address).headers["Cache-Control"].endswith("immutable")


def test_only_a_page_with_a_pace_to_keep_loads_the_pacer(own_site: Site) -> None:
    client = own_site.client("lin")
    assert "/pacer.js" not in client.get(LESSON).text
    path = own_site.server.services.catalogue.root / "course" / "en" / "z1-lift.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("satisfaction-gap", "breathing-pacer"), encoding="utf-8")
    eventually(lambda: "/pacer.js" in client.get(LESSON).text)
    html = client.get(LESSON).text
    assert html.index("/pacer.js") < html.index("/elements.js"), "it has to be there beforehand"
    (address,) = re.findall(r'src="(/[^"]*/pacer\.js)"', html)
    script = client.get(address)
    assert script.status_code == 200
    assert "prepare" in script.text


def test_a_module_that_is_withdrawn_is_no_longer_shown(own_site: Site) -> None:
    client = own_site.client("lin")
    assert client.get(LESSON).status_code == 200
    path = own_site.server.services.catalogue.root / "data" / "course.json"
    path.write_text(path.read_text().replace('"released"', '"in-preparation"'))
    eventually(lambda: client.get(LESSON).status_code == 404)


def test_what_is_kept_is_bounded(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shells, "MOST_BYTES", 1)
    client = own_site.client("lin")
    for address in (LESSON, "zh-CN/lesson/z1-lift", "en/exercise/z1-lift"):
        assert client.get(address).status_code == 200
    kept = own_site.server.services.shells._kept
    assert list(kept) == [ShellKey("exercise", "z1-lift", "en", "learner")]


def test_the_text_arrives_before_the_state_is_read(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read = threading.Event()
    read = Learning.page_state

    def waiting(*arguments: Any, **options: Any) -> Any:
        assert may_read.wait(30)
        return read(*arguments, **options)

    monkeypatch.setattr(Learning, "page_state", waiting)
    client = own_site.client("lin")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
    connection.request("GET", f"/{LESSON}", headers={"Cookie": cookies})
    answer = connection.getresponse()
    early = b""
    while b"</main>" not in early:
        early += answer.read1()
    assert b"The lift has stopped" in early
    assert b"</html>" not in early
    may_read.set()
    assert b"</html>" in answer.read()
    connection.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_that_cannot_be_read_is_told_on_the_page(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise StoreBusy("locked")

    client = own_site.client("lin")
    monkeypatch.setattr(Learning, "page_state", busy)
    html = client.get(f"{language}/lesson/z1-lift").text
    words = interface_text("en" if language == "en" else "zh-CN")
    assert '"elements":null' in html
    assert words("site.refused.store-busy.text") in html
    assert html.rstrip().endswith("</html>")


def test_a_reader_who_leaves_early_does_no_harm(own_site: Site) -> None:
    client = own_site.client("lin")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for _ in range(5):
        connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port)
        connection.request("GET", f"/{LESSON}", headers={"Cookie": cookies})
        connection.close()
    assert client.get(LESSON).status_code == 200


def test_a_stream_is_sound_for_every_page_of_the_course(own_site: Site) -> None:
    client = own_site.client("lin")
    for language in LANGUAGES:
        for kind in ("lesson", "exercise"):
            with client.stream(
                "GET", f"{language}/{kind}/z1-lift", headers={"Accept-Encoding": "gzip"}
            ) as answer:
                raw = b"".join(answer.iter_raw())
            assert gzip.decompress(raw).decode().count("</html>") == 1
