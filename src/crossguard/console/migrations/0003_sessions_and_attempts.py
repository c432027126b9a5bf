"""Sessions as rows, sign-in attempts, and a decision's reason once instead of twice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", _row_id, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", _row_id, sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(256), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Float(53), nullable=False),
    )
    op.create_index("ix_sign_in_attempts_ends_at", "sign_in_attempts", ["ends_at"])
    # Every user signs in again once: a session of before has no row.
    op.drop_column("accounts", "session_key")
    op.drop_column("decisions", "code")
    op.add_column("decisions", sa.Column("path", sa.Text(), nullable=False, server_default="/"))
    # Behind the host of "http://…" or "https://…", whose first eight characters hold no slash of the path.
    find = "strpos" if op.get_bind().dialect.name == "postgresql" else "instr"
    op.execute(
        f"UPDATE decisions SET path = substr(url, 8 + {find}(substr(url, 9), '/'))"  # noqa: S608 - no input
        f" WHERE {find}(substr(url, 9), '/') > 0"
    )
    op.create_index("ix_decisions_reason_id", "decisions", ["reason", "id"])


def downgrade() -> None:
    op.drop_index("ix_decisions_reason_id", "decisions")
    op.drop_column("decisions", "path")
    op.add_column("decisions", sa.Column("code", sa.String(64), nullable=False, server_default=""))
    op.execute("UPDATE decisions SET code = reason")
    op.add_column("accounts", sa.Column("session_key", sa.String(32), nullable=False, server_default=""))
    op.drop_table("sign_in_attempts")
    op.drop_table("sessions")
