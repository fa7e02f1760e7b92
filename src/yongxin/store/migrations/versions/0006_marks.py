"""Marks as the gradebook has them, beside the learners they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "module_mark",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("handed_in", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.Double[float](), nullable=False),
        sa.Column("maximum", sa.Double[float](), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("reflections", sa.Double[float](), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_module_mark_learner_id"),
        sa.PrimaryKeyConstraint("learner_id", "module_id", name="pk_module_mark"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_module_mark_module_id", "module_mark", ["module_id"])
    # A page about ten thousand learners must not read what they have handed in, page by page.
    op.create_index(
        "ix_submission_recorded",
        "submission",
        ["learner_id", "module_id", "at"],
        sqlite_where=sa.text("receipt IS NOT NULL"),
        postgresql_where=sa.text("receipt IS NOT NULL"),
    )
    op.create_index("ix_visit_learner_id_at", "visit", ["learner_id", "at"])


def downgrade() -> None:
    """Forget the copy; the marks themselves are in the gradebook."""
    op.drop_index("ix_visit_learner_id_at", "visit")
    op.drop_index("ix_submission_recorded", "submission")
    op.drop_table("module_mark")
