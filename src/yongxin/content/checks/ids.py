"""Ids mean one thing each."""

from collections.abc import Iterable

from yongxin.content.draft import Draft, NamedId


def check_ids(draft: Draft) -> None:
    """What is asked differs in the whole course, terms and sources in their files."""
    _check_unique(
        one
        for module in draft.modules.values()
        for entries in (module.items, module.reflections, module.assessments)
        for one in entries.named()
    )
    _check_unique(draft.glossary.named())
    _check_unique(draft.sources.named())


def _check_unique(ids: Iterable[NamedId]) -> None:
    first: dict[str, NamedId] = {}
    for one in ids:
        earlier = first.setdefault(one.id, one)
        if earlier is not one:
            where = f"{earlier.report.file}:{earlier.line}"
            one.report.add(one.line, "id", f"is taken, see {where}", one.id)
