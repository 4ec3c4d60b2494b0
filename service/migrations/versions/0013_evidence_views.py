"""What was computed about the programme."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=8), nullable=False),
        sa.Column("test", sa.String(length=8), nullable=False),
        sa.Column("territory", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_findings")),
        sa.UniqueConstraint(
            "kind", "test", "territory", name=op.f("uq_programme_findings_kind_test_territory")
        ),
    )


def downgrade() -> None:
    op.drop_table("programme_findings")
