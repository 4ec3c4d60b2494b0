"""Every page of every role: no breach of accessibility, nothing wider than its window, no fault."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from service.app import create_app
from service.config import Settings
from service.models.enums import Role
from tests.browser.accessibility import axe_faults, overflow
from tests.browser.addresses import Found
from tests.browser.conftest import Windows
from tests.browser.people import DESKTOP, PHONE

pytestmark = pytest.mark.browser
NO_PAGES = {
    "static",
    "public.healthz",
    "public.readyz",
    "coordination.run_progress",
    "networks.graph_data",
    "networks.graph_drawing",
    "networks.graph_school",
    "networks.graph_series",
}
"""Answers that are no page of their own; exports neither."""
ONLY_AFTER_AN_UPLOAD = {"coordination.import_columns", "coordination.import_rejected"}
ONLY_WITH_A_MESSAGE_OR_A_TELEPHONE = {"accounts.password_link", "accounts.code"}
LEFT_TO_THE_WALK = {
    "accounts.elsewhere",
    "accounts.elsewhere_back",
    "accounts.mail",
    "assessments.by_link",
    "assessments.show",
    "calendars.agenda",
    "calendars.both_ways",
    "calendars.own",
    "calendars.subscribed",
    "calendars.trip",
    "coordination.attention",
    "coordination.programme",
    "coordination.school_calendar",
    "evidence.show",
    "leaders.apply",
    "leaders.assessment",
    "leaders.assessments_asked",
    "leaders.complain",
    "leaders.criteria_index",
    "leaders.criteria_show",
    "leaders.mine",
    "leaders.offer",
    "leaders.show",
    "partnerships.activity",
    "partnerships.after",
    "partnerships.agreement",
    "partnerships.ask_objective",
    "partnerships.ask_step",
    "partnerships.ask_withdraw",
    "partnerships.closing",
    "partnerships.file",
    "partnerships.index",
    "partnerships.objective",
    "partnerships.participation",
    "partnerships.people",
    "partnerships.plan",
    "partnerships.practice",
    "partnerships.review",
    "partnerships.show",
    "partnerships.show_concern",
    "partnerships.talk",
    "proposals.agreed",
    "proposals.invitation",
    "proposals.invitations",
    "proposals.show",
    "questionnaires.answer",
    "questionnaires.bodies",
    "questionnaires.body",
    "questionnaires.network",
    "questionnaires.own_answer",
    "requests.ask",
    "requests.check",
    "requests.index",
    "requests.possibilities",
    "requests.show",
    "schools.figures",
    "support.index",
    "support.show",
    "surveys.answer",
    "surveys.enter",
    "surveys.index",
    "surveys.own_answer",
    "surveys.territory",
    "surveys.thanks",
    "visits.index",
    "visits.new",
    "visits.note",
    "visits.other_time",
    "visits.record",
    "visits.sheet",
    "visits.sheet_file",
    "visits.show",
}
"""Pages of the work of two schools, which ``test_walk`` opens along the links of each person."""
PUBLIC = ("/", "/login", "/nada", "/cuenta/recuperar", "/cuenta/pedir")
ROLES = (Role.MINISTRY, Role.COORDINATOR, Role.DIRECTOR, Role.LEADER)
"""Those that the demo country has people for."""


def _faults(page: Page, address: str) -> list[str]:
    """What is wrong with a page in a wide window and then on a phone."""
    found = []
    page.set_viewport_size(DESKTOP)
    page.goto(address)
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        found += [f"{address} {name}: {fault}" for fault in axe_faults(page) + overflow(page)]
    return found


def test_every_page_is_among_those_looked_at(found: Found) -> None:
    app = create_app(Settings(Path(), "sqlite://", secret_key="x" * 40, testing=True))
    routes = app.url_map.bind("localhost")
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages -= {endpoint for endpoint in pages if "export" in endpoint} | NO_PAGES | ONLY_AFTER_AN_UPLOAD
    pages -= ONLY_WITH_A_MESSAGE_OR_A_TELEPHONE
    addresses = {address for named in found.pages.values() for address in named.values()}
    seen: set[str] = set()
    for address in (addresses | set(PUBLIC)) - {"/nada"}:
        endpoint, _arguments = routes.match(urlsplit(address).path)
        seen.add(endpoint)
    assert seen == pages - LEFT_TO_THE_WALK
    assert pages >= LEFT_TO_THE_WALK


def test_public_pages_are_accessible_and_fit(windows: Windows) -> None:
    with windows() as context:
        page = context.new_page()
        faults: list[str] = []
        for address in PUBLIC:
            faults += _faults(page, address)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_are_accessible_and_fit(windows: Windows, found: Found, role: Role) -> None:
    with windows(role) as context:
        page = context.new_page()
        faults: list[str] = []
        for address in found.pages[role].values():
            faults += _faults(page, address)
    assert not faults, "\n".join(faults)
