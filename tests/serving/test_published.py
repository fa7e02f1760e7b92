"""The nginx of docs/publishing.md with TLS: what it lets through, and what it holds back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.live_site import LiveSite
from support.nginx import Nginx, find_nginx

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed"),
]

#: As many as the page's configuration lets through at once, and some more.
SIGN_INS, PROOFS = 300, 30


def make_certificate(path: Path) -> Path:
    """Write a certificate for a day and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "course.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path.write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture(scope="module")
def nginx(
    own_module_course: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("published")
    site = LiveSite(own_module_course, folder / "state", "--behind-proxy")
    site.start()
    nginx = Nginx(
        repository / "docs" / "publishing.md",
        folder,
        [site.port],
        "/",
        certificate=make_certificate(folder / "certificate.pem"),
    )
    try:
        nginx.start()
        yield nginx
    finally:
        nginx.close()
        site.close()


@pytest.fixture
def client(nginx: Nginx) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=nginx.url, trust_env=False, verify=False, timeout=60) as client:
        yield client


def test_http_leads_to_https(nginx: Nginx) -> None:
    answer = httpx.get(f"http://127.0.0.1:{nginx.plain_port}/en/?by=path", trust_env=False)
    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://127.0.0.1/en/?by=path"


def test_cookies_stay_on_https(client: httpx.Client) -> None:
    answer = client.get("en/sign-in")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = {"X-XSRFToken": client.cookies["_xsrf"]}
    form = {"username": "learner", "password": "learner-password"}
    signed_in = client.post("en/sign-in", data=form, headers=token)
    assert signed_in.status_code == 303, signed_in.text
    session = [one for one in signed_in.headers.get_list("Set-Cookie") if "yongxin-" in one]
    assert session
    assert all("Secure" in one and "HttpOnly" in one for one in session)


def test_a_body_is_as_large_as_the_site_takes_and_no_larger(client: httpx.Client) -> None:
    by_the_site = client.post("api/yongxin/events", content=bytes(900_000))
    assert by_the_site.json()["error"]["code"]
    by_nginx = client.post("api/yongxin/events", content=bytes(1_100_000))
    assert by_nginx.status_code == 413
    assert "nginx" in by_nginx.text


def test_whoever_tries_to_sign_in_without_an_end_is_held_back(client: httpx.Client) -> None:
    told = [client.post("en/sign-in").status_code for _ in range(SIGN_INS + 30)]
    assert set(told[: SIGN_INS // 2]) == {403}, "the site itself answers a whole shift at once"
    assert told[-1] == 429
    assert client.get("en/sign-in").status_code == 200, "reading the page is not counted"
    assert client.get("healthz").status_code == 200


@pytest.mark.parametrize("address", ["en/verify", "zh-CN/verify", "verify/no-such-proof"])
def test_whoever_asks_for_every_certificate_is_held_back(
    client: httpx.Client, address: str
) -> None:
    told = [client.get(address).status_code for _ in range(PROOFS + 15)]
    assert told[-1] == 429
    assert client.get("en/sign-in").status_code == 200
