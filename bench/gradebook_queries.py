"""What a trainer waits for in the gradebook of a big cohort, timed by a program of its own.

``python -m bench.gradebook_queries COURSE`` prints the seconds of each as JSON.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets.utils.importstring import import_item

from yongxin.grading.exchange import nbgrader_configuration

STOCK_EXPORTER = "nbgrader.plugins.export.CsvExportPlugin"


def main(root: Path, module_id: str) -> dict[str, float]:
    """Return the seconds of formgrader's page of submissions, and of both exports."""
    warnings.simplefilter("ignore")  # nbgrader was written for an older SQLAlchemy
    logging.disable(logging.WARNING)
    from nbgrader.apps.api import NbGraderAPI

    config = nbgrader_configuration(root)
    api: Any = NbGraderAPI(config=config)
    return {
        "formgrader": _seconds(lambda: _show_submissions(api, module_id)),
        "stock export": _seconds(lambda: _export(api, STOCK_EXPORTER)),
        "export": _seconds(lambda: _export(api, config.ExportApp.plugin_class)),
    }


def _show_submissions(api: Any, module_id: str) -> None:
    """Do what formgrader does when its tab of submissions opens."""
    assert api.get_submissions(module_id), "there are no submissions"


def _export(api: Any, plugin: str) -> None:
    """Do what ``nbgrader export`` does."""
    exporter = import_item(plugin)(parent=api)
    with api.gradebook as gradebook:
        exporter.export(gradebook)


def _seconds(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]).resolve(), sys.argv[2])))
