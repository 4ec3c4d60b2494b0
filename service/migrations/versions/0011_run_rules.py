"""What people said of pairs: stated rankings, and schools chosen to compare with."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stated_rankings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "school", "leader", name="ranking_side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("only_these", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_stated_rankings_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_stated_rankings_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_rankings")),
        sa.UniqueConstraint("side", "school_id", name=op.f("uq_stated_rankings_side_school_id")),
    )
    op.create_index(op.f("ix_stated_rankings_school_id"), "stated_rankings", ["school_id"])
    op.create_table(
        "comparator_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_comparator_sets_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_comparator_sets_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparator_sets")),
        sa.UniqueConstraint("account_id", "school_id", name=op.f("uq_comparator_sets_account_id_school_id")),
    )
    op.create_index(op.f("ix_comparator_sets_school_id"), "comparator_sets", ["school_id"])


def downgrade() -> None:
    op.drop_table("comparator_sets")
    op.drop_table("stated_rankings")
