"""Reflections that trainers have returned to be revised."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "returned_reflection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("reflection_id", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_as", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name="fk_returned_reflection_learner_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_returned_reflection"),
        sa.UniqueConstraint(
            "learner_id", "reflection_id", name="uq_returned_reflection_learner_id_reflection_id"
        ),
    )


def downgrade() -> None:
    """Forget what was returned; what was handed in again stays in the exchange."""
    op.drop_table("returned_reflection")
