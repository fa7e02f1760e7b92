"""Certificates: issued once, revoked for good, found by whoever holds one and by nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.store import Certificate, InvalidName, Learner, Store, UnknownCertificate
from yongxin.store.certificates import certificate_id, certificate_number

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
PRINTED = {"course": {"zh-CN": "课", "en": "Course"}, "modules": 2}


@pytest.fixture
def hr(store: Store) -> Learner:
    return store.add_learner("wu", "吴静", role="hr")


@pytest.fixture
def people(store: Store) -> list[Learner]:
    """Two who have completed a path, and one who has not."""
    found = [
        store.add_learner(name, shown, groups=[group])
        for name, shown, group in (
            ("an", "安琪", "east"),
            ("bo", "Bo Li", "west"),
            ("chi", "迟到", "west"),
        )
    ]
    rule = store.keep_rule("p", 3, {}, NOON)
    ids = [one.id for one in found]
    done = [(one, "m1") for one in ids[:2]]
    store.add_completions(rule, ids, done, required=["m1"], actor="y", now=NOON)
    return found


def issue(store: Store, hr: Learner, people: list[Learner]) -> list[Certificate]:
    ids = [one.id for one in people]
    return store.issue_certificates("p", ids, printed=PRINTED, issuer_id=hr.id, now=LATER)


def test_each_who_has_completed_the_path_gets_one(
    store: Store, hr: Learner, people: list[Learner]
) -> None:
    assert store.to_certify("p") == [people[0].id, people[1].id]
    assert store.to_certify("p", group="west") == [people[1].id]
    issued = issue(store, hr, people)
    assert [one.name for one in issued] == ["安琪", "Bo Li"]
    assert len({one.token for one in issued}) == 2
    assert all(len(one.token) >= 32 for one in issued)
    first = issued[0]
    assert (first.version, first.reached_at, first.issued_at) == (3, NOON, LATER)
    assert (first.printed, first.language, first.revoked_at) == (PRINTED, "zh-CN", None)
    assert issue(store, hr, people) == []
    assert store.to_certify("p") == []
    logged = [one for one in store.audit_entries() if one.action == "certificate issue"]
    assert {(one.actor, one.subject) for one in logged} == {("wu", "an"), ("wu", "bo")}
    assert logged[-1].detail == {"number": first.number, "path": "p"}
    assert first.token not in str(logged)


def test_the_name_stays_as_it_was_printed(store: Store, hr: Learner, people: list[Learner]) -> None:
    (issued,) = issue(store, hr, people[:1])
    store.update_learner("an", name="安琪琪")
    assert store.certificate(token=issued.token) == issued


def test_revoked_for_good_and_then_a_new_one(
    store: Store, hr: Learner, people: list[Learner]
) -> None:
    (issued,) = issue(store, hr, people[:1])
    with pytest.raises(InvalidName):
        store.revoke_certificate(issued.id, " ", revoker_id=hr.id, now=LATER)
    revoked = store.revoke_certificate(issued.id, "名字写错了", revoker_id=hr.id, now=LATER)
    assert (revoked.revoked_at, revoked.reason) == (LATER, "名字写错了")
    again = store.revoke_certificate(
        issued.id, "another", revoker_id=hr.id, now=LATER + timedelta(days=1)
    )
    assert again == revoked
    logged = [one for one in store.audit_entries() if one.action == "certificate revoke"]
    assert len(logged) == 1
    assert "名字" not in str(logged)
    (new,) = issue(store, hr, people[:1])
    assert new.number != issued.number
    assert store.certificates(learner_id=people[0].id) == [new, revoked]
    assert store.certificates(only_valid=True) == [new]
    with pytest.raises(UnknownCertificate):
        store.revoke_certificate(9999, "x", revoker_id=hr.id, now=LATER)


def test_found_by_token_number_and_name(store: Store, hr: Learner, people: list[Learner]) -> None:
    issued = issue(store, hr, people)
    first = issued[0]
    assert store.certificate(token=first.token) == first
    assert store.certificate(token=first.token[:-1]) is None
    assert store.certificate(number=first.number) == first
    assert store.certificate(number=f" {first.number.lower()} ") == first
    assert store.certificate(number=first.number.replace("2026", "2025")) is None
    assert store.certificate(number="") is None
    assert store.certificates() == issued[::-1]
    assert store.certificates(limit=1, offset=1) == [first]
    assert store.certificates(query="li") == [issued[1]]
    assert store.certificates(query="安") == [first]
    assert store.certificates(query=first.number) == [first]
    assert store.certificates(query="%") == []
    assert store.certificates(group="west") == [issued[1]]
    assert store.certificates(path_id="other") == []
    assert store.count_certificates(path_id="p") == 2
    assert store.count_certificates(query="Bo") == 1


def test_after_an_erasure_nobody_is_left_in_a_certificate(
    store: Store, hr: Learner, people: list[Learner]
) -> None:
    first, second = issue(store, hr, people)
    store.revoke_certificate(first.id, "安琪 has left", revoker_id=hr.id, now=LATER)
    number = store.begin_erasure("an", "digest", "admin")
    store.forget("an", number=number, actor="admin")
    assert store.certificate(token=first.token) is None
    assert store.certificate(number=first.number) is None
    assert store.certificates() == [second]
    # HR leaves too: the certificate stays.
    number = store.begin_erasure("wu", "other", "admin")
    store.forget("wu", number=number, actor="admin")
    assert store.certificate(token=second.token) == second


@given(count=st.integers(1, 99_999_999), year=st.integers(2020, 2100), data=st.data())
def test_the_check_character_tells_slips(count: int, year: int, data: st.DataObject) -> None:
    number = certificate_number(count, datetime(year, 6, 1, tzinfo=UTC))
    assert certificate_id(number) == count
    digits = [place for place, one in enumerate(number) if one.isdigit()]
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([one for one in "0123456789" if one != number[place]]))
    assert certificate_id(number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    ["", "YX", "YX-2026-000123", "YX-2026-00012³-4", "AB-2026-000123-4", "YX--1-2-3", "9" * 99],
)
def test_what_is_no_number(text: str) -> None:
    assert certificate_id(text) is None


def test_the_check_character_is_the_standards() -> None:
    # By hand (ISO 7064, MOD 11-2): 2·(sum + digit) mod 11 over 2026000123 ends at 6; 12 − 6 = 6.
    assert certificate_number(123, NOON) == "YX-2026-000123-6"
