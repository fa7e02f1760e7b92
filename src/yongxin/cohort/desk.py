"""What trainers can see on the site beyond what learners have saved: it needs their gradebook."""

import threading
from collections.abc import Collection, Mapping
from pathlib import Path

from yongxin.catalogue import Catalogue
from yongxin.cohort.analysis import Analysis, analyse, rests
from yongxin.cohort.attempts import Attempts
from yongxin.cohort.choices import Choice, choices
from yongxin.cohort.marking import Marking
from yongxin.cohort.marks import Marks
from yongxin.items import Key, PublicItem
from yongxin.language import Language
from yongxin.store import Store

#: So long a page may let its reader wait for hand-ins that nobody has scored yet.
SECONDS_TO_SCORE = 0.5


class ModuleDesk:
    """The item analysis of one module, of everybody or one group."""

    def __init__(
        self,
        attempts: Attempts,
        keys: Mapping[str, Key],
        mastery: Collection[str],
        *,
        group: str | None,
        first: bool,
    ) -> None:
        self.keys = keys
        self._attempts = attempts
        self.mastery = mastery
        self._choice = {"group": group, "only_first": first}
        self.table = attempts.table(**self._choice)

    def analysis(self) -> Analysis:
        """Return figures and judgements of all items."""
        withdrawn = {item for item, key in self.keys.items() if key.is_withdrawn}
        return analyse(self.table, withdrawn=withdrawn, mastery=self.mastery)

    def choices(self, item: PublicItem, language: Language) -> list[Choice]:
        """Return what was chosen of one item."""
        responses = self._attempts.responses(item.id, **self._choice)
        # Somebody may have handed in between the two readings.
        count = min(len(responses), len(self.table.points))
        rest = rests(self.table, item.id)
        return choices(item, self.keys[item.id], responses[:count], rest[:count], language)


class TrainersDesk:
    """The trainers' side of a course. Threads may share an instance.

    ``folder`` is the trainers' course folder, whose ``nbgrader_config.py`` names the gradebook.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, store: Store) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._store = store
        self._importing = threading.Lock()
        self.marks = Marks(folder, catalogue, store, importing=self._importing)
        self.marking = Marking(
            folder, catalogue, store, importing=self._importing, refresh=self.marks.refresh
        )
        self._guard = threading.Lock()  # of what is being scored
        self._being_scored: set[str] = set()
        self._closing = threading.Event()

    def module(self, module_id: str, *, group: str | None = None, first: bool = True) -> ModuleDesk:
        """Return a module's hand-ins, as far as there was time to score them.

        Whoever finds that some wait lets ``score_the_rest`` go on. Raises ``GradingFailed`` when
        the gradebook cannot be read or does not know the module, and ``UnknownId`` for a module
        that is not built.
        """
        keys, mastery = self._asked(module_id)
        attempts = Attempts(self._store, module_id, keys)
        attempts.catch_up(SECONDS_TO_SCORE)
        return ModuleDesk(attempts, keys, mastery, group=group, first=first)

    def score_the_rest(self, module_id: str) -> None:
        """Score all of a module's hand-ins, unless somebody does already; errors as ``module``."""
        with self._guard:
            if module_id in self._being_scored:
                return
            self._being_scored.add(module_id)
        try:
            attempts = Attempts(self._store, module_id, self._asked(module_id)[0])
            while not attempts.catch_up(SECONDS_TO_SCORE) and not self._closing.is_set():
                pass
        finally:
            with self._guard:
                self._being_scored.discard(module_id)

    def close(self) -> None:
        """Let what goes on in the background come to an end; the next look takes it up again."""
        self._closing.set()
        self.marks.close()

    def _asked(self, module_id: str) -> tuple[dict[str, Key], tuple[str, ...]]:
        """Return the released keys in the order of the exercise, and which are of mastery items."""
        found = self._released_keys(module_id)
        bank = self._catalogue.bank(module_id)
        places = {name.removeprefix("quiz:"): place for place, name in enumerate(bank.exercise)}
        # What the course no longer asks comes last.
        names = sorted(found, key=lambda one: (places.get(one, len(places)), one))
        return {name: found[name] for name in names}, bank.mastery

    def _released_keys(self, module_id: str) -> dict[str, Key]:
        with self._importing:  # nbgrader: by the first page that needs it, and by one at a time
            from yongxin.cohort.released import released_keys
        return released_keys(self._folder, module_id)
