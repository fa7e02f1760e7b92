"""Squares of every size in a square grid."""

from dataclasses import dataclass

#: How many cells a side of the grid may have.
SMALLEST, LARGEST = 1, 10


@dataclass(frozen=True)
class SquaresOfOneSize:
    """The squares with a side of ``side`` cells: as many places across as down."""

    side: int
    places: int
    count: int


def squares(cells: int) -> tuple[SquaresOfOneSize, ...]:
    """Return the squares of a grid of ``cells`` × ``cells`` cells, the smallest size first.

    A square of side k has n − k + 1 places across and as many down, so there are (n − k + 1)² of
    it, and Σ (n − k + 1)² = n(n + 1)(2n + 1) ÷ 6 in all. Sides are in cells, counts in squares.
    Without chance. Source: arithmetic; the course's deck has 16 + 9 + 4 + 1 = 30 for a plain grid
    of 4 × 4. Check values: n = 4 gives 30, n = 5 gives 55.

    Raises ``ValueError`` for a grid of fewer than 1 or more than 10 cells a side.
    """
    if not SMALLEST <= cells <= LARGEST:
        raise ValueError(f"a side has {SMALLEST} to {LARGEST} cells: {cells}")
    return tuple(
        SquaresOfOneSize(side=side, places=cells - side + 1, count=(cells - side + 1) ** 2)
        for side in range(1, cells + 1)
    )


def place_of(number: int, places: int) -> tuple[int, int]:
    """Return column and row, from 0, of the square with this number, from 1, line by line.

    Past the last square comes the first one again.
    """
    row, column = divmod((number - 1) % places**2, places)
    return column, row
