"""One process opens a store twice while other processes come and go."""

import subprocess
import sys
from pathlib import Path

from yongxin.store import Store

COME_AND_GO = "import sys; from yongxin.store import Store; Store.open(sys.argv[1]).close()"
READ = """\
import sys
from yongxin.store import Store
with Store.open(sys.argv[1]) as store:
    print([one.username for one in store.learners()])
"""


def test_a_second_store_in_a_process_lets_nobody_lose_what_the_first_one_writes(
    tmp_path: Path,
) -> None:
    # Closing a file drops a process's locks on it: the next process that left took the log along.
    url = f"sqlite:///{tmp_path / 'store.db'}"

    def elsewhere(program: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
        ).stdout.strip()

    with Store.open(url) as first:
        first.add_learner("before", "Before")
        with Store.open(url):
            elsewhere(COME_AND_GO)
            first.add_learner("after", "After")
            assert elsewhere(READ) == "['after', 'before']"
