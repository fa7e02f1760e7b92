"""How far lessons are read, counted without names; and states found by their element."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "section_id", name="pk_reading"),
    )
    op.create_index("ix_answer_name", "answer", ["name"])


def downgrade() -> None:
    op.drop_index("ix_answer_name", "answer")
    op.drop_table("reading")
