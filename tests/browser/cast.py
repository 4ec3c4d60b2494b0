"""The people of a whole partnership, the two schools they are from, and each at an own window."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from matching.scoring import Term
from service.models import Account
from service.models.enums import ProposalState, Role, Subject
from tests.browser.people import window
from tests.factories.accounts import PASSWORD, make_account, make_post
from tests.factories.leaders import make_leader
from tests.factories.results import make_result
from tests.factories.runs import make_proposal, make_run
from tests.factories.schools import make_commune, make_school, make_service

WRITTEN = "input:not([type=radio], [type=checkbox]), textarea, select"
SCHOOL, LEADING = "Escuela Los Aromos", "Escuela El Canelo"


@dataclass(frozen=True, slots=True)
class World:
    """What stands in the database before anybody asks for anything, by number and address."""

    school_id: int
    school_code: int
    run_id: int
    proposal_id: int
    addresses: dict[str, str]


def make_world(session: Session) -> World:
    """Two schools of one service, a finished run that pairs them, and four people with accounts."""
    service = make_service(session)
    commune = make_commune(session, region_code="13", code="13101")
    school = make_school(session, service=service, commune=commune, name=SCHOOL)
    other = make_school(session, service=service, commune=commune, name=LEADING)
    people = {
        "director": _named(make_account(session, Role.DIRECTOR, school_id=school.id), "Ana Rojas"),
        "leader": _named(make_account(session, Role.LEADER, school_id=other.id), "Luis Vera"),
        "coordinator": _named(make_account(session, Role.COORDINATOR, service_id=service.id), "Eva Díaz"),
        "curriculum": _named(make_account(session, Role.CURRICULUM_HEAD, school_id=school.id), "Rosa Lagos"),
    }
    make_post(session, school, person=people["director"].person, start_on=date(2020, 3, 1))
    make_post(session, other, person=people["leader"].person, start_on=date(2018, 3, 1))
    leader = make_leader(session, other, person=people["leader"].person, capacity=1)
    run = make_run(
        session,
        service_id=service.id,
        territory=f"slep:{service.code}",
        rule={"name": "value_added"},
        result=_result(school.code, other.code),
    )
    proposal = make_proposal(
        session,
        run,
        school,
        other,
        leader_id=leader.id,
        state=ProposalState.DRAFT,
        facts={"context_distance": 0.4, "coverage": 1.0, "distance_km": 5.0, "like_within": 1.0},
        terms={term.value: 0.7 for term in Term},
        reasons=[{"code": "alike_in", "subject": "size", "value": 0.1, "share": 0.1, "since": None}],
    )
    add_results(session, school, {2025: 230.0})
    session.flush()
    return World(
        school_id=school.id,
        school_code=school.code,
        run_id=run.id,
        proposal_id=proposal.id,
        addresses={name: account.email for name, account in people.items()},
    )


def add_results(session: Session, school: object, scores: dict[int, float]) -> None:
    """Publish results of a school in reading and mathematics."""
    for year, score in scores.items():
        for subject in (Subject.READING, Subject.MATHEMATICS):
            make_result(session, school, year=year, score=score, subject=subject)


def _result(school: int, other: int) -> dict[str, object]:
    """What a run keeps of the one pair that it found."""
    pair = {"school": f"cl:{school}", "leader_school": f"cl:{other}", "alternates": []}
    return {"status": "optimal", "pairs": [pair], "unmatched": [], "blocking_pairs": []}


def _named(account: Account, name: str) -> Account:
    account.person.name = name
    return account


@dataclass
class Person:
    """Somebody at a window of their own; who finds the session ended signs in again, as one does."""

    page: Page
    email: str
    signed_in: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of Minga."""
        self.page.goto(path)
        form = self.page.locator(".signin form")
        if form.count():
            form.get_by_label("Correo electrónico").fill(self.email)
            form.get_by_label("Contraseña").fill(PASSWORD)
            form.get_by_role("button", name="Entrar").click()
            self.page.locator("header .menu").wait_for()
            self.signed_in.append(path)
            self.page.goto(path)
        return self.page

    def fill(self, **words: str) -> None:
        """Fill fields of the page by the labels that people read: ``_`` in a name is a blank."""
        for label, value in words.items():
            self.write(label.replace("_", " "), value)

    def write(self, label: str, value: str) -> None:
        """Write into the field of a label, or choose in it."""
        box = (
            self.page.get_by_role("main")
            .get_by_label(label, exact=False)
            .and_(self.page.locator(WRITTEN))
            .first
        )
        if box.evaluate("element => element.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)

    def choose(self, *labels: str) -> None:
        """Tick what these labels name."""
        for label in labels:
            self.page.get_by_role("main").get_by_label(label, exact=False).first.check()

    def press(self, name: str) -> None:
        """Press a button, and wait for the page that follows."""
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        """Follow a link of the page."""
        self.page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.click()
        self.page.wait_for_load_state()

    def reads(self, words: str) -> None:
        """Read a sentence somewhere on the page."""
        expect(self.page.get_by_role("main")).to_contain_text(words)


@dataclass(frozen=True, slots=True)
class Cast:
    """The four at their windows."""

    director: Person
    leader: Person
    coordinator: Person
    curriculum: Person


def at_windows(stack: ExitStack, browser: Browser, url: str, addresses: dict[str, str]) -> Cast:
    """Open a window for each."""
    return Cast(
        **{
            name: Person(stack.enter_context(window(browser, url)).new_page(), address)
            for name, address in addresses.items()
        }
    )
