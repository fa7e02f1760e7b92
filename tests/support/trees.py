"""Comparing whole folders of built files."""

from pathlib import Path

DERIVED = ("course", "solutions", "exercises", "data")


def tree(root: Path, *folders: str) -> dict[str, bytes]:
    """Return every file in these folders of ``root`` (by default all derived ones) by its path.

    Fails when a folder holds nothing: a comparison of nothing would pass for ever.
    """
    found: dict[str, bytes] = {}
    for folder in folders or DERIVED:
        files = [path for path in (root / folder).rglob("*") if path.is_file()]
        assert files, f"{root / folder} holds no file"
        found |= {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return found


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Return the paths that stand in one tree only, or with other bytes."""
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))
