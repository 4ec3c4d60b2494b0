"""A visit is planned on one screen, at the width of a phone and without script; the other side says yes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service import schema
from service.db import Database
from service.models.columns import utc_now
from tests.browser.people import window
from tests.browser.servers import LiveServer, running
from tests.factories.accounts import PASSWORD
from tests.factories.visits import Pair, make_pair

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def pair_and_server(browser: Browser, tmp_path: Path) -> Iterator[tuple[Pair, LiveServer]]:
    """Two schools at work, in a database of their own."""
    file = tmp_path / "minga.sqlite"
    database = Database.at(f"sqlite:///{file}")
    schema.upgrade(database)
    with database.transaction() as session:
        pair = make_pair(session, start_on=(utc_now() - timedelta(days=30)).date())
    with running(file, tmp_path / "instance", worker=False) as server:
        yield pair, server


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    form = page.locator(".signin form")
    form.get_by_label("Correo electrónico").fill(email)
    form.get_by_label("Contraseña").fill(PASSWORD)
    form.get_by_role("button", name="Entrar").click()


def test_a_visit_is_planned_and_agreed_on_a_phone_without_script(
    browser: Browser, pair_and_server: tuple[Pair, LiveServer]
) -> None:
    pair, server = pair_and_server
    visits = f"/acompanamientos/{pair.partnership.id}/visitas"
    plain = {"java_script_enabled": False, "viewport": PHONE}
    with window(browser, server.url, **plain) as context:
        page = context.new_page()
        sign_in(page, pair.leading.email)
        page.goto(visits)
        page.get_by_role("link", name="Planificar una visita").click()
        expect(page.get_by_role("main")).to_contain_text("Estos 3 días les sirven a las dos escuelas.")
        page.get_by_label("¿Para qué?").fill("Ver lectura en voz alta")
        page.get_by_role("button", name="Proponer esta visita").click()
        expect(page.get_by_role("main")).to_contain_text("Falta que la otra escuela conteste.")
    with window(browser, server.url, **plain) as context:
        page = context.new_page()
        sign_in(page, pair.director.email)
        page.goto("/calendario/")
        page.goto(visits)
        page.locator("table tbody th a").first.click()
        page.get_by_role("button", name="Sí, nos sirve").click()
        expect(page.get_by_role("main")).to_contain_text("Está acordada para el")
