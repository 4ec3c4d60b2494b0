"""Networks of schools."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "graph_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(length=60), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_graph_places_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_places")),
        sa.UniqueConstraint("territory", "school_id", name=op.f("uq_graph_places_territory_school_id")),
    )
    op.create_table(
        "networks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column(
            "theme",
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
                name="network_theme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_networks_in_order")),
        sa.CheckConstraint(
            "service_id IS NOT NULL OR owner_id IS NOT NULL", name=op.f("ck_networks_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_networks_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_networks_owner_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["education_services.id"], name=op.f("fk_networks_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_networks")),
    )
    with op.batch_alter_table("networks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_networks_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_networks_service_id"), ["service_id"], unique=False)

    op.create_table(
        "school_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("other_school_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "chosen", "mandated", name="tie_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_school_ties_in_order")),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_school_ties_hours_not_negative")),
        sa.CheckConstraint("school_id <> other_school_id", name=op.f("ck_school_ties_not_itself")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_school_ties_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["other_school_id"], ["schools.id"], name=op.f("fk_school_ties_other_school_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_school_ties_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_ties")),
    )
    with op.batch_alter_table("school_ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_ties_other_school_id"), ["other_school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_school_ties_school_id"), ["school_id"], unique=False)

    op.create_table(
        "internships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("from_school_id", sa.Integer(), nullable=False),
        sa.Column("to_school_id", sa.Integer(), nullable=False),
        sa.Column("teachers", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("focus", sa.String(length=300), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on IS NULL OR began_on <= ended_on", name=op.f("ck_internships_in_order")),
        sa.CheckConstraint("from_school_id <> to_school_id", name=op.f("ck_internships_not_itself")),
        sa.CheckConstraint("teachers > 0 AND hours > 0", name=op.f("ck_internships_something")),
        sa.ForeignKeyConstraint(
            ["from_school_id"], ["schools.id"], name=op.f("fk_internships_from_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_internships_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_school_id"], ["schools.id"], name=op.f("fk_internships_to_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internships")),
    )
    with op.batch_alter_table("internships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_internships_from_school_id"), ["from_school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_internships_network_id"), ["network_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_internships_to_school_id"), ["to_school_id"], unique=False)

    op.create_table(
        "network_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                name="agreement_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("follow_up", sa.String(length=500), nullable=True),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_agreements_network_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_agreements")),
    )
    with op.batch_alter_table("network_agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_agreements_network_id"), ["network_id"], unique=False)

    op.create_table(
        "network_goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "member",
                "coordination",
                name="goal_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(source = 'member') = (school_id IS NOT NULL)", name=op.f("ck_network_goals_school_of_member")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_goals_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_network_goals_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_goals")),
    )
    with op.batch_alter_table("network_goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_goals_network_id"), ["network_id"], unique=False)

    op.create_table(
        "network_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "curriculum_head",
                "teacher",
                "owner",
                "supervisor",
                name="network_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_network_people_in_order")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_people_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_network_people_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_people")),
    )
    with op.batch_alter_table("network_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_people_network_id"), ["network_id"], unique=False)

    op.create_table(
        "network_schools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_network_schools_in_order")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_schools_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_network_schools_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_schools")),
    )
    with op.batch_alter_table("network_schools", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_schools_network_id"), ["network_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_network_schools_school_id"), ["school_id"], unique=False)
        batch_op.create_index(
            "uq_network_schools_now",
            ["network_id", "school_id"],
            unique=True,
            sqlite_where=sa.text("end_on IS NULL"),
            postgresql_where=sa.text("end_on IS NULL"),
        )

    op.create_table(
        "network_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.CheckConstraint("hours > 0 AND hours <= 24", name=op.f("ck_network_sessions_hours_of_a_day")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_sessions_network_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_sessions")),
    )
    with op.batch_alter_table("network_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_sessions_network_id"), ["network_id"], unique=False)

    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "functioning",
                "culture",
                name="questionnaire_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'functioning') = (network_id IS NOT NULL) AND (kind = 'culture') = (service_id IS NOT NULL OR owner_id IS NOT NULL)",
            name=op.f("ck_questionnaires_about_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_questionnaires_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_questionnaires_owner_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["education_services.id"], name=op.f("fk_questionnaires_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sa.UniqueConstraint("network_id", "year", name=op.f("uq_questionnaires_network_id_year")),
        sa.UniqueConstraint("owner_id", "year", name=op.f("uq_questionnaires_owner_id_year")),
        sa.UniqueConstraint("service_id", "year", name=op.f("uq_questionnaires_service_id_year")),
    )
    op.create_table(
        "network_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("presented", sa.Boolean(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_network_attendance_somebody")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_network_attendance_school_id")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["network_sessions.id"],
            name=op.f("fk_network_attendance_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_attendance")),
        sa.UniqueConstraint(
            "session_id", "school_id", name=op.f("uq_network_attendance_session_id_school_id")
        ),
    )
    with op.batch_alter_table("network_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_attendance_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_network_attendance_session_id"), ["session_id"], unique=False)

    op.create_table(
        "questionnaire_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "school", "body", name="answer_side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_questionnaire_answers_questionnaire_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_answers")),
    )
    with op.batch_alter_table("questionnaire_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_questionnaire_answers_questionnaire_id"), ["questionnaire_id"], unique=False
        )

    op.create_table(
        "questionnaire_respondents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "school", "body", name="respondent_side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR token_hash IS NOT NULL",
            name=op.f("ck_questionnaire_respondents_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_questionnaire_respondents_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_questionnaire_respondents_questionnaire_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_respondents")),
        sa.UniqueConstraint(
            "questionnaire_id",
            "account_id",
            name=op.f("uq_questionnaire_respondents_questionnaire_id_account_id"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_questionnaire_respondents_token_hash")),
    )
    with op.batch_alter_table("questionnaire_respondents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_questionnaire_respondents_questionnaire_id"), ["questionnaire_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("questionnaire_respondents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaire_respondents_questionnaire_id"))

    op.drop_table("questionnaire_respondents")
    with op.batch_alter_table("questionnaire_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaire_answers_questionnaire_id"))

    op.drop_table("questionnaire_answers")
    with op.batch_alter_table("network_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_attendance_session_id"))
        batch_op.drop_index(batch_op.f("ix_network_attendance_school_id"))

    op.drop_table("network_attendance")
    op.drop_table("questionnaires")
    with op.batch_alter_table("network_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_sessions_network_id"))

    op.drop_table("network_sessions")
    with op.batch_alter_table("network_schools", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_network_schools_now",
            sqlite_where=sa.text("end_on IS NULL"),
            postgresql_where=sa.text("end_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_network_schools_school_id"))
        batch_op.drop_index(batch_op.f("ix_network_schools_network_id"))

    op.drop_table("network_schools")
    with op.batch_alter_table("network_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_people_network_id"))

    op.drop_table("network_people")
    with op.batch_alter_table("network_goals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_goals_network_id"))

    op.drop_table("network_goals")
    with op.batch_alter_table("network_agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_agreements_network_id"))

    op.drop_table("network_agreements")
    with op.batch_alter_table("internships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_internships_to_school_id"))
        batch_op.drop_index(batch_op.f("ix_internships_network_id"))
        batch_op.drop_index(batch_op.f("ix_internships_from_school_id"))

    op.drop_table("internships")
    with op.batch_alter_table("school_ties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_ties_school_id"))
        batch_op.drop_index(batch_op.f("ix_school_ties_other_school_id"))

    op.drop_table("school_ties")
    with op.batch_alter_table("networks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_networks_service_id"))
        batch_op.drop_index(batch_op.f("ix_networks_owner_id"))

    op.drop_table("networks")
    op.drop_table("graph_places")
