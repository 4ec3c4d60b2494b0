"""A service or owner may be asked about more than once a year, and may share what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BODIES = ("service_id", "owner_id")


def upgrade() -> None:
    with op.batch_alter_table("questionnaires", schema=None) as table:
        table.add_column(sa.Column("shared_on", sa.Date(), nullable=True))
        for body in BODIES:
            table.drop_constraint(f"uq_questionnaires_{body}_year", type_="unique")
            table.create_unique_constraint(op.f(f"uq_questionnaires_{body}_opened_on"), [body, "opened_on"])


def downgrade() -> None:
    """Of several profiles in one year the last is kept: the narrower rule has room for one."""
    for body in BODIES:
        op.execute(
            f"DELETE FROM questionnaires WHERE {body} IS NOT NULL AND id NOT IN"
            f" (SELECT MAX(id) FROM questionnaires WHERE {body} IS NOT NULL GROUP BY {body}, year)"
        )
    with op.batch_alter_table("questionnaires", schema=None) as table:
        for body in BODIES:
            table.drop_constraint(f"uq_questionnaires_{body}_opened_on", type_="unique")
            table.create_unique_constraint(op.f(f"uq_questionnaires_{body}_year"), [body, "year"])
        table.drop_column("shared_on")
