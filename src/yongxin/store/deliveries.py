"""What of a module has gone to the exchange: hand-ins, and revisions of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from yongxin.store.values import Receipt, Returned, Submission


class Delivery(NamedTuple):
    """One delivery; ``submission`` is the hand-in that it is, or that it revises."""

    moment: datetime
    submission: Submission
    receipt: Receipt


def deliveries(submissions: Sequence[Submission], returned: Iterable[Returned]) -> list[Delivery]:
    """Return all deliveries of one learner's module, the newest first, which is what counts.

    ``submissions`` and ``returned`` are all there are of that module, as the store tells them.
    """
    found = [Delivery(one.at, one, one.receipt) for one in submissions]
    for one in returned:
        if one.delivered_as is not None:
            moment = one.delivered_as
            revised = max(
                (other for other in submissions if other.at < moment), key=lambda other: other.at
            )
            found.append(Delivery(moment, revised, one.receipt))
    return sorted(found, key=lambda one: one.moment, reverse=True)
