"""Where a server's time goes in a burst: samples of whoever holds the interpreter, by py-spy.

py-spy is no dependency of this project; ``uv pip install py-spy`` puts it beside the rest. On most
systems only root, or a process's parent with the right settings, may look into another process.
"""

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Samples a second. A sample counts the thread that holds the interpreter, if one does.
RATE = 100
START_SECONDS = 1.0

_LINE = re.compile(r":\d+\)$")


@dataclass(frozen=True)
class Share:
    """Seconds in a function itself, and with all that it calls."""

    function: str
    own: float
    whole: float


@contextlib.contextmanager
def sampled(pid: int, output: Path) -> Iterator[None]:
    """Write the stacks of ``pid`` and its workers, seen while the block runs, to ``output``.

    Raises ``FileNotFoundError`` when there is no py-spy.
    """
    program = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or "py-spy"
    command = [program, "record", f"--pid={pid}", "--format=raw", f"--output={output}"]
    command += [f"--rate={RATE}", "--duration=3600", "--function", "--gil", "--subprocesses"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(START_SECONDS)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # upon which it writes its file
        process.wait(60)


def read(stacks: Path) -> list[Share]:
    """Return the functions in a file of ``sampled``, longest first."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in stacks.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_LINE.sub(")", frame) for frame in stack.split(";")]
        own[frames[-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    return [
        Share(function, own[function] / RATE, samples / RATE)
        for function, samples in whole.most_common()
    ]


def main() -> None:
    """Print the functions of a file that stand for most processor time."""
    shares = read(Path(sys.argv[1]))
    print("    own   whole  (seconds)")
    for one in shares[: int(sys.argv[2]) if len(sys.argv) > 2 else 80]:
        print(f"{one.own:7.2f} {one.whole:7.2f}  {one.function}")
    print("\nby own time")
    for one in sorted(shares, key=lambda share: -share.own)[:40]:
        print(f"{one.own:7.2f} {one.whole:7.2f}  {one.function}")


if __name__ == "__main__":
    main()
