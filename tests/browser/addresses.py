"""The pages of Minga over the demo country, by name and by who opens them."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from service.db import Database
from service.models import Account, Batch, Leader, Network, Ownership, Proposal, Run, School
from service.models.enums import ProposalState, Role, RunState

Pages = dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Objects of the territory of the demo's coordinator, and the pages that show them."""

    school: str
    leader_school: str
    pages: dict[Role, Pages]


def find(file: Path, coordinator: str) -> Found:
    """Look up what there is to show a coordinator, the ministry, a director and a leader."""
    database = Database.at(f"sqlite:///{file}")
    with database.reading() as session:
        run = session.scalars(
            select(Run)
            .join(Account, Account.id == Run.account_id)
            .where(Account.email == coordinator, Run.state == RunState.FINISHED, ~Run.exploratory)
            .order_by(Run.id)
        ).first()
        assert run is not None, "the demo's coordinator has no finished run"
        explored = session.scalars(
            select(Run.id).where(Run.service_id == run.service_id, Run.exploratory).order_by(Run.id)
        ).first()
        published = session.scalars(select(Run.id).where(Run.state == RunState.PUBLISHED)).first()
        proposal = session.scalars(
            select(Proposal)
            .where(Proposal.run_id == run.id, Proposal.state == ProposalState.DRAFT)
            .order_by(Proposal.id)
        ).first()
        assert proposal is not None, "the run has no proposal"
        school = session.get_one(School, proposal.school_id)
        other = session.get_one(School, proposal.leader_school_id)
        leader = session.scalars(
            select(Leader.id)
            .join(Ownership, (Ownership.school_id == Leader.school_id) & Ownership.end_on.is_(None))
            .where(Ownership.service_id == run.service_id)
            .order_by(Leader.id)
        ).first()
        batch = session.scalars(
            select(Batch.id).where(Batch.source == "cl-directory").order_by(Batch.id.desc())
        ).first()
        member = session.scalars(select(Account.id).where(Account.email == coordinator)).first()
        network = session.scalars(
            select(Network.id).where(Network.service_id == run.service_id).order_by(Network.id)
        ).first()
        assert network is not None, "the demo's coordinator has formed no network"
        small = session.scalars(
            select(School)
            .join(Ownership, Ownership.school_id == School.id)
            .where(Ownership.service_id == run.service_id, School.enrolment < 25)
            .order_by(School.enrolment)
        ).first()
    database.engine.dispose()
    key, pair = f"cl:{school.code}", f"school={school.code}&leader={other.code}"
    schools = {
        "schools": "/establecimientos/",
        "schools-nothing-found": "/establecimientos/?q=zzzz",
        "school": f"/establecimientos/{key}",
        "school-comparators": f"/establecimientos/{key}/comparar-con",
        "school-small": f"/establecimientos/cl:{small.code if small else school.code}",
        "search": "/buscar?q=escuela",
        "not-found": "/nada",
        "account": "/cuenta",
        "account-code": "/cuenta/segundo-factor",
    }
    overseen = {
        "home": "/coordinacion/",
        "accounts": "/coordinacion/cuentas",
        "account-new": "/coordinacion/cuentas/nueva",
        "account-requests": "/coordinacion/cuentas/solicitudes",
        "account-of-another": f"/coordinacion/cuentas/{member}",
        "need": "/coordinacion/necesidad",
        "need-threshold": "/coordinacion/necesidad?threshold=30",
        "leaders": "/lideres/",
        "leaders-suggested": "/lideres/quienes-podrian",
        "imports": "/coordinacion/datos",
        "import-new": "/coordinacion/datos/nuevo",
        "import": f"/coordinacion/datos/{batch}",
        "runs": "/coordinacion/corridas",
        "rankings": "/coordinacion/preferencias",
        "networks": "/redes/",
        "network": f"/redes/{network}",
        "support-graph": "/redes/apoyos",
        "support-graph-before": "/redes/apoyos?at=2000-01-01",
        "run-new": "/coordinacion/emparejar",
        "run-new-help": "/coordinacion/emparejar?paso=2",
        "run-new-choice": f"/coordinacion/emparejar?paso=3&previous={run.id}",
        "run-new-look": f"/coordinacion/emparejar?paso=4&previous={run.id}&policy=stable",
        "run": f"/coordinacion/corridas/{run.id}",
        "run-without": f"/coordinacion/corridas/{run.id}?view=without",
        "run-method": f"/coordinacion/corridas/{run.id}?view=method",
        "run-compare": f"/coordinacion/corridas/{run.id}?view=compare",
        "run-swap": f"/coordinacion/corridas/{run.id}/cambiar?school={school.code}",
        "run-replay": f"/coordinacion/corridas/{run.id}/repetir",
        "run-recruit": f"/coordinacion/corridas/{run.id}/donde-buscar-lideres",
        "run-explored": f"/coordinacion/corridas/{explored}",
        "run-why": f"/coordinacion/corridas/{run.id}/por-que",
        "run-why-pair": f"/coordinacion/corridas/{run.id}/por-que?{pair}",
    }
    edited = {
        "school-new": "/establecimientos/nuevo",
        "school-edit": f"/establecimientos/{key}/editar",
        "school-close": f"/establecimientos/{key}/cerrar",
        "leader-new": "/lideres/nuevo",
        "network-new": "/redes/nueva",
        "network-proposals": "/redes/propuestas?size=8",
        "leader-edit": f"/lideres/{leader}/editar",
        "run-publish": f"/coordinacion/corridas/{run.id}/publicar",
    }
    return Found(
        school=key,
        leader_school=f"cl:{other.code}",
        pages={
            Role.COORDINATOR: {**overseen, **schools, **edited},
            Role.MINISTRY: {
                **overseen,
                **schools,
                "run-published": f"/coordinacion/corridas/{published}",
                "not-allowed": "/lideres/nuevo",
            },
            Role.DIRECTOR: {**schools, "own-school": "/mi-escuela", "not-allowed": "/coordinacion/"},
            Role.LEADER: {"own-school": "/mi-escuela"},
        },
    )
