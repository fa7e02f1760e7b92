"""Learners' code runs locked in: it reaches nothing, uses up nothing, and forges little."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import yongxin.grading.sandbox.run as run_module
from yongxin.grading.sandbox import (
    CodeJob,
    CodeResult,
    Limits,
    SandboxMissing,
    require_sandbox,
    run_code,
    runner,
)

MEBIBYTE = 1024 * 1024
LIMITS = Limits(cell_seconds=3, memory_bytes=1024 * MEBIBYTE)

#: Says that the kernel is still there and still itself.
NEXT = "print('still here')"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sandbox")]


@pytest.fixture(scope="session")
def sandbox() -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("needs bubblewrap")
    require_sandbox()


def run(
    *sources: str, files: dict[str, bytes] | None = None, limits: Limits = LIMITS
) -> CodeResult:
    result = run_code(CodeJob("李雷", sources, files or {}, limits))
    assert result.refused is None
    assert result.key == "李雷"
    assert len(result.cells) == len(sources)
    return result


def told(result: CodeResult, cell: int = -1) -> str:
    """Return what a cell has printed."""
    outputs = result.cells[cell].outputs
    return "".join(str(one["text"]) for one in outputs if one["output_type"] == "stream")


def errors(result: CodeResult) -> list[str | None]:
    """Return the error that each cell begins with, the one which nbgrader counts."""
    return [
        cell.outputs[0]["ename"]
        if cell.outputs and cell.outputs[0]["output_type"] == "error"
        else None
        for cell in result.cells
    ]


def test_code_runs_as_in_any_kernel() -> None:
    result = run(
        "total = 0.5\nprint('算')",
        "open('sub/prices.csv').read(), open('own.txt', 'w').write('x')",
        "total + 1",
        "1 / 0",
        "import helper; helper.three",
        files={"sub/prices.csv": b"price\n", "helper.py": b"three = 3\n"},
    )
    assert told(result, 0) == "算\n"
    values = [cell.outputs[-1].get("data") for cell in result.cells]
    assert values[1:] == [
        {"text/plain": "('price\\n', 1)"},
        {"text/plain": "1.5"},
        None,
        {"text/plain": "3"},
    ]
    assert errors(result) == [None, None, None, "ZeroDivisionError", None]
    assert [cell.execution_count for cell in result.cells] == [1, 2, 3, 4, 5]
    assert result.remarks == ()


def test_code_sees_nothing_but_its_own(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    monkeypatch.setenv("YONGXIN_TEST_SECRET", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\0yongxin-test")
        abstract.listen()
        result = run(
            f"open({str(secret)!r})",
            f"open({str(repository / 'nbgrader_config.py')!r})",
            f"import os; os.listdir({str(repository / 'solutions')!r})",
            f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)",
            "socket.create_connection(('1.1.1.1', 53), 1)",
            "socket.socket(socket.AF_UNIX).connect('\\0yongxin-test')",
            f"os.kill({os.getpid()}, 0)",
            "import subprocess; subprocess.run(['mount', '-t', 'tmpfs', 'x', '/exercise'])",
            "os.setuid(0)",
            "print(sorted(os.environ), os.getcwd(), os.listdir('.'))",
        )
        abstract.close()
    assert errors(result)[:7] == [
        "FileNotFoundError",
        "FileNotFoundError",
        "FileNotFoundError",
        "ConnectionRefusedError",
        "OSError",
        "ConnectionRefusedError",
        "ProcessLookupError",
    ]
    assert errors(result)[8] == "PermissionError"
    assert "SECRET" not in told(result)
    assert "YONGXIN" not in told(result)
    assert told(result).endswith("/exercise []\n")


def test_code_writes_nowhere_else(repository: Path) -> None:
    places = ["/", "/dev", "/usr/lib", "/handed-in", "/etc", str(repository / "src" / "yongxin")]
    places.append(str(Path(sys.executable).parent))
    result = run(
        *(f"open({place + '/new'!r}, 'w')" for place in places),
        "open('new', 'w').write('x')",
    )
    refused = {"OSError", "PermissionError"}
    assert set(errors(result)[:-1]) <= refused
    assert errors(result)[-1] is None


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the folders of sandboxes are made; a name that the command of every kernel holds."""
    # Not a test's own folder: the address of a socket is short.
    with tempfile.TemporaryDirectory(prefix="yx-test-") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def left_behind(folder: Path) -> list[str]:
    """Return the files and the processes that are still there."""
    running = [
        " ".join(one.info["cmdline"])
        for one in psutil.process_iter(["cmdline"])
        if one.info["cmdline"] and any(str(folder) in word for word in one.info["cmdline"])
    ]
    return [*running, *map(str, folder.iterdir())]


def test_nothing_is_left_behind(folder: Path) -> None:
    run(
        "import os, pathlib\n"
        "run = next(pathlib.Path('/').glob('tmp/yx-*/*/run'))\n"
        "(run / 'x').mkdir(mode=0)",
        f"import subprocess; subprocess.Popen(['sh', '-c', 'sleep 1000; echo {folder}'])",
    )
    assert left_behind(folder) == []


def test_memory_and_disk_are_bounded_and_the_kernel_goes_on() -> None:
    result = run(
        "x = bytearray(6 << 30)",
        "open('big', 'wb').write(bytes(60 << 20))",
        "for n in range(100): open(f'/tmp/{n}', 'wb').write(bytes(20 << 20))",
        "for n in range(100): open(f'{n}', 'wb').write(bytes(20 << 20))",
        "for n in range(100): open(f'/dev/shm/{n}', 'wb').write(bytes(20 << 20))",
        NEXT,
    )
    assert errors(result) == ["MemoryError", *["OSError"] * 3, "PermissionError", None]
    assert told(result) == "still here\n"


def test_many_processes_share_one_limit_of_memory() -> None:
    result = run(
        "import os, time\n"
        "for n in range(5):\n"
        "    if os.fork() == 0:\n"
        "        x = b'x' * (500 << 20)\n"
        "        time.sleep(60)\n"
        "        os._exit(0)\n"
        "time.sleep(60)",
        NEXT,
        limits=Limits(cell_seconds=30, memory_bytes=2048 * MEBIBYTE),
    )
    assert errors(result) == ["MemoryLimitError", "NotExecuted"]
    assert result.remarks == ("code cell 1: the code used too much memory",)


def test_a_fork_bomb_ends_with_its_sandbox(folder: Path) -> None:
    result = run(
        "import os\ncount = 0\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0:\n"
        "            import time; time.sleep(100); os._exit(0)\n"
        "        count += 1\n"
        "except OSError:\n"
        "    print(count)",
        "while True: os.fork()",
        NEXT,
        limits=Limits(cell_seconds=5, memory_bytes=8 * 1024 * MEBIBYTE),
    )
    assert 10 < int(told(result, 0)) < LIMITS.processes
    assert errors(result)[1] is not None
    assert left_behind(folder) == []


def test_an_endless_loop_is_stopped_and_the_kernel_goes_on() -> None:
    result = run(
        "while True: pass",
        "while True: print('x' * 1000)",
        "from time import sleep\ntry:\n    sleep(100)\nexcept KeyboardInterrupt:\n    pass",
        NEXT,
    )
    assert errors(result)[0] == "CellTimeoutError"
    assert errors(result)[1] in {"CellTimeoutError", "OutputLimitError", "OutputsLostError"}
    assert errors(result)[2] == "CellTimeoutError"
    assert told(result) == "still here\n"


def test_a_loop_that_cannot_be_stopped_ends_the_kernel() -> None:
    result = run("10 ** 10 ** 10", NEXT, NEXT, limits=Limits(cell_seconds=1))
    assert errors(result) == ["DeadKernelError", "NotExecuted", "NotExecuted"]


def test_a_notebook_has_a_time_of_its_own() -> None:
    limits = Limits(cell_seconds=3, notebook_seconds=4)
    result = run(*["import time; time.sleep(2.5)"] * 3, limits=limits)
    assert errors(result) == [None, "CellTimeoutError", "NotExecuted"]


def test_floods_of_output_fill_no_memory_and_no_test_passes_by_them() -> None:
    before = psutil.Process().memory_info().rss
    result = run(
        "print('x' * 50_000_000)",
        "for n in range(3000): print('y' * 1000)",
        "import os\nfor n in range(2000): os.write(2, b'z' * 10_000)",
        "from IPython.display import display\n"
        "for n in range(3): display({'image/png': 'A' * 500_000}, raw=True)",
        NEXT,
        # What stops them is how much they put out, also on a machine that is busy.
        limits=Limits(cell_seconds=60, notebook_seconds=360),
    )
    assert None not in errors(result)[:-1]
    assert "CellTimeoutError" not in errors(result)
    assert told(result) == "still here\n"
    assert sum(len(str(cell)) for cell in result.cells) < 5 * LIMITS.output_characters
    assert psutil.Process().memory_info().rss - before < 200 * MEBIBYTE


@pytest.mark.parametrize(
    "code",
    [
        "import os; os._exit(0)",
        "import os; os.kill(os.getpid(), 9)",
        "import os\nos.fork()\nos.kill(os.getppid(), 9)\nos.kill(os.getpid(), 9)",
        "import ctypes; ctypes.string_at(0)",
    ],
)
def test_a_kernel_that_is_gone_passes_no_test(code: str) -> None:
    result = run(code, NEXT)
    assert errors(result) == ["DeadKernelError", "NotExecuted"]
    assert result.remarks == ("code cell 1: the kernel died",)


def test_leaving_the_kernel_passes_no_later_test() -> None:
    # It takes the kernel a moment to end; what is executed until then has to be right.
    told = errors(run("exit()", "assert False", "assert False", "import os; os._exit(0)", "1"))
    assert None not in told[1:]
    assert told[-1] == "NotExecuted"


SWALLOWING = {
    "running nothing": (
        "async def nothing(*words, **more): return False\nget_ipython().run_ast_nodes = nothing"
    ),
    "hiding results": (
        "from IPython.core.interactiveshell import ExecutionResult\n"
        "ExecutionResult.success = True\n"
        "ExecutionResult.error_in_exec = property(lambda self: None, lambda self, value: None)"
    ),
    "answering for the kernel": (
        "async def do_execute(*words, **more):\n"
        "    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}\n"
        "get_ipython().kernel.do_execute = do_execute"
    ),
}


@pytest.mark.parametrize("code", SWALLOWING.values(), ids=SWALLOWING.keys())
def test_a_kernel_that_tells_no_errors_passes_no_test(code: str) -> None:
    result = run(code, "assert False")
    assert errors(result) == ["TamperedKernelError", "NotExecuted"]


def test_hiding_an_error_passes_no_test() -> None:
    result = run("get_ipython().showtraceback = lambda *words, **more: None", "assert 1 == 2")
    assert errors(result) == [None, "AssertionError"]


def test_nobody_is_asked() -> None:
    assert errors(run("input('?')", NEXT))[0] == "StdinNotImplementedError"


def test_what_lies_beside_the_sockets_ends_the_kernel() -> None:
    result = run(
        "import pathlib, time\n"
        "run = next(pathlib.Path('/tmp').glob('yx-*/run'))\n"
        "for n in range(10): (run / f'{n}').write_bytes(bytes(1000))\n"
        "time.sleep(30)",
        NEXT,
        limits=Limits(cell_seconds=30),
    )
    assert errors(result) == ["DiskLimitError", "NotExecuted"]


def test_a_file_of_a_learners_never_becomes_the_kernel() -> None:
    canary = b"open('/tmp/canary', 'w').close(); raise SystemExit\n"
    names = ("ipykernel.py", "ipykernel_launcher.py", "sitecustomize.py", "json.py", "inside.py")
    result = run("import os; os.path.exists('/tmp/canary')", files=dict.fromkeys(names, canary))
    assert result.cells[0].outputs[0]["data"] == {"text/plain": "False"}


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_file_is_put_outside(name: str) -> None:
    with pytest.raises(ValueError, match="no path of a file"):
        run_code(CodeJob("李雷", ("1",), {name: b""}))


def test_without_bubblewrap_nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    job = CodeJob("李雷", (f"open({str(canary)!r}, 'w').close()",))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing, match="apt install bubblewrap"):
        run_code(job)
    assert not canary.exists()
    assert run_code(job, trusted=True).refused is None
    assert canary.exists()


def test_a_bubblewrap_that_may_not_work_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SandboxMissing, match="No permissions to create new namespace"):
        run_code(CodeJob("李雷", ("1",)))


def test_a_kernel_that_does_not_start_is_no_fault_of_the_learner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_module, "_START_KERNEL", "raise SystemExit('no ipykernel')")
    result = run_code(CodeJob("李雷", ("1",)))
    assert result.cells == ()
    assert result.refused == "the kernel died: no ipykernel"


def test_trusted_code_keeps_its_limits(folder: Path) -> None:
    job = CodeJob(
        "李雷",
        (
            f"import subprocess; subprocess.Popen(['sh', '-c', 'sleep 1000; echo {folder}'])",
            "while True: pass",
            NEXT,
        ),
        limits=Limits(cell_seconds=2),
    )
    assert errors(run_code(job, trusted=True)) == [None, "CellTimeoutError", None]
    assert left_behind(folder) == []


def test_many_jobs_run_side_by_side() -> None:
    asked: list[int] = []

    def jobs():
        for number in range(8):
            asked.append(number)
            yield CodeJob(str(number), ("import time; time.sleep(0.5)", f"print({number})"))

    started = time.monotonic()
    results = runner(2)(jobs())
    first = next(results)
    assert len(asked) <= 5  # it does not read a whole cohort at once
    everything = [first, *results]
    assert {(one.key, told(one)) for one in everything} == {(str(n), f"{n}\n") for n in range(8)}
    assert time.monotonic() - started < 100


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
def test_it_works_for_an_account_without_rights(repository: Path) -> None:
    """Root uses other means than everybody else, who needs namespaces of users."""
    program = (
        "from yongxin.grading.sandbox import *; import os\n"
        "result = run_code(CodeJob('a', ('import os; print(os.getuid())', "
        "'n = 0\\ntry:\\n  while n < 25:\\n    if os.fork() == 0:\\n"
        "      import time; time.sleep(60)\\n    n += 1\\nexcept OSError: print(n)',"
        "'open(\"/etc/passwd\")')))\n"
        "print(os.getuid(), result)"
    )
    # A folder where that account can read the repository and this Python, wherever they are.
    reachable = sorted({sys.base_prefix, str(repository), "/usr", "/etc"})
    command = ["bwrap", "--perms", "1777", "--tmpfs", "/tmp"]
    for folder in sorted({str(one) for path in reachable for one in Path(path).parents} - {"/"}):
        command += ["--perms", "0755", "--dir", folder]
    for path in reachable:
        command += ["--ro-bind", path, path]
    for name in ("bin", "lib", "lib64"):
        command += ["--symlink", f"usr/{name}", f"/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--"]
    command += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run(
        [*command, sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("65534 "), done.stdout
    assert "refused=None" in done.stdout, done.stdout
    assert "FileNotFoundError" in done.stdout
