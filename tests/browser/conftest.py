"""A browser, the demo country made once, and servers over copies of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from service import schema
from service.db import Database
from service.models.enums import Role
from service.operations.demo import fill_with_demo
from service.queries.accounts import DemoAccount, demo_accounts
from tests.browser.addresses import Found, find
from tests.browser.people import sign_in, window
from tests.browser.servers import LiveServer, copy_database, running

collect_ignore = [] if os.environ.get("MINGA_SCREENSHOTS") else ["test_screenshots.py"]
FILES = "files"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Windows = Callable[..., AbstractContextManager[BrowserContext]]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The Chromium of this machine; tests are skipped where there is none."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("MINGA_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is required here, and is not installed")
        pytest.skip("Chromium is not installed")
    driver: Playwright = request.getfixturevalue("playwright")
    chromium = driver.chromium.launch(executable_path=path)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo country as ``make run`` makes it, in a file that nobody writes to."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "demo.sqlite"
    database = Database.at(f"sqlite:///{file}")
    schema.upgrade(database)
    fill_with_demo(database, folder, seed=7, schools=600, years=10, folder=folder / FILES)
    database.engine.dispose()
    return file


@pytest.fixture(scope="session")
def accounts(country: Path) -> dict[Role, DemoAccount]:
    """The first demo account of each role; of the coordinators the last, whose run is not published."""
    database = Database.at(f"sqlite:///{country}")
    with database.reading() as session:
        found = demo_accounts(session)
    database.engine.dispose()
    first = {account.role: account for account in reversed(found)}
    first[Role.COORDINATOR] = [one for one in found if one.role is Role.COORDINATOR][-1]
    return first


@pytest.fixture(scope="session")
def found(country: Path, accounts: dict[Role, DemoAccount]) -> Found:
    """What the demo country holds for that coordinator, and the pages that show it."""
    return find(country, accounts[Role.COORDINATOR].email)


@pytest.fixture(scope="session")
def reader(browser: Browser, country: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server for tests that only look."""
    folder = tmp_path_factory.mktemp("reader")
    with running(copy_database(country, folder / "demo.sqlite"), folder, worker=False) as server:
        yield server


@pytest.fixture(scope="module")
def server(browser: Browser, country: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with its worker and a country of its own, for a module that writes."""
    folder = tmp_path_factory.mktemp("server")
    with running(copy_database(country, folder / "demo.sqlite"), folder, worker=True) as live:
        yield live


@pytest.fixture(scope="session")
def cookies(browser: Browser, reader: LiveServer, accounts: dict[Role, DemoAccount]) -> dict[Role, Any]:
    """Each role signed in once on the server that is only looked at."""
    states = {}
    for role, account in accounts.items():
        with window(browser, reader.url) as context:
            sign_in(context.new_page(), account.email, account.password)
            states[role] = context.storage_state()
    return states


@pytest.fixture
def windows(browser: Browser, reader: LiveServer, cookies: dict[Role, Any]) -> Windows:
    """Open a window on the server that is only looked at, signed in as a role or as nobody."""

    def opened(role: Role | None = None, **options: Any) -> AbstractContextManager[BrowserContext]:
        if role is not None:
            options["storage_state"] = cookies[role]
        return window(browser, reader.url, **options)

    return opened


@pytest.fixture
def context(browser: Browser, server: LiveServer) -> Iterator[BrowserContext]:
    """A window on the server of this module."""
    with window(browser, server.url) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in that window; the test fails on console, script and server errors."""
    return context.new_page()
