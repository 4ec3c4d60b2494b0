"""What is asked of a round beyond the scores: who waited, what was proposed, who said what, labels."""

from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, undefer

from matching.rounds import RoundRules
from service.models import EducationService, Proposal, Run, School, StatedRanking
from service.models.enums import ProposalState, RankingSide, RunState
from service.snapshots.matching import RunInputs

Pair = tuple[int, int]
UNKNOWN = "unknown"
GROUPS = ("rural", "ses_group", "owner")
"""Labels by which a run tells what it gives to whom (M16)."""


def round_rules(
    session: Session,
    inputs: RunInputs,
    *,
    locked: tuple[Pair, ...] = (),
    forbidden: tuple[Pair, ...] = (),
    previous_id: int | None = None,
) -> RoundRules:
    """Read what a round is asked for.

    Raises
    ------
    InstanceError
        An extra rule is not valid.
    """
    options = inputs.options
    options.check()
    stated = stated_rankings(session, inputs.system.code)
    schools, leaders = _labels(session, inputs)
    return RoundRules(
        policy=options.policy,
        locked=locked,
        forbidden=forbidden,
        waited=_waited(session, inputs, previous_id),
        previous=() if previous_id is None else pairs_of_run(session, previous_id),
        change_price=options.change_price,
        lottery=options.lottery(),
        book=options.rule_book(),
        school_labels=schools,
        leader_labels=leaders,
        school_rankings={code: one[0] for (side, code), one in stated.items() if side == "schools"},
        leader_rankings={code: one[0] for (side, code), one in stated.items() if side == "leaders"},
        only_ranked=tuple(key for key, one in stated.items() if one[1]),
        time_limit=options.time_limit,
    )


def stated_rankings(session: Session, system: str) -> dict[tuple[str, int], tuple[list[int], bool]]:
    """Rankings by side (``schools`` or ``leaders``) and number, each with whether nobody else will do."""
    sides = {RankingSide.SCHOOL: "schools", RankingSide.LEADER: "leaders"}
    rows = session.execute(
        select(StatedRanking, School.code)
        .join(School, School.id == StatedRanking.school_id)
        .where(School.system == system)
        .order_by(StatedRanking.id)
    )
    return {(sides[one.side], code): (list(one.partners), one.only_these) for one, code in rows}


def pairs_of_run(session: Session, run_id: int) -> tuple[Pair, ...]:
    """The pairs that a run proposed, by official numbers."""
    leading = aliased(School)
    rows = session.execute(
        select(School.code, leading.code)
        .select_from(Proposal)
        .join(School, School.id == Proposal.school_id)
        .join(leading, leading.id == Proposal.leader_school_id)
        .where(Proposal.run_id == run_id)
        .order_by(School.code)
    )
    return tuple((school, leader) for school, leader in rows)


def _waited(session: Session, inputs: RunInputs, previous_id: int | None) -> dict[int, int]:
    """Rounds in which each school was left without a leader, since it last had a proposal published.

    A round is a run that was published; with ``previous`` the run that this one starts from counts
    as well, published or not.
    """
    if inputs.options.waited == "none":
        return {}
    rounds = Run.state == RunState.PUBLISHED
    if inputs.options.waited == "previous" and previous_id is not None:
        rounds |= Run.id == previous_id
    last_proposal: dict[int, int] = {}
    for code, number in session.execute(
        select(School.code, Proposal.run_id)
        .join(School, School.id == Proposal.school_id)
        .where(School.system == inputs.system.code, Proposal.state != ProposalState.DRAFT)
    ):
        last_proposal[code] = max(number, last_proposal.get(code, 0))
    waited: Counter[int] = Counter()
    for run in session.scalars(
        select(Run).where(Run.system == inputs.system.code, rounds).options(undefer(Run.result))
    ):
        for entry in (run.result or {}).get("unmatched", ()):
            code = int(str(entry["school"]).rpartition(":")[2])
            if run.id > last_proposal.get(code, 0):
                waited[code] += 1
    return {code: waited[code] for code in inputs.urgency if waited[code]}


def _labels(
    session: Session, inputs: RunInputs
) -> tuple[dict[int, dict[str, str]], dict[int, dict[str, str]]]:
    """Labels of the schools asked for and of the leaders, for extra rules and for comparisons."""
    query = select(EducationService.id, EducationService.code)
    rows = session.execute(query.where(EducationService.system == inputs.system.code)).all()
    services: dict[int, str] = {row.id: row.code for row in rows}
    groups: dict[int, list[float]] = defaultdict(list)
    rurality: dict[int, bool] = {}
    for found in inputs.findings.values():
        for profile in found.profiles:
            if profile.ses_group is not None:
                groups[profile.id].append(profile.ses_group)
            if profile.rural is not None:
                rurality.setdefault(profile.id, profile.rural)
    experience = {
        leader.school: leader.worked_rural or bool(rurality.get(leader.school)) for leader in inputs.leaders
    }

    def labels(code: int) -> dict[str, str]:
        row = inputs.schools[code]
        group = groups.get(code)
        found = {
            "rural": {True: "yes", False: "no", None: UNKNOWN}[rurality.get(code)],
            "ses_group": UNKNOWN if not group else str(round(sum(group) / len(group))),
            "owner": row.owner or UNKNOWN,
            "service": services.get(row.service_id or 0, UNKNOWN),
            "commune": row.commune or UNKNOWN,
            "region": row.region or UNKNOWN,
        }
        return found if row.enrolment is None else {**found, "pupils": str(row.enrolment)}

    asked = {code: {**labels(code), "urgency": str(level)} for code, level in inputs.urgency.items()}
    leading = {
        leader.school: {
            **labels(leader.school),
            "rural_experience": "yes" if experience[leader.school] else "no",
        }
        for leader in inputs.leaders
        if leader.school in inputs.schools
    }
    return asked, leading
