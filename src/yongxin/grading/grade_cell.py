"""The grade cell: the one form in which a solution notebook holds the key of a graded item.

The cell asks the item and, in a hidden-tests region, scores it::

    quiz("chain-order")
    ### BEGIN HIDDEN TESTS
    from yongxin.grading import score_cell
    score_cell({'id': 'chain-order', ...})
    ### END HIDDEN TESTS

nbgrader removes the region from the release, keeps it in the gradebook and puts it back when it
grades. Whoever grades without executing the cell reads the key with ``parse``, which accepts this
form and nothing else, so that a cell which a person or a learner has altered is refused, never
guessed at.
"""

import ast
from collections.abc import Mapping
from typing import Any

from yongxin.items import parse_key
from yongxin.items.base import Key

BEGIN_HIDDEN_TESTS = "### BEGIN HIDDEN TESTS"
END_HIDDEN_TESTS = "### END HIDDEN TESTS"

# The same for what a person marks: the model answer stands between them in an answer cell.
BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"

#: A longer source is refused before anything parses it; the largest real cell is about 4 KB.
MAXIMUM_CHARACTERS = 64 * 1024


def compose_question(item_id: str) -> str:
    """Return the source of the cell that a learner receives: it asks the item and does no more."""
    return f'quiz("{item_id}")'


def compose(item_id: str, key: Key) -> str:
    """Return the source of the grade cell of an item, as it stands in the solution notebook.

    Raises ``ValueError`` when the key is that of another item, or when its literal could not be
    read back exactly: a cell that grades wrongly must not be written.
    """
    literal = repr(key.model_dump(mode="json"))
    source = "\n".join(
        [
            compose_question(item_id),
            BEGIN_HIDDEN_TESTS,
            "from yongxin.grading import score_cell",
            f"score_cell({literal})",
            END_HIDDEN_TESTS,
        ]
    )
    if "HIDDEN TESTS" in literal:
        # nbgrader cuts the region at any line that holds its delimiter, wherever it stands.
        raise ValueError(f"the key of {item_id!r} holds nbgrader's own delimiter")
    if key.id != item_id or parse(source) != key:
        raise ValueError(f"the key of {key.id!r} cannot be written into the grade cell {item_id!r}")
    return source


def parse(source: str) -> Key:
    """Return the key that a grade cell holds.

    Raises ``ValueError`` for any source that is not exactly of the form that ``compose`` writes;
    only comments and layout may differ.
    """
    match _statements(source):
        case [
            ast.Expr(value=question),
            ast.ImportFrom(
                module="yongxin.grading",
                names=[ast.alias(name="score_cell", asname=None)],
                level=0,
            ),
            ast.Expr(
                value=ast.Call(
                    func=ast.Name(id="score_cell"), args=[ast.Dict() as literal], keywords=[]
                )
            ),
        ]:
            item_id = _asked(question)
            key = parse_key(_evaluated(literal))
        case _:
            raise ValueError("the source does not have the form of a grade cell")
    if key.id != item_id:
        raise ValueError(f"the cell asks {item_id!r} and holds the key of {key.id!r}")
    return key


def find_key(source: str) -> Key | None:
    """Return the key that a cell holds; ``None`` for one of code, which no quiz cell is."""
    try:
        return parse(source)
    except ValueError:
        return None


def find_scoring_key(source: str, settings: Mapping[str, Any]) -> Key | None:
    """Return the key by which an autograded cell can be scored as data.

    ``settings`` are nbgrader's. A key that is called otherwise or counts other points than they say
    is none: only executing the cell can tell what it is worth.
    """
    key = find_key(source)
    if key is None or key.id != settings["grade_id"] or key.points != float(settings["points"]):
        return None
    return key


def _statements(source: str) -> list[ast.stmt]:
    if len(source) > MAXIMUM_CHARACTERS:
        raise ValueError(f"the source has more than {MAXIMUM_CHARACTERS} characters")
    try:
        return ast.parse(source).body
    except (SyntaxError, RecursionError, MemoryError) as error:
        # Deep nesting exhausts the parser's stack; for us it is one more malformed source.
        raise ValueError(f"the source is not Python: {type(error).__name__}") from error


def _asked(call: ast.expr) -> str:
    match call:
        case ast.Call(
            func=ast.Name(id="quiz"), args=[ast.Constant(value=str(item_id))], keywords=[]
        ):
            return item_id
        case _:
            raise ValueError("the cell does not ask exactly one item")


def _evaluated(literal: ast.Dict) -> object:
    try:
        return ast.literal_eval(literal)
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError("the key is not a pure literal") from error
