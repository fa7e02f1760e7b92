"""Who was erased, so that a restored backup can forget them again; ids of learners used once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: By what people look for entries of the audit log.
_SEARCHED = ("actor", "action", "subject")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_digest", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasure_name_digest", "erasure", ["name_digest"])
    for name in _SEARCHED:
        op.create_index(f"ix_audit_entry_{name}_id", "audit_entry", [name, "id"])
    op.create_index("ix_submission_at", "submission", ["at", "learner_id", "module_id"])
    _make_learner_anew(use_ids_once=True)


def downgrade() -> None:
    op.drop_index("ix_submission_at", "submission")
    for name in _SEARCHED:
        op.drop_index(f"ix_audit_entry_{name}_id", "audit_entry")
    _make_learner_anew(use_ids_once=False)
    op.drop_table("erasure")


def _make_learner_anew(*, use_ids_once: bool) -> None:
    # Only SQLite gives the id of the last row, once that is deleted, to the next.
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "learner", recreate="always", table_kwargs={"sqlite_autoincrement": use_ids_once}
        ):
            pass
