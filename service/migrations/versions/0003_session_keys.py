"""Sessions are rows of their own since 0002: the key that stood for all of an account's goes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch: that makes the table anew, and dropping the old one would take its grants along.
    op.drop_column("accounts", "session_key")


def downgrade() -> None:
    op.add_column(
        "accounts", sa.Column("session_key", sa.String(length=64), server_default="", nullable=False)
    )
