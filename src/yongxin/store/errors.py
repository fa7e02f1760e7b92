"""What can go wrong with a store, and what a store refuses."""


class StoreError(Exception):
    """The store cannot serve at the moment; the call may be repeated with the same event id.

    Nothing was changed, with one exception that no database can avoid: when the connection breaks
    during a commit nobody knows whether the commit took place. That is what event ids are for.
    """


class StoreBusy(StoreError):
    """Others held the locks for longer than the busy timeout."""


class StoreFull(StoreError):
    """There is no space left where the database keeps its files."""


class StoreUnavailable(StoreError):
    """The database cannot be reached, opened or trusted; an operator has to look."""


class StoreOutdated(StoreError):
    """The tables and this version of the package do not fit; the message says what to do."""


class UnknownLearner(LookupError):
    """There is no such learner."""


class UnknownGroup(LookupError):
    """There is no such group."""


class UnknownSubmission(LookupError):
    """There is no such submission."""


class UnknownCertificate(LookupError):
    """There is no such certificate."""


class UsernameTaken(ValueError):
    """Another learner has this username, or one that reads the same."""


class LearnerInactive(ValueError):
    """The learner was deactivated and cannot be let in."""


class NoAttemptsLeft(Exception):
    """The learner has handed this module in as often as it may be handed in."""


class NotHandedIn(ValueError):
    """The learner has not handed this module in."""


class AlreadyReturned(ValueError):
    """The reflection was returned to this learner before."""


class NotReturned(Exception):
    """The reflection was not returned to this learner, or was handed in again already."""


class StateRefused(ValueError):
    """A state or another value is no JSON, or too large to be kept."""


class InvalidName(ValueError):
    """A username, an id or another short text does not have the form that the store takes."""
