"""What demo schools agreed, planned, reviewed and handed over."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from service.models import (
    Agreement,
    FollowUp,
    Handover,
    Participation,
    Partnership,
    PlanActivity,
    PlanObjective,
    Review,
    ReviewAnswer,
)
from service.models.states import (
    ActivityState,
    ExchangeKind,
    FollowUpState,
    ObjectiveArea,
    ReviewMark,
    ReviewOverall,
    Side,
)
from service.snapshots.follow_up import verdict_of

DAY = timedelta(days=1)
ACTIVITIES = (
    ("Observar juntas una clase de lectura", Side.SUPPORTING, 40, 60),
    ("Conversar lo visto con quien hizo la clase", Side.SUPPORTING, 70, 80),
    ("Taller sobre preguntas que hacen pensar", Side.SUPPORTED, 120, 130),
    ("La propia UTP conduce la observación", Side.SUPPORTED, 180, 0),
    ("Recibir a la escuela acompañante en consejo", Side.SUPPORTED, 260, 0),
)


def add_agreement(session: Session, one: Partnership, begun: date, *, signed: bool) -> None:
    """An agreement, signed by one side or both."""
    at = moment_of(begun + 25 * DAY)
    session.add(
        Agreement(
            partnership_id=one.id,
            version=1,
            focus=["observation", "reading"],
            kinds=["head", "team", "teachers"],
            days=2,
            conduct="Lo que vemos queda entre nosotras. Nadie evalúa a nadie. Avisamos con tiempo.",
            end_on=begun + 540 * DAY,
            created_at=at,
            supported_signed_at=at if signed else None,
            supported_signed_by="Dirección" if signed else None,
            supporting_signed_at=at,
            supporting_signed_by=one.leader.person.name[:160],
        )
    )


def add_plan(session: Session, one: Partnership, begun: date, today: date) -> None:
    """A plan with objectives of both sides, what was done of it, and a review."""
    over = one.end_on is not None and one.end_on < today
    own, theirs = (
        PlanObjective(
            partnership_id=one.id,
            side=side,
            area=area,
            words=words,
            measure="clases observadas y conversadas al mes" if side is Side.SUPPORTED else "",
            baseline=1.0 if side is Side.SUPPORTED else None,
            target=8.0 if side is Side.SUPPORTED else None,
            expected_on=begun + 360 * DAY if side is Side.SUPPORTED else None,
            gain=gain if over else "",
            created_at=moment_of(begun + 31 * DAY),
        )
        for side, area, words, gain in (
            (
                Side.SUPPORTED,
                ObjectiveArea.TEACHING,
                "Que cada docente sea observado y converse su clase una vez al mes",
                "Hoy se observa sin que nadie lo pida.",
            ),
            (
                Side.SUPPORTING,
                ObjectiveArea.LEADERSHIP,
                "Aprender a delegar la observación en la UTP",
                "La UTP la lleva sola.",
            ),
        )
    )
    session.add_all([own, theirs])
    session.flush()
    for words, side, due, done in ACTIVITIES:
        finished = (bool(done) and begun + done * DAY <= today) or over
        session.add(
            PlanActivity(
                objective_id=own.id,
                words=words,
                responsible="Jefatura técnica",
                led_by=side,
                kind=ExchangeKind.TEACHERS,
                due_on=begun + due * DAY,
                state=ActivityState.DONE if finished else ActivityState.PLANNED,
                done_on=begun + (done or due) * DAY if finished else None,
                evidence="Pauta de observación en la carpeta de UTP" if finished else "",
            )
        )
    held = begun + 100 * DAY
    if held < today:
        review = Review(
            partnership_id=one.id,
            held_on=held,
            next_on=held + 90 * DAY,
            next_steps="Sumar a dos docentes de segundo ciclo.",
            created_at=moment_of(held),
        )
        session.add(review)
        session.flush()
        for side, mark in (
            (Side.SUPPORTED, ReviewMark.ON_TRACK),
            (Side.SUPPORTING, ReviewMark.NEEDS_ATTENTION),
        ):
            session.add(
                ReviewAnswer(
                    review_id=review.id,
                    side=side,
                    reviewer="Dirección" if side is Side.SUPPORTED else one.leader.person.name[:160],
                    overall=ReviewOverall.PROGRESSING,
                    words="Cuesta el horario, pero se nota en las salas.",
                    marks={
                        str(own.id): {"mark": mark.value, "words": ""},
                        str(theirs.id): {"mark": ReviewMark.ON_TRACK.value, "words": ""},
                    },
                    given_at=moment_of(held),
                )
            )
        session.add(
            Participation(
                partnership_id=one.id,
                counted_on=held,
                teachers=14,
                teachers_in=9,
                leadership=3,
                leadership_in=3,
            )
        )


def add_handover(session: Session, one: Partnership) -> None:
    """What stays when the leader leaves."""
    session.add(
        Handover(
            partnership_id=one.id,
            successor="Jefa de UTP",
            successor_trained_on=one.tapering_on,
            materials="Carpeta compartida de UTP",
            induction="Taller de marzo para quien llega",
            policy="El servicio local mantiene dos horas de trabajo conjunto",
            written_at=moment_of(one.closed_on or one.start_on),
        )
    )


def add_follow_up(session: Session, one: Partnership, today: date, *, ended: bool) -> None:
    """The yearly questions after closing, and the verdict at their end."""
    closed = one.closed_on or today
    for number in (1, 2, 3):
        due = closed + timedelta(days=365 * number)
        done = due <= today - 30 * DAY or ended
        session.add(
            FollowUp(
                partnership_id=one.id,
                number=number,
                year=closed.year + number,
                due_on=due,
                state=FollowUpState.DONE if done else FollowUpState.OPEN,
                stays="La UTP sigue observando; a las dos docentes nuevas se les enseñó." if done else "",
                done_on=min(due + 20 * DAY, today) if done else None,
            )
        )
    one.follow_up_until = closed + timedelta(days=365 * 3)
    if ended:
        found = verdict_of(session, one)
        one.verdict, one.verdict_figures = found.verdict, found.figures


def moment_of(day: date) -> datetime:
    """Early afternoon of a day, UTC."""
    return datetime.combine(day, time(14), UTC)
