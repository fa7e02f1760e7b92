"""Submissions to the module of ``whole_module``, from a seeded generator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from support.malformed import malformed
from support.whole_module import GALLERY, MODULE
from yongxin.catalogue import Catalogue
from yongxin.content import load_content
from yongxin.gallery.copies import Copy
from yongxin.gallery.responses import Responses
from yongxin.gallery.states import State
from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answer, Answers, RefusedAnswers, Written
from yongxin.grading.exercise_template import ExerciseTemplate
from yongxin.grading.reflection_cell import ANSWER_PREFIX, compose_cell
from yongxin.grading.timestamp import format_timestamp
from yongxin.items import JSON, Item
from yongxin.items.reflection import Reflection

#: Who hands in later than this is late.
DUE = datetime(2026, 5, 4, 12, tzinfo=UTC)

_FAMILY_NAMES, _GIVEN_NAMES = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋"
_WORDS = "电梯停了我等了很久。", "先急后气", "$x^2$ <b>粗</b>", "# 标题\n\n- 一\n- 二", "=1+1", "🙂"


@dataclass(frozen=True)
class Submission:
    """What one learner hands in: item id → response, reflection id → field → text."""

    username: str
    moment: datetime
    answers: Mapping[str, JSON]
    reflections: Mapping[str, Mapping[str, str]]


class Learners:
    """Learners of the course in ``root``, each of whom hands in something else.

    The same seed gives the same submissions.
    """

    def __init__(self, root: Path, seed: int) -> None:
        module = load_content(root / "content").modules[MODULE]
        self._items = [one for one in module.items if one.use == "graded"]
        self._reflections = [one for one in module.reflections if one.use == "graded"]
        self._responses = Responses.read(GALLERY)
        self._random = Random(seed)

    def hand_in(self, count: int, *, after: timedelta = timedelta()) -> Iterator[Submission]:
        """Yield a submission of each of ``count`` learners, some of them empty, some late."""
        for number in range(count):
            username = f"{_name(number)}{number:05}"
            yield Submission(
                username=username,
                moment=DUE + after + timedelta(minutes=self._random.randint(-600, 180)),
                answers=self._answers(username),
                reflections=self._written(),
            )

    def half_right(self, username: str, moment: datetime) -> Submission:
        """Return a submission of which every second answer is right; the same for everybody."""
        states: tuple[State, State] = ("right", "wrong")
        answers = {
            item.id: self._of(item, states[number % 2], username)
            for number, item in enumerate(self._items)
        }
        written = {
            one.id: {field.id: "写给您看。" for field in one.fields if field.kind == "text"}
            for one in self._reflections
        }
        return Submission(username, moment, answers, written)

    def _answers(self, username: str) -> dict[str, JSON]:
        likely = self._random.choice([0.0, 0.3, 0.6, 0.9, 1.0])  # some answer all, some nothing
        return {
            item.id: self._response(item, username)
            for item in self._items
            if self._random.random() < likely
        }

    def _response(self, item: Item, username: str) -> JSON:
        right = self._of(item, "right", username)
        match self._random.choice(["right", "right", "partly", "wrong", "disturbed", "malformed"]):
            case "malformed":
                return self._malformed(item, right)
            case "disturbed":
                return _disturbed(right, self._random)
            case "partly" if self._responses.known(item.id, "partly"):
                return self._of(item, "partly", username)
            case "wrong":
                return self._of(item, "wrong", username)
            case _:
                return right

    def _of(self, item: Item, state: State, username: str) -> JSON:
        return self._responses.of(Copy(item.id, state, item), username)

    def _malformed(self, item: Item, right: JSON) -> JSON:
        """Return something that is no response, but that ``answers.json`` can hold."""
        while True:
            response = malformed(item.public(), right, self._random)
            try:
                answers_file.encode(_file("any", DUE, {item.id: response}, {}))
            except RefusedAnswers:
                continue
            return response

    def _written(self) -> dict[str, dict[str, str]]:
        written: dict[str, dict[str, str]] = {}
        for one in self._reflections:
            if self._random.random() < 0.6:
                written[one.id] = dict(_fields(one, self._random))
        return written


class Collected:
    """Puts submissions where ``nbgrader collect`` would, and as it would leave them."""

    def __init__(self, root: Path) -> None:
        exercise = root / "exercises" / MODULE / f"{MODULE}.ipynb"
        self._folder = root / "var" / "submitted"
        self._template = ExerciseTemplate.of(exercise.read_bytes(), ANSWER_PREFIX)
        self._catalogue = Catalogue(root)

    def put(self, submissions: Iterable[Submission]) -> list[str]:
        """Write each of them; return the usernames."""
        return [self._put(one) for one in submissions]

    def _put(self, one: Submission) -> str:
        sources = {
            f"{ANSWER_PREFIX}{reflection}": compose_cell(
                self._catalogue.reflection(reflection), fields, "zh-CN"
            )
            for reflection, fields in one.reflections.items()
        }
        written = {name: source for name, source in sources.items() if source is not None}
        handed_in = _file(one.username, one.moment, one.answers, one.reflections)
        files = {
            f"{MODULE}.ipynb": self._template.filled(written).encode(),
            answers_file.FILE_NAME: answers_file.encode(handed_in),
            "timestamp.txt": format_timestamp(one.moment).encode(),
            "submission_secret.txt": one.username.encode().hex().encode(),
        }
        folder = self._folder / one.username / MODULE
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return one.username


def _file(
    username: str,
    moment: datetime,
    answers: Mapping[str, JSON],
    reflections: Mapping[str, Mapping[str, str]],
) -> Answers:
    return Answers(
        module=MODULE,
        learner=username,
        handed_in=moment,
        language="zh-CN",
        answers={item: Answer(response=one, saved=moment) for item, one in answers.items()},
        reflections={
            name: Written(fields=dict(fields), saved=moment) for name, fields in reflections.items()
        },
    )


def _name(number: int) -> str:
    family, given = divmod(number, len(_GIVEN_NAMES))
    return _FAMILY_NAMES[family % len(_FAMILY_NAMES)] + _GIVEN_NAMES[given]


def _fields(reflection: Reflection, random: Random) -> Iterator[tuple[str, str]]:
    for field in reflection.fields:
        if field.kind == "choice":
            yield field.id, random.choice(field.options).id
        else:
            yield field.id, "".join(random.sample(_WORDS, random.randint(0, 3)))


def _disturbed(response: JSON, random: Random) -> JSON:
    """Change, leave out or exchange a part of a response, so that a part of it stays right."""
    if isinstance(response, dict):
        return _disturbed_mapping(response, random)
    if isinstance(response, list):
        return _disturbed_list(response, random)
    return f"{response}0" if random.random() < 0.5 else f" {response}．"


def _disturbed_mapping(response: Mapping[str, Any], random: Random) -> JSON:
    names = sorted(response)
    if random.random() < 0.5:
        return {name: response[name] for name in random.sample(names, len(names) - 1)}
    values = [response[name] for name in names]
    random.shuffle(values)
    return dict(zip(names, values, strict=True))


def _disturbed_list(response: Sequence[Any], random: Random) -> JSON:
    count = len(response) - random.choice([0, 0, 0, 1])
    return random.sample(list(response), count)
