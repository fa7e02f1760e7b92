"""Applies events that count; prints each revision once it is acknowledged.

Arguments: URL of the store, learner, number of events, name of the element (``{}`` in it stands for
the number of the event, so that each event goes to an element of its own).
"""

import os
import sys

from yongxin.store import Store

url, learner_id, events, element = sys.argv[1:]
with Store.open(url) as store:
    for number in range(int(events)):
        applied = store.apply(
            int(learner_id),
            element.format(number),
            event_id=f"{os.getpid()}-{number}",
            client=f"process-{os.getpid()}",
            revision=0,
            transition=lambda state, number=number: (
                {"count": (state or {"count": 0})["count"] + 1, "number": number},
                {},
            ),
        )
        # One write, which no kill can split.
        os.write(1, f"{number} {applied.saved.revision}\n".encode())
