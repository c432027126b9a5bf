"""The origins that administrators add, with the version that every process follows."""

import sqlalchemy as sa
from alembic import op

from crossguard.sql import install_triggers, remove_triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "front_ends_version",
        sa.Column("id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(36), nullable=False),
    )
    op.create_table(
        "front_ends",
        sa.Column("id", _row_id, primary_key=True),
        sa.Column("origin", sa.String(326), nullable=False, unique=True),
        sa.Column("label", sa.String(200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sqlite_autoincrement=True,
    )
    install_triggers(op.get_bind(), sa.table("front_ends"))


def downgrade() -> None:
    remove_triggers(op.get_bind(), sa.table("front_ends"))
    op.drop_table("front_ends")
    op.drop_table("front_ends_version")
