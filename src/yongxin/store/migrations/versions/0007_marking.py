"""What the marking queue keeps: marks that can be taken back, leases, second marks, comments."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mark_given",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("reflection_id", sa.Text(), nullable=False),
        sa.Column("grade_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_mark_given_learner_id"),
        sa.ForeignKeyConstraint(["marker_id"], ["learner.id"], name="fk_mark_given_marker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mark_given"),
        sqlite_autoincrement=True,
    )
    for column in ("learner_id", "marker_id", "grade_id"):
        op.create_index(f"ix_mark_given_{column}", "mark_given", [column])
    op.create_table(
        "mark_lease",
        sa.Column("grade_id", sa.Text(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["learner.id"], name="fk_mark_lease_marker_id"),
        sa.PrimaryKeyConstraint("grade_id", name="pk_mark_lease"),
    )
    op.create_table(
        "second_sample",
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("reflection_id", sa.Text(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "reflection_id", name="pk_second_sample"),
    )
    op.create_table(
        "second_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("reflection_id", sa.Text(), nullable=False),
        sa.Column("grade_id", sa.Text(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=True),
        sa.Column("first_points", sa.Double[float](), nullable=True),
        sa.Column("points", sa.Double[float](), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_second_mark_learner_id"),
        sa.ForeignKeyConstraint(["marker_id"], ["learner.id"], name="fk_second_mark_marker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_second_mark"),
        sa.UniqueConstraint("grade_id", name="uq_second_mark_grade_id"),
    )
    op.create_index("ix_second_mark_learner_id", "second_mark", ["learner_id"])
    op.create_table(
        "bank_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name="fk_bank_comment_learner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_comment"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bank_comment_learner_id", "bank_comment", ["learner_id"])


def downgrade() -> None:
    """Forget what can be taken back, second marks and comments; given marks stay as they are."""
    for table in ("bank_comment", "second_mark", "second_sample", "mark_lease", "mark_given"):
        op.drop_table(table)
