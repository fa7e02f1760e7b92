"""Applies events in many threads at once; prints the number of each once it is acknowledged.

Arguments: URL of the store, learner, number of threads. Each event goes to an element of its own,
and the program ends when it is killed.
"""

import itertools
import os
import sys
import threading

from yongxin.store import Store

url, learner_id, threads = sys.argv[1:]


def work(store: Store, first: int) -> None:
    for number in itertools.count(first, int(threads)):
        store.apply(
            int(learner_id),
            f"quiz:item-{number}",
            event_id=f"event-{number}",
            client="phone",
            revision=0,
            transition=lambda _state, number=number: ({"number": number}, {}),
        )
        # One write, which no kill can split.
        os.write(1, f"{number}\n".encode())


with Store.open(url) as store:
    working = [threading.Thread(target=work, args=(store, one)) for one in range(int(threads))]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
