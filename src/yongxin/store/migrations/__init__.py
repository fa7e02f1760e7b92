"""Alembic migrations of the store; ``schema.prepare`` runs them.

For a new one: change ``tables.py``, run ``tests/unit/store/test_schema.py``, which prints the
operations that are missing, and write them into a new file in ``versions``, numbered on. Use
``op.batch_alter_table`` for anything that SQLite cannot alter in place. A migration that was
released is never changed.
"""
