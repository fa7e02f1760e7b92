"""Nothing is kept about anybody without a line that says what for."""

import pytest

from yongxin.cohort.inventory import COLUMNS, JSON_COLUMNS, KINDS, NOBODY, columns_of, copied
from yongxin.language import LANGUAGES, Language
from yongxin.store.personal import columns_of_doers, tables_of_people
from yongxin.store.tables import metadata
from yongxin.text import interface_text


def test_every_column_of_the_store_has_its_line() -> None:
    """If this fails, say in ``cohort/inventory.py`` what the new column is kept for."""
    stored = {table.name: {one.name for one in table.columns} for table in metadata.sorted_tables}
    assert len(stored) > 20
    assert {table: set(uses) for table, uses in COLUMNS.items()} == stored


def test_what_belongs_to_people_is_never_said_to_tell_of_nobody() -> None:
    personal = {one.name for one in tables_of_people()}
    personal |= {one.table.name for one in columns_of_doers()}
    assert len(personal) > 10
    for table in personal:
        assert NOBODY not in {use.kind for use in COLUMNS[table].values()}, table


def test_what_would_open_something_is_in_no_copy() -> None:
    secret = {"password", "session_key", "token_hash", "token", "receipt", "salt", "name_digest"}
    found = 0
    for table in COLUMNS:
        names = set(COLUMNS[table])
        found += len(secret & names)
        assert not secret & set(copied(table, own=True)), table
        assert set(copied(table, own=False)) <= set(copied(table, own=True))
    assert found >= len(secret)
    assert copied("answer", own=False) == []
    assert "snapshot" not in copied("submission", own=False)
    assert copied("scored_attempt", own=True) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_kind_and_every_column(language: Language) -> None:
    text = interface_text(language)
    told = {use.kind for uses in COLUMNS.values() for use in uses.values()} - {NOBODY}
    assert told <= {one.id for one in KINDS}
    for kind in KINDS:
        for part in ("name", "holds", "purpose"):
            assert text(f"privacy.kind.{kind.id}.{part}")
        assert f"privacy.kept.{kind.kept}" in text
        assert f"privacy.ground.{kind.ground}.text" in text
        for viewer in kind.seen_by:
            assert f"privacy.viewer.{viewer}" in text
        for table, column in columns_of(kind.id):
            assert (
                f"privacy.column.{table}.{column}" in text or f"privacy.column.{column}" in text
            ), f"{table}.{column}"
    for table in tables_of_people():
        assert f"people.table-of.{table.name}" in text, table.name
    assert {name for uses in COLUMNS.values() for name in uses} >= JSON_COLUMNS
