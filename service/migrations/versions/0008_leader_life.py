"""The life of a leader: criteria, applications, records, reviews, complaints; disputed figures."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "rejected",
                name="criteria_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_criteria_sets_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_criteria_sets_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_sets")),
        sa.UniqueConstraint("system", "name", "version", name=op.f("uq_criteria_sets_system_name_version")),
    )
    op.create_table(
        "figure_disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "rejected",
                "withdrawn",
                name="dispute_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_figure_disputes_account_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_figure_disputes_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_figure_disputes_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_disputes")),
    )
    op.create_index(op.f("ix_figure_disputes_school_id"), "figure_disputes", ["school_id"], unique=False)
    op.create_index(
        "uq_figure_disputes_open",
        "figure_disputes",
        ["school_id", "figure"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "family",
                "recent_employer",
                "rival",
                "same_owner",
                "other",
                name="interest_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_interests_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_interests_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_interests_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_interests_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
        sa.UniqueConstraint(
            "person_id",
            "school_id",
            "kind",
            "start_on",
            name=op.f("uq_interests_person_id_school_id_kind_start_on"),
        ),
    )
    op.create_index(op.f("ix_interests_person_id"), "interests", ["person_id"], unique=False)
    op.create_index(op.f("ix_interests_school_id"), "interests", ["school_id"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "examined",
                "upheld",
                "not_upheld",
                "withdrawn",
                name="complaint_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("suspends", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_complaints_account_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_complaints_decided_by_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_complaints_leader_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_complaints_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_leader_id"), "complaints", ["leader_id"], unique=False)
    op.create_index(op.f("ix_complaints_state"), "complaints", ["state"], unique=False)
    op.create_table(
        "leader_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("nominated", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "designated",
                "declined",
                "withdrawn",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_leader_applications_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_leader_applications_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_applications_leader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_applications")),
    )
    op.create_index(
        op.f("ix_leader_applications_leader_id"), "leader_applications", ["leader_id"], unique=False
    )
    op.create_index(
        "uq_leader_applications_open",
        "leader_applications",
        ["leader_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "leader_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "leader", "owner", name="consent_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(length=160), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "here",
                "letter",
                "minutes",
                "email",
                "in_person",
                name="consent_way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR given_on <= withdrawn_on", name=op.f("ck_leader_consents_in_order")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_leader_consents_account_id")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_consents_leader_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["accounts.id"], name=op.f("fk_leader_consents_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_consents")),
    )
    op.create_index(op.f("ix_leader_consents_leader_id"), "leader_consents", ["leader_id"], unique=False)
    op.create_table(
        "leader_goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column(
            "element",
            sa.Enum(
                "culture",
                "professional",
                "observation",
                "focus",
                "institutional",
                "strategy",
                "leadership",
                "trust",
                "reading",
                "mathematics",
                name="goal_element",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("gain", sa.Text(), nullable=True),
        sa.Column("gained_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_goals_leader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_goals")),
    )
    op.create_index(op.f("ix_leader_goals_leader_id"), "leader_goals", ["leader_id"], unique=False)
    op.create_table(
        "leader_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column(
            "because",
            sa.Enum(
                "left_post",
                "own_school_in_need",
                "own_school_falling",
                name="because",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "continue",
                "pause",
                "lapse",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_leader_reviews_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_reviews_leader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_reviews")),
        sa.UniqueConstraint(
            "leader_id", "because", "basis", name=op.f("uq_leader_reviews_leader_id_because_basis")
        ),
    )
    op.create_index(op.f("ix_leader_reviews_leader_id"), "leader_reviews", ["leader_id"], unique=False)
    op.create_table(
        "leader_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "curriculum_head",
                "deputy_head",
                "teacher",
                "coexistence",
                "inclusion",
                "other",
                name="team_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_leader_team_in_order")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_team_leader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_team")),
    )
    op.create_index(op.f("ix_leader_team_leader_id"), "leader_team", ["leader_id"], unique=False)
    op.create_table(
        "leader_trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.String(length=160), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("hours > 0", name=op.f("ck_leader_trainings_hours_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_leader_trainings_account_id")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_trainings_leader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_trainings")),
    )
    op.create_index(op.f("ix_leader_trainings_leader_id"), "leader_trainings", ["leader_id"], unique=False)
    op.create_table(
        "leader_assessors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "conflict",
            sa.Enum(
                "family",
                "recent_employer",
                "rival",
                "same_owner",
                "other",
                name="conflict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("conflict_note", sa.String(length=500), nullable=True),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column(
            "recommendation",
            sa.Enum(
                "designate",
                "not_yet",
                name="recommendation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_leader_assessors_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["leader_applications.id"],
            name=op.f("fk_leader_assessors_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_assessors")),
        sa.UniqueConstraint(
            "application_id", "account_id", name=op.f("uq_leader_assessors_application_id_account_id")
        ),
    )
    op.create_index(op.f("ix_leader_assessors_account_id"), "leader_assessors", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_leader_assessors_application_id"), "leader_assessors", ["application_id"], unique=False
    )
    op.add_column("leaders", sa.Column("status_on", sa.Date(), nullable=True))
    op.add_column("leaders", sa.Column("status_reason", sa.String(length=500), nullable=True))
    op.add_column("leaders", sa.Column("term_start_on", sa.Date(), nullable=True))
    op.add_column("leaders", sa.Column("term_end_on", sa.Date(), nullable=True))
    op.add_column(
        "leaders", sa.Column("paused_by_leader", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("leaders", sa.Column("days_per_term", sa.Integer(), nullable=True))
    op.add_column("leaders", sa.Column("exchange_kinds", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("leaders", sa.Column("weekdays", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("leaders", "weekdays")
    op.drop_column("leaders", "exchange_kinds")
    op.drop_column("leaders", "days_per_term")
    op.drop_column("leaders", "paused_by_leader")
    op.drop_column("leaders", "term_end_on")
    op.drop_column("leaders", "term_start_on")
    op.drop_column("leaders", "status_reason")
    op.drop_column("leaders", "status_on")
    op.drop_index(op.f("ix_leader_assessors_application_id"), table_name="leader_assessors")
    op.drop_index(op.f("ix_leader_assessors_account_id"), table_name="leader_assessors")
    op.drop_table("leader_assessors")
    op.drop_index(op.f("ix_leader_trainings_leader_id"), table_name="leader_trainings")
    op.drop_table("leader_trainings")
    op.drop_index(op.f("ix_leader_team_leader_id"), table_name="leader_team")
    op.drop_table("leader_team")
    op.drop_index(op.f("ix_leader_reviews_leader_id"), table_name="leader_reviews")
    op.drop_table("leader_reviews")
    op.drop_index(op.f("ix_leader_goals_leader_id"), table_name="leader_goals")
    op.drop_table("leader_goals")
    op.drop_index(op.f("ix_leader_consents_leader_id"), table_name="leader_consents")
    op.drop_table("leader_consents")
    op.drop_index(
        "uq_leader_applications_open",
        table_name="leader_applications",
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_index(op.f("ix_leader_applications_leader_id"), table_name="leader_applications")
    op.drop_table("leader_applications")
    op.drop_index(op.f("ix_complaints_state"), table_name="complaints")
    op.drop_index(op.f("ix_complaints_leader_id"), table_name="complaints")
    op.drop_table("complaints")
    op.drop_index(op.f("ix_interests_school_id"), table_name="interests")
    op.drop_index(op.f("ix_interests_person_id"), table_name="interests")
    op.drop_table("interests")
    op.drop_index(
        "uq_figure_disputes_open",
        table_name="figure_disputes",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_figure_disputes_school_id"), table_name="figure_disputes")
    op.drop_table("figure_disputes")
    op.drop_table("criteria_sets")
