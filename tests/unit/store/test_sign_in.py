"""Who is let in."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from yongxin.store import Learner, LearnerInactive, Store, UnknownLearner

Sql = Callable[[], AbstractContextManager[Connection]]


def test_the_right_password_lets_in_and_no_other(store: Store) -> None:
    added = store.add_learner("a", "A", password="用心服务 ok")
    assert store.check_password("a", "用心服务 ok") == added
    for wrong in ("用心服务 OK", "", "用心服务 ok ", "x" * 5000):
        assert store.check_password("a", wrong) is None
    assert store.check_password("nobody", "用心服务 ok") is None
    assert store.check_password("a\0", "用心服务 ok") is None


def test_a_password_is_the_same_however_its_letters_are_composed(store: Store) -> None:
    store.add_learner("a", "A", password="caf\u00e9")
    assert store.check_password("a", "cafe\u0301") is not None


def test_without_a_password_no_password_lets_in(store: Store) -> None:
    store.add_learner("a", "A")
    assert store.check_password("a", "") is None
    assert store.check_password("a", "anything") is None


@pytest.mark.parametrize("password", ["", "x" * 1025])
def test_an_empty_or_endless_password_is_refused(store: Store, password: str) -> None:
    store.add_learner("a", "A", password="old")
    with pytest.raises(ValueError, match="1 to 1024 characters"):
        store.set_password("a", password)
    assert store.check_password("a", "old") is not None


def test_an_unknown_username_costs_the_same_work(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_learner("with", "A", password="secret")
    store.add_learner("without", "B")
    work: list[dict[str, Any]] = []
    scrypt = hashlib.scrypt

    def counted(secret: bytes, **parameters: Any) -> bytes:
        work.append({name: parameters[name] for name in ("n", "r", "p", "dklen")})
        return scrypt(secret, **parameters)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    for username in ("with", "without", "nobody"):
        assert store.check_password(username, "wrong") is None
    assert len(work) == 3
    assert work[0] == work[1] == work[2]
    assert work[0]["n"] * work[0]["p"] >= 2**14 * 5  # OWASP's least, at 16 MiB


def test_a_password_is_kept_as_a_salted_hash_with_its_parameters(store: Store, sql: Sql) -> None:
    store.add_learner("a", "A", password="secret")
    store.add_learner("b", "B", password="secret")
    with sql() as connection:
        first, second = connection.scalars(text("SELECT password FROM learner")).all()
    assert first != second
    assert first.startswith("$scrypt$ln=14,r=8,p=5$")
    assert "secret" not in first


def test_a_hash_with_other_parameters_still_works(store: Store, sql: Sql) -> None:
    store.add_learner("a", "A", password="secret")
    key = hashlib.scrypt(b"older", salt=b"salt", n=1024, r=8, p=1, dklen=32)
    import base64

    older = "$scrypt$ln=10,r=8,p=1${}${}".format(
        *(base64.b64encode(part).decode() for part in (b"salt", key))
    )
    with sql() as connection:
        connection.execute(text("UPDATE learner SET password = :older"), {"older": older})
    assert store.check_password("a", "older") is not None
    assert store.check_password("a", "secret") is None


def test_a_token_lets_in_once(store: Store, learner: Learner) -> None:
    token = store.issue_sign_in_token("li.ming")
    other = store.issue_sign_in_token("li.ming")
    assert token != other
    assert store.redeem_sign_in_token(token) == learner
    assert store.redeem_sign_in_token(token) is None
    assert store.redeem_sign_in_token(other) == learner
    assert store.redeem_sign_in_token("") is None
    assert store.redeem_sign_in_token("\0\ud800") is None


def test_a_token_is_used_once_even_when_many_redeem_it_together(
    store: Store, learner: Learner
) -> None:
    readers = 8
    for _ in range(5):
        token = store.issue_sign_in_token("li.ming")
        together = threading.Barrier(readers)

        def redeem(
            _reader: int, token: str = token, together: threading.Barrier = together
        ) -> Learner | None:
            together.wait()
            return store.redeem_sign_in_token(token)

        with ThreadPoolExecutor(readers) as pool:
            let_in = [one for one in pool.map(redeem, range(readers)) if one is not None]
        assert let_in == [learner]


def test_a_token_expires(store: Store, learner: Learner, sql: Sql) -> None:
    late = store.issue_sign_in_token("li.ming", timedelta(seconds=-1))
    good = store.issue_sign_in_token("li.ming", timedelta(minutes=1))
    assert store.redeem_sign_in_token(late) is None
    assert store.redeem_sign_in_token(good) == learner
    store.issue_sign_in_token("li.ming", timedelta(seconds=-1))
    store.issue_sign_in_token("li.ming")
    with sql() as connection:  # expired ones do not pile up
        assert connection.scalar(text("SELECT count(*) FROM sign_in_token")) == 1


def test_only_the_hash_of_a_token_is_kept(store: Store, learner: Learner, sql: Sql) -> None:
    token = store.issue_sign_in_token(learner.username)
    assert len(token) >= 43  # 32 bytes
    assert token.replace("-", "").replace("_", "").isalnum()  # fits into a URL as it is
    with sql() as connection:
        kept = connection.scalars(text("SELECT token_hash FROM sign_in_token")).all()
    assert kept == [hashlib.sha256(token.encode()).hexdigest()]


def test_nobody_lets_an_unknown_learner_in(store: Store) -> None:
    for act in (
        store.issue_sign_in_token,
        store.end_sessions,
        store.deactivate,
        lambda username: store.set_password(username, "secret"),
    ):
        with pytest.raises(UnknownLearner, match="nobody"):
            act("nobody")


def test_a_deactivated_learner_is_not_let_in(store: Store) -> None:
    store.add_learner("a", "A", password="secret")
    token = store.issue_sign_in_token("a")
    store.deactivate("a")
    assert store.check_password("a", "secret") is None
    assert store.redeem_sign_in_token(token) is None
    with pytest.raises(LearnerInactive):
        store.issue_sign_in_token("a")

    again = store.update_learner("a", active=True)
    assert store.check_password("a", "secret") == again
    assert store.redeem_sign_in_token(token) is None  # issued before, hence worthless


@pytest.mark.parametrize(
    ("act", "ends"),
    [
        (lambda store: store.set_password("a", "new"), True),
        (lambda store: store.deactivate("a"), True),
        (lambda store: store.update_learner("a", active=False), True),
        (lambda store: store.end_sessions("a"), True),
        (lambda store: store.update_learner("a", name="B", groups=["g"]), False),
        (lambda store: store.check_password("a", "old"), False),
    ],
    ids=["password", "deactivate", "inactive", "end", "rename", "sign-in"],
)
def test_sessions_end_when_they_must_and_only_then(
    store: Store, act: Callable[[Store], object], ends: bool
) -> None:
    before = store.add_learner("a", "A", password="old")
    other = store.add_learner("b", "B")
    act(store)
    after = store.learner("a")
    assert after is not None
    assert (after.session_key != before.session_key) is ends
    assert store.learner("b") == other


def test_a_new_password_makes_older_ways_in_worthless(store: Store) -> None:
    store.add_learner("a", "A", password="old")
    token = store.issue_sign_in_token("a")
    store.set_password("a", "new")
    assert store.check_password("a", "old") is None
    assert store.redeem_sign_in_token(token) is None
    assert store.check_password("a", "new") is not None
