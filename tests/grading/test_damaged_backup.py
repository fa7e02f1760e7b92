"""A backup that is damaged, forged, of another course or too new is refused; nothing changes."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.kept_course import KeptCourse, make_kept_course
from yongxin.backup import BackupFailed, make_backup, restore_backup, restoring
from yongxin.backup.archive import MANIFEST, Reader
from yongxin.backup.databases import compare_with
from yongxin.cohort.erasure import ErasureStopped

PARTS = ("store.sqlite3", "gradebook.sqlite3", "files.tar", MANIFEST)


@pytest.fixture
def kept(released_course: Path, tmp_path: Path) -> KeptCourse:
    return make_kept_course(released_course, tmp_path / "kept")


@pytest.fixture
def archive(kept: KeptCourse, tmp_path: Path) -> Path:
    make_backup(kept.places, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.fixture
def refused(kept: KeptCourse, archive: Path) -> Callable[[str], None]:
    """Say what the restoring must be refused with; nothing may have changed by then."""
    before, files = kept.everything(), kept.files()

    def check(message: str) -> None:
        with pytest.raises(BackupFailed, match=message):
            restore_backup(kept.places, archive, replace=True, actor="guan")
        assert kept.everything() == before
        assert kept.files() == files
        assert not list(kept.state.glob(".arriving-*"))
        assert not list(kept.state.glob(".before-*"))

    return check


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(archive: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)


def forge(archive: Path, name: str, content: bytes) -> None:
    """Put other content into an archive whose manifest says that it is right."""
    parts = contents(archive) | {name: content}
    manifest = json.loads(parts[MANIFEST])
    manifest["parts"][name] = {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write(archive, parts | {MANIFEST: json.dumps(manifest).encode()})


def change(archive: Path, how: Callable[[dict[str, Any]], None]) -> None:
    """Change what the manifest says."""
    parts = contents(archive)
    manifest = json.loads(parts[MANIFEST])
    how(manifest)
    write(archive, parts | {MANIFEST: json.dumps(manifest).encode()})


@pytest.mark.parametrize("name", PARTS)
def test_a_byte_that_is_wrong_is_found_in_every_part(
    name: str, archive: Path, refused: Callable[[str], None]
) -> None:
    with zipfile.ZipFile(archive) as file:
        info = file.getinfo(name)
    content = bytearray(archive.read_bytes())
    content[info.header_offset + 60 + info.compress_size // 2] ^= 0x55
    archive.write_bytes(content)
    refused("damaged|no backup")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_an_archive_that_was_cut_off_is_refused(
    share: float, archive: Path, refused: Callable[[str], None]
) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    refused("damaged")


@pytest.mark.parametrize("name", PARTS[:3])
def test_other_content_under_the_same_manifest_is_refused(
    name: str, archive: Path, refused: Callable[[str], None]
) -> None:
    parts = contents(archive)
    write(archive, parts | {name: parts[name][:-1] + b"x"})
    refused(f"the part {name} is damaged")


@pytest.mark.parametrize("name", PARTS[:3])
def test_a_part_that_is_missing_or_one_too_many_is_refused(
    name: str, archive: Path, refused: Callable[[str], None]
) -> None:
    parts = contents(archive)
    write(archive, {one: content for one, content in parts.items() if one != name})
    refused("other parts")
    write(archive, {**parts, "more": b""})
    refused("other parts")


def test_a_part_never_becomes_larger_than_it_says(
    archive: Path, refused: Callable[[str], None]
) -> None:
    parts = contents(archive)
    write(archive, parts | {"files.tar": parts["files.tar"] + bytes(50_000_000)})
    refused("larger than the manifest says")


def test_more_than_the_disk_can_hold_is_refused_before_anything_is_read(
    archive: Path, refused: Callable[[str], None]
) -> None:
    def claim(manifest: dict[str, Any]) -> None:
        manifest["parts"]["files.tar"]["bytes"] = 10**18

    change(archive, claim)
    refused("bytes free")


@pytest.mark.parametrize(
    "name",
    ["../outside", "state/../../outside", "/outside", "state/a/../../../outside", "other/file"],
)
def test_a_name_that_leads_elsewhere_is_refused(
    name: str, archive: Path, tmp_path: Path, refused: Callable[[str], None]
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 3
        tar.addfile(info, io.BytesIO(b"bad"))
    forge(archive, "files.tar", file.getvalue())
    refused("leads elsewhere|no place for it")
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_anything_but_plain_files_is_refused(
    kind: bytes, archive: Path, refused: Callable[[str], None]
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        info = tarfile.TarInfo("state/link")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    forge(archive, "files.tar", file.getvalue())
    refused("no plain file")


@pytest.mark.parametrize(
    ("table", "part", "statement"),
    [
        ("answer", "store.sqlite3", "UPDATE answer SET state = '{}' WHERE learner_id = 5"),
        ("submission", "store.sqlite3", "UPDATE submission SET late = 1 WHERE learner_id = 5"),
        ("certificate", "store.sqlite3", "UPDATE certificate SET token = 'forged'"),
        ("certificate_holder", "store.sqlite3", "DELETE FROM certificate_holder"),
        ("grade", "gradebook.sqlite3", "UPDATE grade SET auto_score = 1.0 WHERE auto_score = 0.5"),
        ("comment", "gradebook.sqlite3", "UPDATE comment SET manual_comment = 'x' WHERE rowid = 1"),
    ],
)
def test_a_changed_row_is_found_although_the_file_is_whole(
    table: str,
    part: str,
    statement: str,
    kept: KeptCourse,
    archive: Path,
    refused: Callable[[str], None],
    tmp_path: Path,
) -> None:
    copy = tmp_path / part
    copy.write_bytes(contents(archive)[part])
    kept.execute(f"sqlite:///{copy}", statement)
    forge(archive, part, copy.read_bytes())
    refused(rf"not what was backed up: {table}: .*rows")


def test_of_many_rows_it_is_known_where_they_differ(kept: KeptCourse, tmp_path: Path) -> None:
    insert = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        " INSERT INTO visit SELECT 1, printf('m-%05d', i), '2026-01-01 00:00:00' FROM n"
    )
    kept.execute(kept.store_url, insert)
    made = make_backup(kept.places, tmp_path / "backup.zip")
    store = made.manifest.databases["store"]
    assert not [one for one in compare_with(kept.store_url, store) if one.problem]
    changed = "UPDATE visit SET at = '2026-01-02 00:00:00' WHERE module_id = 'm-01500'"
    kept.execute(kept.store_url, changed)
    (found,) = (one for one in compare_with(kept.store_url, store) if one.problem)
    assert found.table == "visit"
    assert found.problem is not None
    assert found.problem.startswith("rows 1,001 to 2,000, from [1,")
    kept.execute(kept.store_url, "DELETE FROM visit WHERE module_id >= 'm-02001'")
    kept.execute(kept.store_url, changed.replace("01-02", "01-01"))
    (found,) = (one for one in compare_with(kept.store_url, store) if one.problem)
    assert found.problem == "2,000 rows in place of 2,500"


def test_a_backup_of_another_course_is_refused(
    archive: Path, refused: Callable[[str], None]
) -> None:
    def rename(manifest: dict[str, Any]) -> None:
        manifest["course"]["modules"] = ["x1-other", "x2-other", "z1-lift"]

    change(archive, rename)
    refused("another course")


@pytest.mark.parametrize("database", ["store", "gradebook"])
def test_a_backup_of_a_later_version_is_refused(
    database: str, archive: Path, refused: Callable[[str], None]
) -> None:
    def from_the_future(manifest: dict[str, Any]) -> None:
        manifest["databases"][database]["version"] = "9999"

    change(archive, from_the_future)
    refused(f"the {database} in the backup has version 9999")


def test_a_later_format_is_refused(archive: Path, refused: Callable[[str], None]) -> None:
    def from_the_future(manifest: dict[str, Any]) -> None:
        manifest["format"] = 2

    change(archive, from_the_future)
    refused("has format 2")


def test_a_database_of_another_kind_is_refused(
    archive: Path, refused: Callable[[str], None]
) -> None:
    def other(manifest: dict[str, Any]) -> None:
        manifest["databases"]["store"]["kind"] = "postgresql"

    change(archive, other)
    refused("name one of its kind")


def test_what_is_no_archive_is_refused(archive: Path, refused: Callable[[str], None]) -> None:
    write(archive, {"readme.txt": b"a holiday"})
    refused("no backup of yongxin's")
    archive.write_bytes(b"not even a zip")
    refused("damaged")
    archive.unlink()
    refused("nothing was restored")


def test_what_fails_at_the_very_end_is_undone(
    monkeypatch: pytest.MonkeyPatch, kept: KeptCourse, refused: Callable[[str], None]
) -> None:
    def fails(*_arguments: object) -> int:
        raise ErasureStopped("unreachable", "the exchange cannot be reached")

    monkeypatch.setattr(restoring, "erase_again", fails)
    kept.execute(kept.store_url, "UPDATE certificate SET token = 'newer'")
    with pytest.raises(BackupFailed, match="cannot be reached"):
        restore_backup(kept.places, kept.root.parent / "backup.zip", replace=True, actor="guan")
    assert "newer" in kept.everything()["store"]["certificate"][0]
    kept.execute(kept.store_url, "UPDATE certificate SET token = 'a-token'")
    refused("cannot be reached")


def test_the_manifest_says_what_is_in_it(archive: Path) -> None:
    with Reader(archive) as reader:
        reader.check()
        manifest = reader.manifest
    assert set(manifest.databases) == {"store", "gradebook"}
    assert set(manifest.parts) == set(PARTS[:3])
    assert manifest.course["modules"]
    assert manifest.databases["store"].tables["answer"].rows > 0
    assert "password" in manifest.databases["store"].tables["learner"].columns
