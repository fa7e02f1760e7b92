"""One of several processes that serve a site.

``yongxin.site.workers``, which is where to look first, starts it as
``python -m yongxin.site.worker_process TASK OPTION …``.
"""

import sys
from collections.abc import Sequence

from yongxin.site.app import YongxinServer, run
from yongxin.site.workers import Task


def main(arguments: Sequence[str]) -> int:
    """Serve as the parent's ``TASK`` says, with the options that the parent was given."""
    task, *options = arguments
    server = YongxinServer.instance()
    server.task = Task.read(task)
    return run(server, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
