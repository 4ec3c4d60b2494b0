"""Partnerships, who works in them, and what they agree, plan and review."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("leader_school_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column(
            "phase",
            sa.Enum(
                "preschool",
                "primary",
                "secondary",
                "special",
                "adult",
                name="partnership_phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "run",
                "by_hand",
                "imposed",
                name="partnership_origin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.String(length=300), nullable=True),
        sa.Column("origin_note", sa.String(length=500), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "setup",
                "trial",
                "active",
                "tapering",
                "closed",
                "follow_up",
                "ended",
                "paused",
                "stopped",
                name="partnership_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "paused_from",
            sa.Enum(
                "setup",
                "trial",
                "active",
                "tapering",
                "closed",
                "follow_up",
                "ended",
                "paused",
                "stopped",
                name="partnership_paused_from",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("trial_until", sa.Date(), nullable=True),
        sa.Column("committed_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("tapering_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("follow_up_until", sa.Date(), nullable=True),
        sa.Column("conflict_checked_on", sa.Date(), nullable=True),
        sa.Column("supported_committed_on", sa.Date(), nullable=True),
        sa.Column("supporting_committed_on", sa.Date(), nullable=True),
        sa.Column("sharing_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("verdict_figures", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin <> 'imposed' OR legal_basis IS NOT NULL", name=op.f("ck_partnerships_basis_of_imposed")
        ),
        sa.CheckConstraint("end_on IS NULL OR start_on <= end_on", name=op.f("ck_partnerships_in_order")),
        sa.CheckConstraint("school_id <> leader_school_id", name=op.f("ck_partnerships_not_itself")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_partnerships_leader_id")),
        sa.ForeignKeyConstraint(
            ["leader_school_id"], ["schools.id"], name=op.f("fk_partnerships_leader_school_id")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_partnerships_proposal_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_partnerships_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_partnerships_proposal_id")),
    )
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnerships_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_partnerships_leader_school_id"), ["leader_school_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_partnerships_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_partnerships_open",
            ["school_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('setup', 'trial', 'active', 'tapering', 'paused')"),
            postgresql_where=sa.text("state IN ('setup', 'trial', 'active', 'tapering', 'paused')"),
        )

    op.create_table(
        "partnership_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported", "supporting", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "end_on IS NULL OR start_on <= end_on", name=op.f("ck_partnership_people_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_people_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_partnership_people_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_people")),
        sa.UniqueConstraint(
            "partnership_id",
            "person_id",
            "side",
            "start_on",
            name=op.f("uq_partnership_people_partnership_id_person_id_side_start_on"),
        ),
    )
    with op.batch_alter_table("partnership_people", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partnership_people_partnership_id"), ["partnership_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_partnership_people_person_id"), ["person_id"], unique=False)

    _work()


def _work() -> None:
    """What two schools agree, plan, review and leave behind."""
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("focus", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("days", sa.Double(), nullable=False),
        sa.Column("conduct", sa.Text(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supported_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supported_signed_by", sa.String(length=160), nullable=True),
        sa.Column("supporting_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supporting_signed_by", sa.String(length=160), nullable=True),
        sa.CheckConstraint("days > 0", name=op.f("ck_agreements_days_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_agreements_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_agreements_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("partnership_id", "version", name=op.f("uq_agreements_partnership_id_version")),
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "done", name="follow_up_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("stays", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_follow_ups_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("partnership_id", "number", name=op.f("uq_follow_ups_partnership_id_number")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_due_on"), ["due_on"], unique=False)

    op.create_table(
        "partnership_concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "resolved",
                "escalated",
                name="concern_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "communication",
                "time",
                "agreement",
                "leadership_change",
                "fit",
                "other",
                name="concern_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="concern_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("steps_confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_partnership_concerns_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_concerns_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_concerns")),
    )
    with op.batch_alter_table("partnership_concerns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partnership_concerns_partnership_id"), ["partnership_id"], unique=False
        )

    op.create_table(
        "partnership_coordinators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "end_on IS NULL OR start_on <= end_on", name=op.f("ck_partnership_coordinators_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_partnership_coordinators_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_coordinators_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_coordinators")),
    )
    with op.batch_alter_table("partnership_coordinators", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partnership_coordinators_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_partnership_coordinators_partnership_id"), ["partnership_id"], unique=False
        )
        batch_op.create_index(
            "uq_partnership_coordinators_current",
            ["partnership_id"],
            unique=True,
            sqlite_where=sa.text("end_on IS NULL"),
            postgresql_where=sa.text("end_on IS NULL"),
        )

    op.create_table(
        "partnership_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("successor", sa.String(length=160), nullable=False),
        sa.Column("successor_trained_on", sa.Date(), nullable=True),
        sa.Column("materials", sa.String(length=500), nullable=False),
        sa.Column("induction", sa.String(length=500), nullable=False),
        sa.Column("policy", sa.String(length=500), nullable=False),
        sa.Column("without_reason", sa.String(length=500), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_handovers_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_handovers")),
        sa.UniqueConstraint("partnership_id", name=op.f("uq_partnership_handovers_partnership_id")),
    )
    op.create_table(
        "partnership_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "pair", "shared", name="note_level", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="note_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_partnership_notes_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_notes_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_notes")),
    )
    with op.batch_alter_table("partnership_notes", schema=None) as batch_op:
        batch_op.create_index("ix_partnership_notes_expires_on", ["expires_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_partnership_notes_partnership_id"), ["partnership_id"], unique=False
        )

    op.create_table(
        "partnership_participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("teachers", sa.Integer(), nullable=False),
        sa.Column("teachers_in", sa.Integer(), nullable=False),
        sa.Column("leadership", sa.Integer(), nullable=False),
        sa.Column("leadership_in", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "leadership_in BETWEEN 0 AND leadership",
            name=op.f("ck_partnership_participation_leadership_within"),
        ),
        sa.CheckConstraint(
            "teachers > 0 AND leadership > 0", name=op.f("ck_partnership_participation_staff_positive")
        ),
        sa.CheckConstraint(
            "teachers_in BETWEEN 0 AND teachers", name=op.f("ck_partnership_participation_teachers_within")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_participation_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_participation")),
        sa.UniqueConstraint(
            "partnership_id",
            "counted_on",
            name=op.f("uq_partnership_participation_partnership_id_counted_on"),
        ),
    )
    op.create_table(
        "partnership_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("none_needed", sa.Boolean(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "next_on IS NULL OR NOT none_needed", name=op.f("ck_partnership_reviews_next_or_none")
        ),
        sa.CheckConstraint(
            "next_on IS NULL OR next_on > held_on", name=op.f("ck_partnership_reviews_next_later")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_reviews_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_reviews")),
        sa.UniqueConstraint(
            "partnership_id", "held_on", name=op.f("uq_partnership_reviews_partnership_id_held_on")
        ),
    )
    op.create_table(
        "plan_objectives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="objective_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "area",
            sa.Enum(
                "teaching",
                "leadership",
                "climate",
                "attendance",
                "development",
                name="objective_area",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("measure", sa.String(length=300), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("gain", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_plan_objectives_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_objectives")),
    )
    with op.batch_alter_table("plan_objectives", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plan_objectives_partnership_id"), ["partnership_id"], unique=False
        )

    op.create_table(
        "practice_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("supported_consent_on", sa.Date(), nullable=True),
        sa.Column("supporting_consent_on", sa.Date(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_practice_cards_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_cards")),
        sa.UniqueConstraint("partnership_id", name=op.f("uq_practice_cards_partnership_id")),
    )
    op.create_table(
        "sustainability_ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "midterm",
                "closing",
                "follow_up",
                name="rating_moment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_sustainability_ratings_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_sustainability_ratings_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sustainability_ratings")),
        sa.UniqueConstraint(
            "partnership_id",
            "moment",
            "year",
            name=op.f("uq_sustainability_ratings_partnership_id_moment_year"),
        ),
    )
    op.create_table(
        "partnership_review_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="review_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reviewer", sa.String(length=160), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "overall",
            sa.Enum(
                "progressing",
                "reached",
                "not_yet",
                "stalled",
                name="review_overall",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_partnership_review_answers_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["partnership_reviews.id"],
            name=op.f("fk_partnership_review_answers_review_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_review_answers")),
        sa.UniqueConstraint("review_id", "side", name=op.f("uq_partnership_review_answers_review_id_side")),
    )
    op.create_table(
        "plan_activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=160), nullable=False),
        sa.Column(
            "led_by",
            sa.Enum(
                "supported", "supporting", name="led_by", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "head",
                "team",
                "teachers",
                "pupils",
                name="activity_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "in_progress",
                "done",
                "dropped",
                name="activity_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'done' OR done_on IS NOT NULL", name=op.f("ck_plan_activities_done_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"],
            ["plan_objectives.id"],
            name=op.f("fk_plan_activities_objective_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_activities")),
    )
    with op.batch_alter_table("plan_activities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_activities_objective_id"), ["objective_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="attachment_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attachments_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["plan_activities.id"],
            name=op.f("fk_attachments_activity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_attachments_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("stored", name=op.f("uq_attachments_stored")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_partnership_id"), ["partnership_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attachments")
    op.drop_table("plan_activities")
    op.drop_table("partnership_review_answers")
    op.drop_table("sustainability_ratings")
    op.drop_table("practice_cards")
    op.drop_table("plan_objectives")
    op.drop_table("partnership_reviews")
    op.drop_table("partnership_participation")
    op.drop_table("partnership_notes")
    op.drop_table("partnership_handovers")
    op.drop_table("partnership_coordinators")
    op.drop_table("partnership_concerns")
    op.drop_table("follow_ups")
    op.drop_table("agreements")
    op.drop_table("partnership_people")
    op.drop_table("partnerships")
