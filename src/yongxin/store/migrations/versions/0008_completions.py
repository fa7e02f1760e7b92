"""Completions by the rule of a path, and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "completion_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_completion_rule"),
        sa.UniqueConstraint(
            "path_id", "version", "digest", name="uq_completion_rule_path_id_version_digest"
        ),
    )
    op.create_table(
        "module_completion",
        _learner(),
        sa.Column("path_id", sa.Text(), nullable=False),
        sa.Column("module_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _reference("module_completion", "learner_id", "learner"),
        _reference("module_completion", "rule_id", "completion_rule"),
        sa.PrimaryKeyConstraint("learner_id", "path_id", "module_id", name="pk_module_completion"),
    )
    op.create_table(
        "path_completion",
        _learner(),
        sa.Column("path_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _reference("path_completion", "learner_id", "learner"),
        _reference("path_completion", "rule_id", "completion_rule"),
        sa.PrimaryKeyConstraint("learner_id", "path_id", name="pk_path_completion"),
    )
    op.create_index("ix_path_completion_path_id", "path_completion", ["path_id"])
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("path_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoker_id", sa.Integer(), nullable=True),
        _reference("certificate", "rule_id", "completion_rule"),
        _reference("certificate", "issuer_id", "learner"),
        _reference("certificate", "revoker_id", "learner"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("token", name="uq_certificate_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_path_id", "certificate", ["path_id"])
    op.create_table(
        "certificate_holder",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        _learner(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _reference("certificate_holder", "certificate_id", "certificate"),
        _reference("certificate_holder", "learner_id", "learner"),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_certificate_holder"),
    )
    op.create_index("ix_certificate_holder_learner_id", "certificate_holder", ["learner_id"])


def downgrade() -> None:
    op.drop_table("certificate_holder")
    op.drop_table("certificate")
    op.drop_table("path_completion")
    op.drop_table("module_completion")
    op.drop_table("completion_rule")


def _learner() -> sa.Column[int]:
    return sa.Column("learner_id", sa.Integer(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")
