"""Entering graded submissions in the gradebook, and keeping the outcomes."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine

from yongxin.grading.batch.gradebook import analyse
from yongxin.grading.batch.grading import Record, Refused
from yongxin.grading.batch.outcome import Outcome, Status
from yongxin.grading.batch.plan import read_moment
from yongxin.grading.batch.records import Graded, write_records
from yongxin.grading.batch.rows import AssignmentRows, Standing
from yongxin.grading.batch.staging import Staging
from yongxin.grading.late import Penalty

#: More would save no time, and fewer would lose less of it when a run is killed.
_AT_A_TIME = 500


class Register:
    """The outcomes of one run; ``standings`` are where submissions stood before it."""

    def __init__(
        self,
        engine: Engine,
        rows: AssignmentRows,
        staging: Staging,
        penalty: Penalty,
        standings: Mapping[str, Standing],
    ) -> None:
        self.outcomes: list[Outcome] = []
        self._engine = engine
        self._rows = rows
        self._staging = staging
        self._penalty = penalty
        self._standings = standings
        self._waiting: list[tuple[Record, Graded]] = []
        self._has_entered = False

    def add(self, results: Iterable[Record | Refused]) -> None:
        """Take in what was graded; it is entered when there is enough of it."""
        for one in results:
            if isinstance(one, Refused):
                self.refuse(one)
                continue
            try:
                moment = read_moment(one.timestamp)
            except ValueError as error:
                self.refuse(Refused(one.username, str(error)))
            else:
                self._waiting.append((one, Graded(one.username, moment, one.marks)))
        if len(self._waiting) >= _AT_A_TIME:
            self._enter()

    def refuse(self, refused: Refused) -> None:
        """Keep what could not be graded; whatever the gradebook has of it stays."""
        standing = self._standings.get(refused.username)
        points = None if standing is None else standing.points
        self._tell(refused.username, "refused", points, reason=refused.reason)

    def leave(self, username: str) -> None:
        """Keep what was graded before and has not changed."""
        self._tell(username, "unchanged", self._standings[username].points)

    def finish(self) -> None:
        """Enter what is left, and let the database count its rows."""
        self._enter()
        if self._has_entered:
            with self._engine.begin() as connection:
                analyse(connection)

    def _enter(self) -> None:
        if not self._waiting:
            return
        entering, self._waiting = self._waiting, []
        with self._engine.begin() as connection:
            standings = write_records(
                connection, self._rows, [graded for _, graded in entering], self._penalty
            )
        self._has_entered = True
        for record, _ in entering:  # only now; ``staging`` says why
            standing = standings[record.username]
            try:
                self._staging.publish(record.username)
            except OSError as error:
                self.refuse(Refused(record.username, f"its files cannot be put in place: {error}"))
            else:
                status = "waiting" if standing.waits else "graded"
                self._tell(record.username, status, standing.points, record=record)

    def _tell(
        self,
        username: str,
        status: Status,
        points: float | None,
        *,
        reason: str | None = None,
        record: Record | None = None,
    ) -> None:
        findings = () if record is None else record.findings
        self.outcomes.append(
            Outcome(username, status, points, self._rows.maximum, reason, findings)
        )
