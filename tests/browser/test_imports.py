"""A list of one's own, from upload to applied, in a browser without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from service.db import Database
from service.models import Account, Grant, Ownership, School
from service.models.enums import Role
from service.queries.accounts import DemoAccount
from tests.browser.accessibility import overflow
from tests.browser.people import PHONE, sign_in, window
from tests.browser.servers import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def school(country: Path, accounts: dict[Role, DemoAccount]) -> int:
    """The number of a school of the coordinator's territory."""
    database = Database.at(f"sqlite:///{country}")
    with database.reading() as session:
        found = session.scalar(
            select(School.code)
            .join(Ownership, Ownership.school_id == School.id)
            .join(Grant, Grant.service_id == Ownership.service_id)
            .join(Account, Account.id == Grant.account_id)
            .where(Account.email == accounts[Role.COORDINATOR].email, Ownership.end_on.is_(None))
            .order_by(School.code)
        )
    database.engine.dispose()
    assert found is not None
    return found


def test_list_with_other_columns_is_applied_without_script(
    browser: Browser, server: LiveServer, accounts: dict[Role, DemoAccount], school: int, tmp_path: Path
) -> None:
    file = tmp_path / "lista.csv"
    rows = f"RBD;Nombre;Cupos\n{school};Rosa Ñancupil;2\n999999;Nadie Nadie;1\n"
    file.write_text(rows, encoding="cp1252")
    coordinator = accounts[Role.COORDINATOR]
    with window(browser, server.url, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page, coordinator.email, coordinator.password)
        page.goto("/coordinacion/datos")
        page.get_by_role("link", name="Cargar datos").click()
        page.get_by_label("Lista propia de líderes").check()
        page.get_by_label("Archivo o archivos").set_input_files(file)
        page.get_by_role("button", name="Revisar archivo").click()
        assert page.get_by_text("Rosa Ñancupil").is_visible()
        assert overflow(page) == []
        page.get_by_role("button", name="Revisar con estas columnas").click()
        assert "1 fila nueva y 1 rechazada" in page.locator(".lead").inner_text()
        assert overflow(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Descargar las filas rechazadas").click()
        assert "Nadie Nadie" in download.value.path().read_text(encoding="utf-8-sig")
        page.get_by_role("button", name="Aplicar").click()
        assert page.locator(".lead").inner_text().startswith("Se aplicó el")
