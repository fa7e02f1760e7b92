"""The secret that signs cookies."""

import threading
from pathlib import Path

import pytest

from yongxin.secret_file import UnsafeSecret
from yongxin.site.secrets import FILE_NAME, cookie_secret


def test_the_secret_stays_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    secret = cookie_secret(tmp_path)
    assert len(secret) >= 32
    assert cookie_secret(tmp_path) == secret
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]


def test_two_sites_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert cookie_secret(tmp_path / "one") != cookie_secret(tmp_path / "two")


def test_servers_that_start_together_agree(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(cookie_secret(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    cookie_secret(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    with pytest.raises(UnsafeSecret, match="chmod 600"):
        cookie_secret(tmp_path)


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch(mode=0o600)
    with pytest.raises(UnsafeSecret, match="too short"):
        cookie_secret(tmp_path)
