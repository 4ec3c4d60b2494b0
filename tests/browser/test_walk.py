"""From each person's first screen along the links: every page of the work of two schools in the demo."""

import os
import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FloatRect, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from service.app import create_app
from service.config import Settings
from service.db import Database
from service.models.enums import Role
from service.queries.accounts import DemoAccount, demo_accounts
from tests.browser.accessibility import axe_faults, overflow
from tests.browser.people import DESKTOP, PHONE, sign_in, window
from tests.browser.servers import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDER = os.environ.get("MINGA_SCREENSHOTS", "")
LONGEST = 6000
"""Pixels of a page that a picture shows."""
ONLY_FILES = ("export", ".ics", ".csv", ".xlsx", "/archivos/", ".json", ".svg")
WALKED = (Role.COORDINATOR, Role.DIRECTOR, Role.LEADER, Role.ASSESSOR, Role.MINISTRY, *Role)
"""Whose pages are looked at first: whoever works with two schools sees most of them."""
REACHED = {
    "calendars.agenda",
    "calendars.both_ways",
    "calendars.own",
    "calendars.trip",
    "coordination.attention",
    "coordination.programme",
    "evidence.show",
    "leaders.apply",
    "leaders.criteria_index",
    "leaders.criteria_show",
    "leaders.mine",
    "leaders.show",
    "partnerships.agreement",
    "partnerships.index",
    "partnerships.people",
    "partnerships.plan",
    "partnerships.show",
    "requests.index",
    "requests.show",
    "schools.figures",
    "support.index",
    "surveys.enter",
    "surveys.index",
    "surveys.territory",
    "surveys.thanks",
    "visits.index",
    "visits.new",
    "visits.show",
}
"""What the demo's links lead to on any day; more on most days."""
WITHOUT_AN_ACCOUNT = ("/", "/login", "/encuesta", "/encuesta/gracias")
"""Where somebody begins who was only given a sheet with a code."""


def _links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    return [one.split("#")[0] for one in found if one.startswith("/")]


def _endpoint(routes: MapAdapter, address: str) -> str | None:
    try:
        endpoint, _arguments = routes.match(urlsplit(address).path)
    except HTTPException:
        return None
    return str(endpoint)


def _upper_part(page: Page) -> FloatRect:
    """The page as far as a picture of it can be taken: Chromium gives up on very long ones."""
    width, height = page.evaluate("[document.documentElement.clientWidth, document.body.scrollHeight]")
    return {"x": 0, "y": 0, "width": width, "height": min(height, LONGEST)}


def _look(page: Page, address: str, endpoint: str, who: str) -> list[str]:
    """What is wrong with a page in a wide window, then on a phone; pictures for people where asked for."""
    page.set_viewport_size(DESKTOP)
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"{who} {address}: {None if answer is None else answer.status}"]
    faults = []
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        faults += [f"{who} {address} {name}: {fault}" for fault in axe_faults(page) + overflow(page)]
        if FOLDER:
            file = Path(FOLDER) / f"{endpoint}-{who.partition('@')[0]}-{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file, full_page=True, clip=_upper_part(page))
    page.set_viewport_size(DESKTOP)
    return faults


def _walk(page: Page, routes: MapAdapter, start: str, seen: set[str], who: str) -> Iterator[str]:
    """Faults of every page reached, each kind of page looked at once for all people."""
    waiting, queued, own = deque([start]), {start}, set[str]()
    while waiting:
        address = waiting.popleft()
        endpoint = _endpoint(routes, address)
        if endpoint is None or endpoint in own or any(word in address for word in ONLY_FILES):
            continue
        own.add(endpoint)
        if endpoint in seen:
            # somebody else's page of this kind was looked at; only where this one leads is asked
            links = re.findall(r'<a [^>]*href="(/[^"#]*)', page.request.get(address).text())
            links = [unescape(link) for link in links]
        else:
            seen.add(endpoint)
            yield from _look(page, address, endpoint, who)
            links = _links(page)
        for link in links:
            if link not in queued and not any(word in link for word in ONLY_FILES):
                queued.add(link)
                waiting.append(link)


@pytest.fixture(scope="module")
def people(country: Path) -> tuple[DemoAccount, ...]:
    database = Database.at(f"sqlite:///{country}")
    with database.reading() as session:
        found = demo_accounts(session)
    database.engine.dispose()
    return found


@pytest.mark.timeout(900)
def test_every_page_along_the_links_is_accessible_and_fits(
    browser: Browser, reader: LiveServer, people: tuple[DemoAccount, ...]
) -> None:
    app = create_app(Settings(Path(), "sqlite://", secret_key="x" * 40, testing=True))
    routes = app.url_map.bind("localhost")
    seen: set[str] = set()
    faults: list[str] = []
    with window(browser, reader.url) as context:
        page = context.new_page()
        for start in WITHOUT_AN_ACCOUNT:
            faults += _walk(page, routes, start, seen, "anybody")
    for account in sorted(people, key=lambda one: WALKED.index(one.role)):
        with window(browser, reader.url) as context:
            page = context.new_page()
            sign_in(page, account.email, account.password)
            faults += _walk(page, routes, urlsplit(page.url).path, seen, account.email)
    assert not faults, "\n".join(faults)
    assert seen >= REACHED, sorted(REACHED - seen)
