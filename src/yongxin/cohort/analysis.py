"""The item analysis of a module: figures, judgements and what was chosen."""

from collections.abc import Collection
from dataclasses import dataclass

from yongxin.cohort.attempts import Table
from yongxin.cohort.item_statistics import (
    ItemFigures,
    ModuleFigures,
    Points,
    item_figures,
    module_figures,
)
from yongxin.cohort.judgement import Judgement, judge


@dataclass(frozen=True)
class AnalysedItem:
    """One item; ``number`` counts from 1, in the order of the exercise."""

    item_id: str
    number: int
    maximum: float
    figures: ItemFigures
    judgement: Judgement


@dataclass(frozen=True)
class Analysis:
    """The items of a module; without any attempt there are no figures and no items."""

    attempts: int
    waiting: int
    figures: ModuleFigures | None
    items: tuple[AnalysedItem, ...]


def analyse(table: Table, *, withdrawn: Collection[str], mastery: Collection[str]) -> Analysis:
    """Analyse the attempts in a table. ``withdrawn`` and ``mastery`` are ids of such items.

    Withdrawn items, for which everybody has full points, are left out of the module's figures.
    """
    attempts = len(table.points)
    counted = [place for place, item in enumerate(table.items) if item not in withdrawn]
    if not attempts or not table.items:
        return Analysis(attempts, table.waiting, None, ())
    of_module = None
    if counted:
        maxima = [table.maxima[place] for place in counted]
        of_module = module_figures(table.points[:, counted], maxima)
    items = tuple(
        AnalysedItem(
            item,
            place + 1,
            maximum,
            figures,
            judge(figures, attempts, is_mastery=item in mastery, is_withdrawn=item in withdrawn),
        )
        for place, (item, maximum, figures) in enumerate(
            zip(table.items, table.maxima, item_figures(table.points, table.maxima), strict=True)
        )
    )
    return Analysis(attempts, table.waiting, of_module, items)


def rests(table: Table, item_id: str) -> list[float | None]:
    """Return the share of the points for all other items, one for each attempt."""
    place = table.items.index(item_id)
    full = sum(table.maxima) - table.maxima[place]
    if full <= 0:
        return [None] * len(table.points)
    others: Points = (table.points.sum(axis=1) - table.points[:, place]) / full
    return [float(share) for share in others]
