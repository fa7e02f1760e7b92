"""Hands in, prints the number of the attempt while it is being delivered, and never gets further.

Arguments: URL of the store, learner, module, event id, time.
"""

import os
import sys
import time
from collections.abc import Mapping
from datetime import datetime

from yongxin.store import Store, Submission


def deliver(submission: Submission) -> Mapping[str, object]:
    os.write(1, f"{submission.number}\n".encode())
    time.sleep(3600)
    return {}


url, learner_id, module_id, event_id, now = sys.argv[1:]
with Store.open(url) as store:
    store.hand_in(
        int(learner_id),
        module_id,
        event_id=event_id,
        allowed_attempts=1,
        now=datetime.fromisoformat(now),
        snapshot={"from": "the process that dies"},
        deliver=deliver,
    )
