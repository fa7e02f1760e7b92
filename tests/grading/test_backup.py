"""A backup is made while people work, and restored: every answer, mark and certificate is there."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import postgresql
from support.kept_course import LEARNERS, MODULE, KeptCourse, make_kept_course, rows, schemas
from support.learners import wait_until
from yongxin.backup import BackupFailed, Places, make_backup, restore_backup
from yongxin.backup.archive import Reader
from yongxin.cli import main
from yongxin.cohort.erasure import Places as PlacesOfPeople
from yongxin.cohort.erasure import erase
from yongxin.store import Store

KINDS = ("all in sqlite", "store in postgresql", "gradebook in postgresql", "one database for both")


@pytest.fixture(scope="module")
def server() -> Iterator[object]:
    with postgresql.any_server() as url:
        yield url


@pytest.fixture
def kept(released_course: Path, tmp_path: Path) -> KeptCourse:
    return make_kept_course(released_course, tmp_path / "kept")


@pytest.fixture(
    params=[
        pytest.param(kind, marks=[] if "all" in kind else pytest.mark.postgresql) for kind in KINDS
    ]
)
def kept_anywhere(
    request: pytest.FixtureRequest, released_course: Path, tmp_path: Path
) -> Iterator[KeptCourse]:
    """The same course with its databases wherever they may be."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        if request.param != KINDS[0]:
            databases = stack.enter_context(
                postgresql.new_database(request.getfixturevalue("server"))
            )
            urls = {
                KINDS[1]: {"store": databases},
                KINDS[2]: {"gradebook": databases},
                KINDS[3]: {"store": databases, "gradebook": databases},
            }[request.param]
        yield make_kept_course(released_course, tmp_path / "kept", **urls)


def spoil(course: KeptCourse) -> None:
    """Lose an answer, change a mark and a certificate, delete a hand-in: what a backup is for."""
    course.execute(course.store_url, "DELETE FROM answer WHERE learner_id = 3")
    course.execute(course.store_url, "UPDATE certificate SET token = 'forged'")
    course.execute(course.gradebook_url, "UPDATE grade SET auto_score = 0, manual_score = 0")
    shutil.rmtree(course.state / "submitted")
    (course.state / "cookie_secret").write_text("1" * 96)


def test_a_restored_backup_holds_every_answer_mark_and_certificate(
    kept_anywhere: KeptCourse, tmp_path: Path
) -> None:
    course, archive = kept_anywhere, tmp_path / "backup.zip"
    before, files = course.everything(), course.files()
    made = make_backup(course.places, archive, verified=True)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert course.everything() == before, "making a backup changes nothing"
    spoil(course)
    spoiled = course.everything()
    assert spoiled != before

    done = restore_backup(course.places, archive, replace=True, actor="guan")

    after = course.everything()
    # The restoring itself is the only thing that is new.
    entries = len(before["store"]["audit_entry"]) + 1
    assert len(after["store"]["audit_entry"]) == entries
    for one in (before, after):
        for tables in one.values():  # which are the same where one database holds both
            tables.pop("audit_entry", None)
    assert after == before
    assert course.files().items() >= files.items()
    tables = {one.table for one in done.compared}
    assert {"answer", "submission", "grade", "comment", "certificate", "path_completion"} <= tables
    assert all(one.problem is None for one in done.compared)
    counted = {one.table: one.rows for one in done.compared}
    assert counted["answer"] == LEARNERS
    assert counted["grade"] == len(before["gradebook"]["grade"])
    assert sum(made.manifest.files.values()) == len(files)
    assert made.manifest.files["submitted"] == 1


def test_what_was_there_is_kept_aside(kept_anywhere: KeptCourse, tmp_path: Path) -> None:
    course, archive = kept_anywhere, tmp_path / "backup.zip"
    make_backup(course.places, archive)
    spoil(course)
    done = restore_backup(course.places, archive, replace=True, actor="guan")
    (aside,) = course.state.glob(".before-*")
    assert (aside / "cookie_secret").read_text() == "1" * 96
    for url in {course.store_url, course.gradebook_url}:
        if url.startswith("postgresql"):
            moved = {one for one in schemas(url) if one.startswith("before_")}
            assert moved
            assert all(any(one in told for told in done.moved) for one in moved)
        else:
            assert rows(f"sqlite:///{aside / Path(url).name}")
    assert all(
        stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        for path in course.state.rglob("*")
        if path.is_file() and ".before-" not in path.as_posix()
    )


def test_a_second_restore_moves_the_first_aside(kept: KeptCourse, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    make_backup(kept.places, archive)
    restore_backup(kept.places, archive, replace=True, actor="guan")
    second = tmp_path / "second.zip"
    make_backup(kept.places, second)
    with Reader(second) as reader:
        assert reader.manifest.files["submitted"] == 1, "what stands aside is in no backup"


def test_into_an_empty_folder_nothing_need_be_replaced(
    kept: KeptCourse, released_course: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.zip"
    make_backup(kept.places, archive)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(released_course, elsewhere, ignore=shutil.ignore_patterns("var"))
    done = restore_backup(Places.of(elsewhere), archive, replace=False, actor="guan")
    assert not done.moved
    copy = KeptCourse(
        elsewhere,
        f"sqlite:///{elsewhere / 'var' / 'yongxin.db'}",
        f"sqlite:///{elsewhere / 'var' / 'gradebook.db'}",
    )
    assert copy.everything()["gradebook"] == kept.everything()["gradebook"]
    assert copy.everything()["store"]["answer"] == kept.everything()["store"]["answer"]
    with pytest.raises(BackupFailed, match="--replace"):
        restore_backup(copy.places, archive, replace=False, actor="guan")


def test_a_backup_is_consistent_while_everybody_writes(
    kept_anywhere: KeptCourse, tmp_path: Path
) -> None:
    """Each event writes two answers in one store: a backup has both of the last, or none."""
    course, archive = kept_anywhere, tmp_path / "backup.zip"
    over, written = threading.Event(), [0, 0]

    def answer() -> None:
        with course.store() as store:
            person = store.learner("learner-00002")
            assert person is not None
            while not over.is_set():
                for name in ("quiz:first", "quiz:second"):
                    store.apply(
                        person.id,
                        name,
                        event_id=f"e{written[0]}",
                        client="tab",
                        revision=written[0],
                        transition=lambda _state: ({"response": written[0]}, {}),
                    )
                written[0] += 1

    def mark() -> None:
        while not over.is_set():
            course.execute(course.gradebook_url, f"UPDATE grade SET extra_credit = {written[1]}")
            written[1] += 1

    threads = [threading.Thread(target=one) for one in (answer, mark)]
    for one in threads:
        one.start()
    try:
        wait_until(lambda: min(written) > 3, "both write")
        begun = list(written)
        make_backup(course.places, archive, verified=True)
        wait_until(lambda: written[0] > begun[0] and written[1] > begun[1], "both went on")
    finally:
        over.set()
        for one in threads:
            one.join()
    restore_backup(course.places, archive, replace=True, actor="guan")
    with course.store() as store:
        person = store.learner("learner-00002")
        assert person is not None
        saved = store.saved(person.id, ["quiz:first", "quiz:second"])
    revisions = [saved[name].revision for name in ("quiz:first", "quiz:second")]
    assert revisions[0] - revisions[1] in {0, 1}, "the state of one moment"
    assert begun[0] <= revisions[1] <= written[0] + 1
    (credit,) = set(_column(course, "extra_credit"))
    assert isinstance(credit, float)
    assert credit >= begun[1] - 1, "all marks of one moment"


def _column(course: KeptCourse, name: str) -> list[object]:
    from sqlalchemy import text

    from support.kept_course import connected

    with connected(course.gradebook_url) as connection:
        return list(connection.scalars(text(f"SELECT {name} FROM grade")))


def test_a_killed_backup_leaves_no_file_of_that_name(kept: KeptCourse, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with (kept.state / "submitted" / "large").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1024 * 1024))
    command = [sys.executable, "-m", "yongxin", "backup", "-o", folder / "one.zip"]
    process = subprocess.Popen([*command, "--course", kept.root])
    unfinished = folder / ".one.zip.unfinished"
    wait_until(
        lambda: unfinished.exists() and unfinished.stat().st_size > 1_000_000, "it is under way"
    )
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "one.zip").exists()
    assert list(folder.iterdir()), "a kill leaves no time to clear away"
    make_backup(kept.places, folder / "one.zip")
    assert [path.name for path in folder.iterdir()] == ["one.zip"]


def test_a_backup_that_is_told_to_end_leaves_nothing(kept: KeptCourse, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with (kept.state / "submitted" / "large").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1024 * 1024))
    command = [sys.executable, "-m", "yongxin", "backup", "-o", folder / "one.zip"]
    process = subprocess.Popen([*command, "--course", kept.root])
    wait_until(lambda: list(folder.iterdir()), "it is under way")
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert not list(folder.iterdir())


def test_a_full_disk_leaves_nothing(kept: KeptCourse, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    # No file may grow beyond 64 KiB, which the system refuses as it does on a full disk.
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536));"
        "from yongxin.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "backup", "-o", folder / "one.zip", "--course", kept.root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("yongxin: ")
    assert not list(folder.iterdir())


def test_no_file_is_ever_overwritten(kept: KeptCourse, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    archive.write_text("something else")
    with pytest.raises(BackupFailed, match="never replaces"):
        make_backup(kept.places, archive)
    assert archive.read_text() == "something else"


def test_links_are_left_out_and_named(kept: KeptCourse, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of somebody else")
    (kept.state / "submitted" / "learner-00001" / "link").symlink_to(secret)
    os.mkfifo(kept.state / "submitted" / "pipe")
    made = make_backup(kept.places, tmp_path / "backup.zip")
    assert set(made.manifest.left_out) == {
        "submitted/learner-00001/link: not a plain file",
        "submitted/pipe: not a plain file",
    }
    assert b"of somebody else" not in (tmp_path / "backup.zip").read_bytes()


def test_who_was_erased_since_is_erased_from_the_restored_data(
    kept: KeptCourse, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.zip"
    make_backup(kept.places, archive)
    places = kept.places
    with kept.store() as store:
        of_people = PlacesOfPeople(places.state, places.exchange, places.trainers)
        erase(of_people, store, "learner-00001", "guan")
    done = restore_backup(kept.places, archive, replace=True, actor="guan")
    assert done.erased == 1
    everything = kept.everything()
    names = [row for rows in everything.values() for table in rows.values() for row in table]
    assert not [row for row in names if "learner-00001" in row]
    assert not (kept.state / "submitted" / "learner-00001").exists()
    with kept.store() as store:
        assert store.learner("learner-00002") is not None
        assert store.check_audit().is_sound
        assert all(one.finished for one in store.erasures())


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    kept: KeptCourse, tmp_path: Path
) -> None:
    from datetime import timedelta

    from yongxin.store.connect import connect
    from yongxin.store.schema import known_versions, upgrade, version

    path = kept.state / "yongxin.db"
    path.unlink()
    database = connect(kept.store_url, busy_timeout=timedelta(seconds=5), create=True)
    with database.migrating() as connection:
        upgrade(connection, "0004")
    database.close()
    kept.execute(
        kept.store_url,
        "INSERT INTO learner (username, username_key, name, language, role, active, session_key,"
        " created) VALUES ('lin', 'lin', '林夏', 'zh-CN', 'learner', 1, 'k', '2026-01-01 00:00')",
    )
    archive = tmp_path / "backup.zip"
    made = make_backup(kept.places, archive, verified=True)
    assert made.manifest.databases["store"].version == "0004"
    restore_backup(kept.places, archive, replace=True, actor="guan")
    with kept.store() as store:
        assert store.learner("lin") is not None
    database = connect(kept.store_url, busy_timeout=timedelta(seconds=5), create=False)
    with database.reading() as connection:
        assert version(connection) == max(known_versions())
    database.close()


def test_a_database_that_is_in_use_is_not_replaced(kept: KeptCourse, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    make_backup(kept.places, archive)
    program = (
        "import sys; from yongxin.store import Store;"
        "store = Store.open(sys.argv[1]); store.ping(); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, kept.store_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(BackupFailed, match="stop the site"):
            restore_backup(kept.places, archive, replace=True, actor="guan")
        other.communicate(b"\n")
    restore_backup(kept.places, archive, replace=True, actor="guan")


def test_without_postgresqls_programs_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from yongxin.backup.postgresql_copy import require_readable

    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupFailed, match="postgresql-client"):
        require_readable("postgresql://yongxin@nowhere/yongxin", None)


def test_the_commands_tell_what_they_did(
    kept: KeptCourse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "backup.zip"
    course = f"--course={kept.root}"
    assert main(["backup", "-o", str(archive), "--verify", course]) == 0
    told = capsys.readouterr().out
    with kept.store() as store:
        (noted,) = store.backups()
        entry = store.audit_entries(limit=1)[0]
    assert noted.file_name == "backup.zip"
    assert noted.digest in told
    assert (entry.action, entry.subject) == ("backup make", "backup.zip")
    assert "all the same" in told
    assert main(["restore", str(archive), course]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", str(archive), "--replace", course]) == 0
    told = capsys.readouterr().out
    assert "all as they were backed up" in told
    assert ".before-" in told
    with kept.store() as store:
        assert isinstance(store, Store)
        entry = store.audit_entries(limit=1)[0]
        assert (entry.action, entry.detail["digest"]) == ("backup restore", noted.digest)
    assert (kept.state / "submitted" / "learner-00001" / MODULE).is_dir()
