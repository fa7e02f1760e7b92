"""What a learner's code can see: the command that starts a program in bubblewrap."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from yongxin.grading.sandbox.job import Limits, SandboxMissing

#: Where the code of a submission runs, a folder of its own in the sandbox.
DIRECTORY = "/exercise"
#: Where its files lie until they are copied into ``DIRECTORY``.
FILES = "/handed-in"

#: Of the system only what programs need: folders are named one by one, because a course may well
#: lie in /usr/src, /opt or /srv.
_SYSTEM = (
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_ROOT_FOLDERS = ("/bin", "/lib", "/lib32", "/lib64")
#: Of an environment of Python: a course may hold the environment, or stand in it.
_OF_PYTHON = ("bin", "lib", "lib64", "pyvenv.cfg")

_MENDING = (
    "Install bubblewrap (Debian and Ubuntu: apt install bubblewrap) and let its user make "
    "namespaces, or say that you trust this code: yongxin grade --trust-learners-code, "
    "for nbgrader c.QuizExecute.trust_learners_code = True"
)
_CHECK_SECONDS = 30


def command(program: Sequence[str], run_folder: Path, files: Path, limits: Limits) -> list[str]:
    """Return the command that runs ``program`` locked in.

    ``run_folder`` is all that it shares with the outside, under the same path. ``files`` it sees in
    ``FILES``. Everything that can be written to otherwise is memory, bounded by ``limits``.
    """
    size = str(limits.disk_bytes)
    return [
        *_bubblewrap(limits.disk_bytes),
        *("--size", size, "--tmpfs", DIRECTORY),
        *("--ro-bind", str(files), FILES),
        *_folders_above([run_folder]),
        *("--bind", str(run_folder), str(run_folder)),
        *("--remount-ro", "/"),
        *("--chdir", DIRECTORY),
        "--",
        *program,
    ]


def require_sandbox() -> None:
    """Raise ``SandboxMissing`` unless a program can be locked in here."""
    try:
        check = subprocess.run(
            [*_bubblewrap(Limits().disk_bytes), "--", sys.executable, "-I", "-S", "-c", ""],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_CHECK_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxMissing(f"bubblewrap cannot be run ({error}). {_MENDING}") from error
    if check.returncode != 0:
        told = check.stderr.decode("utf-8", "replace").strip()[-500:]
        raise SandboxMissing(f"bubblewrap cannot lock anything in here ({told}). {_MENDING}")


def _bubblewrap(disk_bytes: int) -> list[str]:
    """Return the beginning of every command: other namespaces, and what can be read."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxMissing(f"code cells need a sandbox, and there is no bubblewrap. {_MENDING}")
    return [
        bwrap,
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "sandbox", "--new-session", "--die-with-parent"),
        *_rights(),
        *_root_folders(),
        # Before what can be read, of which some may lie in it.
        *("--size", str(disk_bytes), "--tmpfs", "/tmp"),  # noqa: S108  (the sandbox's own)
        *_read_only([*map(Path, _SYSTEM), *_python_paths()]),
        *("--dev", "/dev", "--remount-ro", "/dev"),
        *("--size", str(1 << 20), "--tmpfs", "/dev/shm"),  # noqa: S108
    ]


def _rights() -> list[str]:
    if os.geteuid() != 0:
        return ["--unshare-user"]
    # Root keeps its namespace of users, because only there it can become somebody else
    # (``inside.become``), and of its rights those that this takes.
    rights = ["--cap-drop", "ALL"]
    for right in ("CAP_CHOWN", "CAP_SETUID", "CAP_SETGID"):
        rights += ["--cap-add", right]
    return rights


def _root_folders() -> list[str]:
    """Return how ``/lib`` and the like are made, which are links on most systems."""
    options: list[str] = []
    for path in map(Path, _ROOT_FOLDERS):
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    return options


def _python_paths() -> list[Path]:
    """Return what this Python and this package are made of."""
    prefixes = [Path(sys.prefix), Path(sys.base_prefix)]
    # Python finds its library from where its program lies; follow the links to it one by one.
    program = Path(sys.executable)
    while program.is_symlink():
        program = Path(os.path.normpath(program.parent / program.readlink()))
        prefixes.append(program.parent.parent)
    paths = [prefix / name for prefix in dict.fromkeys(prefixes) for name in _OF_PYTHON]
    return [*paths, Path(__file__).parents[2]]


def _read_only(paths: Sequence[Path]) -> list[str]:
    here = [path for path in paths if path.exists()]
    options = _folders_above(here)
    for path in here:
        options += ["--ro-bind", str(path), str(path)]
    return options


def _folders_above(paths: Sequence[Path]) -> list[str]:
    """Return how the empty folders are made in which others are shown.

    Of itself bubblewrap would make them for their owner only, which the code is not.
    """
    folders = {folder for path in paths for folder in path.parents}
    options: list[str] = []
    for folder in sorted(folders - {Path("/")}):
        options += ["--perms", "0755", "--dir", str(folder)]
    return options
