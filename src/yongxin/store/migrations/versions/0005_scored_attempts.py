"""What attempts are worth item by item, kept so that figures about a cohort need no new scoring."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scored_attempt",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.Text(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("responses", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_scored_attempt_submission_id_submission"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_scored_attempt"),
    )


def downgrade() -> None:
    op.drop_table("scored_attempt")
