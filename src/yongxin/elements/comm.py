"""The transport of notebooks: each element is an anywidget, and this kernel handles its events.

What a browser shows is sent to it; nothing that a browser writes is taken. States, keys and scores
are never traits: a browser can read and overwrite every synced trait of a widget.
"""

import logging
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import anywidget
import traitlets

from yongxin.elements import assets
from yongxin.elements.contract import Element, Presentation, RefusedEvent
from yongxin.items import JSON
from yongxin.language import Language
from yongxin.text import interface_text

_log = logging.getLogger(__name__)

#: What the browser does about a failure: "refused" is final, the others are tried again.
FailureKind: TypeAlias = Literal["refused", "busy", "full", "unavailable"]


class Failed(Exception):
    """An event that could not be applied, with words for the learner."""

    def __init__(self, kind: FailureKind, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.kind = kind
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Shown:
    """What a browser shows of an element, and the revision of the state behind it."""

    revision: int
    presentation: Presentation


class Desk(Protocol):
    """Where a kernel keeps its learner's states. Both methods raise ``Failed``.

    ``kept`` tells whether states outlive the kernel.
    """

    kept: bool

    def show(self, element: Element, language: Language) -> Shown:
        """Return the element as the learner left it."""
        ...

    def apply(
        self,
        element: Element,
        event: JSON,
        language: Language,
        *,
        event_id: str,
        client: str,
        revision: int,
    ) -> tuple[Shown, dict[str, JSON]]:
        """Apply an event, which the element reads strictly, whatever it is.

        Returns what to show now, and ``reply`` and ``overtaken``. Raises ``RefusedEvent`` too.
        """
        ...

    def hand_in(self, language: Language, *, event_id: str, confirmed: bool) -> Presentation:
        """Hand in the exercise of this kernel; return what ``submit:exercise`` shows now."""
        ...


class ElementWidget(anywidget.AnyWidget):
    """One element as a widget. Its synced traits hold what everybody who sees it may know."""

    element = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    markup = traitlets.Unicode().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    kept = traitlets.Bool().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    _longest_id: ClassVar[int] = 128

    def __init__(self, element: Element, language: Language, desk: Desk) -> None:
        """Show ``element`` as its learner left it. Raises ``Failed``."""
        self._element = element
        self._language: Language = language
        self._desk = desk
        # Traits of the instance, so that importing this module reads no file.
        self.add_traits(
            _esm=traitlets.Unicode(assets.script(with_extras=True)).tag(sync=True),
            _css=traitlets.Unicode(assets.style()).tag(sync=True),
        )
        super().__init__(
            element=element.name,
            language=language,
            markup=str(element.markup(language)),
            texts=assets.browser_text(language),
            kept=desk.kept,
            shown=_as_trait(desk.show(element, language)),
        )
        self.on_msg(self._answer)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a browser writes into the traits: the kernel alone says what is shown."""

    def _answer(self, _widget: object, message: JSON, _buffers: object) -> None:
        """Answer one question of the browser. Every question gets an answer, an error included."""
        if not isinstance(message, dict) or not isinstance(message.get("id"), str):
            return
        answer: dict[str, JSON] = {"id": message["id"]}
        buffers: list[bytes] = []
        try:
            found, buffers = self._answer_to(message)
            answer |= found
        except RefusedEvent as error:
            words = interface_text(self._language)(f"refused.{error.code}", **error.details)
            answer["error"] = {"kind": "refused", "code": error.code, "message": words}
        except Failed as error:
            answer["error"] = {"kind": error.kind, "code": error.code, "message": error.message}
        except Exception:  # noqa: BLE001
            # The browser must not wait for ever; the author finds the reason in the log.
            _log.exception("%s could not handle what the browser sent", self._element.name)
            answer["error"] = {"kind": "unavailable", "code": "internal", "message": ""}
        self.send(answer, buffers)

    def _answer_to(self, message: dict[str, JSON]) -> tuple[dict[str, JSON], list[bytes]]:
        match message.get("type"):
            case "event":
                return self._apply(message), []
            case "show":
                return self._show(), []
            case "hand-in":
                return self._hand_in(message), []
            case "library":
                return {}, [self._library(message)]
            case _:
                raise RefusedEvent("malformed")

    def _apply(self, message: dict[str, JSON]) -> dict[str, JSON]:
        revision = message.get("revision")
        if isinstance(revision, bool) or not isinstance(revision, int):
            raise RefusedEvent("malformed")
        shown, rest = self._desk.apply(
            self._element,
            message.get("event"),
            self._language,
            event_id=self._id(message, "event_id"),
            client=self._id(message, "client"),
            revision=revision,
        )
        self.shown = _as_trait(shown)
        return {**_as_trait(shown), **rest}

    def _show(self) -> dict[str, JSON]:
        self.shown = _as_trait(self._desk.show(self._element, self._language))
        return self.shown

    def _hand_in(self, message: dict[str, JSON]) -> dict[str, JSON]:
        presentation = self._desk.hand_in(
            self._language,
            event_id=self._id(message, "event_id"),
            confirmed=message.get("confirmed") is True,
        )
        return {"presentation": presentation, "reply": {}}

    def _library(self, message: dict[str, JSON]) -> bytes:
        name = message.get("name")
        if name not in assets.LIBRARIES:
            raise RefusedEvent("malformed")
        return assets.library(name).encode("utf-8")

    def _id(self, message: dict[str, JSON], key: str) -> str:
        value = message.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= self._longest_id:
            raise RefusedEvent("malformed")
        return value


def _as_trait(shown: Shown) -> dict[str, JSON]:
    return {"revision": shown.revision, "presentation": shown.presentation}
