"""Private words of a partnership: what the pair alone reads, and what its coordination reads too."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from service.models import Attachment, Concern, Leader, Note, PlanActivity, PlanObjective, School
from service.models.columns import local_today, utc_now
from service.models.enums import Phase
from service.models.states import (
    ActivityState,
    ConcernReason,
    ConcernState,
    ExchangeKind,
    NoteLevel,
    ObjectiveArea,
    Side,
)
from service.operations.attachments import FOLDER
from service.operations.partnerships import begin_partnership
from service.permissions import OPERATOR

PAIR = ("director", "curriculum_head", "leader")
TABLES = ("partnership_notes", "partnership_concerns", "plan_objectives", "plan_activities", "attachments")


def may_read(actor: str, table: str, column: str) -> bool:
    """Who reads which word: pair-only notes the pair, all else its coordination, the plan who looks on."""
    if actor in PAIR:
        return True
    if actor == "coordinator":
        return column != "pair"
    return actor == "read_only" and table in ("plan_objectives", "plan_activities")


def seed_partnership(
    session: Session, instance: Path, school: School, leader: Leader, service_id: int
) -> dict[str, int]:
    """The school asked for works with the school of the column *leader*; every private word is marked."""

    def word(table: str, column: str) -> str:
        return f"CANARIO-{service_id}-{school.id}-{table}-{column}"

    now = utc_now()
    begun = begin_partnership(
        session, school_id=school.id, leader=leader, phase=Phase.PRIMARY, actor=OPERATOR, today=local_today()
    )
    objective = PlanObjective(
        partnership_id=begun.id,
        side=Side.SUPPORTED,
        area=ObjectiveArea.TEACHING,
        words=word("plan_objectives", "words"),
        gain=word("plan_objectives", "gain"),
        created_at=now,
    )
    session.add(objective)
    session.flush()
    activity = PlanActivity(
        objective_id=objective.id,
        words=word("plan_activities", "words"),
        responsible=word("plan_activities", "responsible"),
        led_by=Side.SUPPORTED,
        kind=ExchangeKind.TEAM,
        due_on=local_today(),
        state=ActivityState.PLANNED,
        evidence=word("plan_activities", "evidence"),
    )
    concern = Concern(
        partnership_id=begun.id,
        state=ConcernState.RAISED,
        reason=ConcernReason.TIME,
        words=word("partnership_concerns", "words"),
        side=Side.SUPPORTED,
        raised_on=local_today(),
    )
    session.add_all([activity, concern])
    for level in NoteLevel:
        session.add(
            Note(
                partnership_id=begun.id,
                level=level,
                side=Side.SUPPORTED,
                author="Directora",
                text=word("partnership_notes", level.value),
                written_at=now,
                expires_on=local_today() + timedelta(days=30),
            )
        )
    session.flush()
    kept = Attachment(
        partnership_id=begun.id,
        activity_id=activity.id,
        name=word("attachments", "name"),
        media_type="text/plain",
        size=4,
        sha256="0" * 64,
        stored=f"{begun.id:048d}",
        side=Side.SUPPORTED,
        added_at=now,
    )
    session.add(kept)
    session.flush()
    folder = instance / "uploads" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / kept.stored).write_text(word("attachments", "content"), encoding="utf-8")
    return {
        "partnership_id": begun.id,
        "objective_id": objective.id,
        "activity_id": activity.id,
        "concern_id": concern.id,
        "attachment_id": kept.id,
    }
