"""Digests in the audit log, which hold every entry to the one before it."""

import sqlalchemy as sa
from alembic import op

from yongxin.store import audit_chain
from yongxin.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NEW = ("salt", "commitment", "digest")


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as table:
        for name in _NEW:
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
    _chain()
    with op.batch_alter_table("audit_entry") as table:
        for name in _NEW[1:]:
            table.alter_column(name, existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("audit_entry") as table:
        for name in _NEW:
            table.drop_column(name)


def _chain() -> None:
    # Entries from before are held together as they are found.
    entries = sa.table(
        "audit_entry",
        sa.column("id", sa.Integer),
        sa.column("at", UtcDateTime),
        *(sa.column(name, sa.Text) for name in ("actor", "action", "subject", "detail", *_NEW)),
    )
    connection = op.get_bind()
    previous = audit_chain.NO_DIGEST
    for row in connection.execute(sa.select(entries).order_by(entries.c.id)).all():
        salt = audit_chain.new_salt()
        committed = audit_chain.commitment(salt, row.actor, row.subject, row.detail)
        previous = audit_chain.digest(previous, row.at, row.action, committed)
        connection.execute(
            sa.update(entries)
            .where(entries.c.id == row.id)
            .values(salt=salt, commitment=committed, digest=previous)
        )
