"""Requests of schools, settings, and what becomes of a proposal."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = ("draft", "published", "withdrawn")
STATES = (*BEFORE, "offered", "accepted", "declined", "expired")
COLUMNS = (
    "id, run_id, school_id, leader_school_id, leader_id, phase, state, urgency, locked, score, terms, reasons, "
    "facts, published_at"
)


def _choosing() -> list[sa.Column[object]]:
    """When a school has to choose until, and what it chose."""
    return [
        sa.Column("choice_due_on", sa.Date(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.Column("asks_others", sa.Boolean(), nullable=True),
    ]


def _states_of_proposals(states: tuple[str, ...], *, choosing: bool) -> None:
    """Say which states a proposal may have; SQLite changes a check only by making the table anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_proposals_proposal_state"), "proposals", type_="check")
        op.create_check_constraint(
            op.f("ck_proposals_proposal_state"), "proposals", sa.column("state").in_(states)
        )
        if choosing:
            for one in _choosing():
                op.add_column("proposals", one)
            op.create_foreign_key(
                op.f("fk_proposals_chosen_by_id"),
                "proposals",
                "accounts",
                ["chosen_by_id"],
                ["id"],
                ondelete="SET NULL",
            )
        else:
            for one in reversed(_choosing()):
                op.drop_column("proposals", one.name)
        return
    added: list[sa.Column[object] | sa.ForeignKeyConstraint] = [*_choosing()] if choosing else []
    if choosing:
        added.append(
            sa.ForeignKeyConstraint(
                ["chosen_by_id"],
                ["accounts.id"],
                name=op.f("fk_proposals_chosen_by_id"),
                ondelete="SET NULL",
            )
        )
    op.create_table(
        "proposals_remade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("leader_school_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column(
            "phase",
            sa.Enum(
                "preschool",
                "primary",
                "secondary",
                "special",
                "adult",
                name="proposal_phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        *added,
        sa.CheckConstraint(sa.column("state").in_(states), name=op.f("ck_proposals_proposal_state")),
        sa.CheckConstraint("school_id <> leader_school_id", name=op.f("ck_proposals_not_itself")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_proposals_leader_id")),
        sa.ForeignKeyConstraint(
            ["leader_school_id"], ["schools.id"], name=op.f("fk_proposals_leader_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_proposals_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_proposals_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("run_id", "school_id", name=op.f("uq_proposals_run_id_school_id")),
    )
    op.execute(f"INSERT INTO proposals_remade ({COLUMNS}) SELECT {COLUMNS} FROM proposals")
    op.drop_table("proposals")
    op.rename_table("proposals_remade", "proposals")
    for column in ("leader_id", "leader_school_id", "run_id", "school_id", "state"):
        op.create_index(op.f(f"ix_proposals_{column}"), "proposals", [column])


def upgrade() -> None:
    _states_of_proposals(STATES, choosing=True)
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "diagnosed",
                "matched",
                "closed",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("days", sa.Double(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("max_km", sa.Double(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "match",
                "review_progress",
                "cannot_assess",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("outcome_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("days IS NULL OR days >= 0", name=op.f("ck_requests_days_not_negative")),
        sa.CheckConstraint("max_km IS NULL OR max_km >= 0", name=op.f("ck_requests_max_km_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_requests_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["outcome_by_id"], ["accounts.id"], name=op.f("fk_requests_outcome_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_requests_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_requests_open",
            ["school_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'diagnosed')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'diagnosed')"),
        )

    op.create_table(
        "requests_avoided",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_requests_avoided_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_requests_avoided_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_avoided")),
        sa.UniqueConstraint("request_id", "school_id", name=op.f("uq_requests_avoided_request_id_school_id")),
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_settings_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_settings_owner_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["education_services.id"], name=op.f("fk_settings_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
    )
    with op.batch_alter_table("settings", schema=None) as batch_op:
        batch_op.create_index("ix_settings_key", ["key", "service_id", "owner_id"], unique=False)

    _offers_and_diagnosis()


def _offers_and_diagnosis() -> None:
    op.create_table(
        "answer_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_answer_links_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_answer_links_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_links_token_hash")),
    )
    with op.batch_alter_table("answer_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_links_school_id"), ["school_id"], unique=False)

    op.create_table(
        "external_supports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "programme",
                "adviser",
                "network",
                "other",
                name="support_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("end_year", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "end_year IS NULL OR start_year <= end_year", name=op.f("ck_external_supports_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_external_supports_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_external_supports_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_supports")),
    )
    with op.batch_alter_table("external_supports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_supports_school_id"), ["school_id"], unique=False)

    op.create_table(
        "inquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("adaptation", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_inquiries_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_inquiries_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiries_school_id"), ["school_id"], unique=False)

    op.create_table(
        "self_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "curriculum_head",
                "teacher",
                "coordinator",
                name="answer_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_self_answers_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_self_answers_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_answers")),
    )
    with op.batch_alter_table("self_answers", schema=None) as batch_op:
        batch_op.create_index("ix_self_answers_school", ["school_id", "year"], unique=False)
        batch_op.create_index(
            "uq_self_answers_named",
            ["school_id", "year", "role"],
            unique=True,
            sqlite_where=sa.text("role <> 'teacher'"),
            postgresql_where=sa.text("role <> 'teacher'"),
        )

    op.create_table(
        "support_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_support_levels_level_range")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_support_levels_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_support_levels_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_levels")),
        sa.UniqueConstraint("school_id", "year", name=op.f("uq_support_levels_school_id_year")),
    )
    op.create_table(
        "watched_schools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_watched_schools_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_watched_schools_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_schools")),
        sa.UniqueConstraint("account_id", "school_id", name=op.f("uq_watched_schools_account_id_school_id")),
    )
    op.create_table(
        "candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("leader_school_id", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "preschool",
                "primary",
                "secondary",
                "special",
                "adult",
                name="candidate_phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "shown",
                "chosen",
                "asked",
                "accepted",
                "declined",
                "expired",
                "turned_down",
                "unavailable",
                name="candidate_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("rank IS NULL OR rank >= 1", name=op.f("ck_candidates_rank_from_one")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_candidates_leader_id")),
        sa.ForeignKeyConstraint(
            ["leader_school_id"], ["schools.id"], name=op.f("fk_candidates_leader_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_candidates_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
        sa.UniqueConstraint("proposal_id", "leader_id", name=op.f("uq_candidates_proposal_id_leader_id")),
    )
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidates_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidates_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "declines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="decline_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "no_time",
                "too_far",
                "other_needs",
                "known_already",
                "works_with_others",
                "not_now",
                "rather_not_say",
                "other",
                "no_answer",
                "consent_withdrawn",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("declined_on", sa.Date(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_declines_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_declines_leader_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_declines_proposal_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_declines_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declines")),
    )
    with op.batch_alter_table("declines", schema=None) as batch_op:
        batch_op.create_index("ix_declines_pair", ["school_id", "leader_id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "asked",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="offer_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ask_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "no_time",
                "too_far",
                "other_needs",
                "known_already",
                "works_with_others",
                "not_now",
                "rather_not_say",
                "other",
                "no_answer",
                "consent_withdrawn",
                name="offer_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_offers_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_offers_candidate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_offers_leader_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_offers_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_offers_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offers_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_school_id"), ["school_id"], unique=False)
        batch_op.create_index("ix_offers_state", ["state", "due_on"], unique=False)
        batch_op.create_index(
            "uq_offers_open",
            ["candidate_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'asked', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'asked', 'accepted')"),
        )

    with op.batch_alter_table("diagnoses", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "outcome",
                sa.Enum(
                    "match",
                    "review_progress",
                    "cannot_assess",
                    name="diagnosis_outcome",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("outcome_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("outcome_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outcome_note", sa.Text(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_diagnoses_outcome_by_id"),
            "accounts",
            ["outcome_by_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("diagnoses", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_diagnoses_outcome_by_id"), type_="foreignkey")
        batch_op.drop_column("outcome_note")
        batch_op.drop_column("outcome_by_id")
        batch_op.drop_column("outcome_on")
        batch_op.drop_column("outcome")
    op.drop_table("offers")
    op.drop_table("declines")
    op.drop_table("candidates")
    op.drop_table("watched_schools")
    op.drop_table("support_levels")
    op.drop_table("self_answers")
    op.drop_table("inquiries")
    op.drop_table("external_supports")
    op.drop_table("answer_links")
    op.drop_table("settings")
    op.drop_table("requests_avoided")
    op.drop_table("requests")
    op.execute("UPDATE proposals SET state = 'published' WHERE state IN ('offered', 'accepted')")
    op.execute("UPDATE proposals SET state = 'withdrawn' WHERE state IN ('declined', 'expired')")
    _states_of_proposals(BEFORE, choosing=False)
