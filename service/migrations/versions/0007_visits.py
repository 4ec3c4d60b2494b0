"""Visits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "held",
                "missed",
                "cancelled",
                name="visit_state",
                native_enum=False,
                create_constraint=True,
                length=40,
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
                name="exchange_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "to_supported",
                "to_supporting",
                name="visit_direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "on_site", "online", name="visit_mode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column(
            "proposed_by",
            sa.Enum(
                "supported",
                "supporting",
                name="proposed_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_minutes", sa.Integer(), nullable=True),
        sa.Column("held_people", sa.Integer(), nullable=True),
        sa.Column("way_there", sa.String(length=300), nullable=False),
        sa.Column("hour_known", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "held_mode",
            sa.Enum(
                "on_site", "online", name="held_mode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "led_by",
            sa.Enum(
                "supported", "supporting", name="led_by", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "missed_by",
            sa.Enum(
                "supported",
                "supporting",
                name="missed_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "held_minutes IS NULL OR held_minutes >= 0", name=op.f("ck_visits_held_minutes_not_negative")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_visits_minutes_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_visits_batch_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_visits_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("uid", name=op.f("uq_visits_uid")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index("ix_visits_starts_at", ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_state"), ["state"], unique=False)

    op.create_table(
        "busy_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "own", "imported", name="busy_source", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_times_in_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_busy_times_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_times")),
    )
    with op.batch_alter_table("busy_times", schema=None) as batch_op:
        batch_op.create_index("ix_busy_times_person", ["person_id", "starts_at"], unique=False)

    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_calendar_feeds_key_hash")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feeds_person_id")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=8), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "term",
                "break",
                "holiday",
                "test",
                "quiet",
                name="calendar_day_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region_code", sa.String(length=20), nullable=True),
        sa.Column("commune_code", sa.String(length=20), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_calendar_days_in_order")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_calendar_days_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_calendar_days_batch_id")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["education_services.id"], name=op.f("fk_calendar_days_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_days_first_on", ["first_on", "last_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_days_service_id"), ["service_id"], unique=False)

    op.create_table(
        "travel_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_school_id", sa.Integer(), nullable=False),
        sa.Column("to_school_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_school_id <> to_school_id", name=op.f("ck_travel_times_not_itself")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_times_minutes_not_negative")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_travel_times_batch_id")),
        sa.ForeignKeyConstraint(
            ["from_school_id"],
            ["schools.id"],
            name=op.f("fk_travel_times_from_school_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_school_id"], ["schools.id"], name=op.f("fk_travel_times_to_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_times")),
        sa.UniqueConstraint(
            "from_school_id", "to_school_id", name=op.f("uq_travel_times_from_school_id_to_school_id")
        ),
    )
    with op.batch_alter_table("travel_times", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_times_from_school_id"), ["from_school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_travel_times_to_school_id"), ["to_school_id"], unique=False)

    op.create_table(
        "visit_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="attendance_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "leadership",
                "teacher",
                "assistant",
                "pupil",
                name="attendance_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_time", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "first_time BETWEEN 0 AND number", name=op.f("ck_visit_attendance_first_time_within")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_visit_attendance_number_positive")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_attendance_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_attendance")),
        sa.UniqueConstraint("visit_id", "side", "role", name=op.f("uq_visit_attendance_visit_id_side_role")),
    )
    op.create_table(
        "visit_bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (school_id IS NULL)", name=op.f("ck_visit_bookings_one_of_the_two")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_visit_bookings_in_order")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visit_bookings_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_visit_bookings_school_id")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_bookings_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_bookings")),
    )
    with op.batch_alter_table("visit_bookings", schema=None) as batch_op:
        batch_op.create_index("ix_visit_bookings_person", ["person_id", "starts_at"], unique=False)
        batch_op.create_index("ix_visit_bookings_school", ["school_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_bookings_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("surprised_supported", sa.Text(), nullable=False),
        sa.Column("surprised_supporting", sa.Text(), nullable=False),
        sa.Column(
            "written_by",
            sa.Enum(
                "supported",
                "supporting",
                name="note_written_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_supported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_supporting_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_notes_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notes")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_visit_notes_visit_id")),
    )
    op.create_table(
        "visit_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="visit_person_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visit_people_person_id")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_people_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_people")),
        sa.UniqueConstraint("visit_id", "person_id", name=op.f("uq_visit_people_visit_id_person_id")),
    )
    with op.batch_alter_table("visit_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_people_person_id"), ["person_id"], unique=False)

    op.create_table(
        "note_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "supported",
                "supporting",
                name="objection_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["visit_notes.id"], name=op.f("fk_note_objections_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_objections")),
    )
    with op.batch_alter_table("note_objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_objections_note_id"), ["note_id"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))

    _no_overlaps()


# Half-open times: an end may be the next one's start. A range of one number stands for the person or
# school, so that PostgreSQL needs no extension for the exclusion.
OVERLAP = """
    SELECT RAISE(ABORT, 'visit_overlap') WHERE EXISTS (
        SELECT 1 FROM visit_bookings AS other
        WHERE other.{column} = NEW.{column} AND other.id IS NOT NEW.id
        AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
"""


def _no_overlaps() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for column in ("person_id", "school_id"):
        name = column.removesuffix("_id")
        if postgresql:
            op.execute(
                f"ALTER TABLE visit_bookings ADD CONSTRAINT ex_visit_bookings_{name} EXCLUDE USING gist ("
                f"int4range({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at, '[)') WITH &&)"
                f" WHERE ({column} IS NOT NULL)"
            )
            continue
        for when in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER visit_bookings_{name}_{when.lower()} BEFORE {when} ON visit_bookings"
                f" WHEN NEW.{column} IS NOT NULL BEGIN {OVERLAP.format(column=column)}; END"
            )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("calendar")
    for table in (
        "note_objections",
        "visit_people",
        "visit_notes",
        "visit_bookings",
        "visit_attendance",
        "travel_times",
        "calendar_feeds",
        "calendar_days",
        "busy_times",
        "visits",
    ):
        op.drop_table(table)
