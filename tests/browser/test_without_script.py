"""What matters works without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.models.enums import Role
from service.queries.accounts import DemoAccount
from tests.browser.addresses import Found
from tests.browser.people import window
from tests.browser.servers import LiveServer

pytestmark = pytest.mark.browser
LONG = 60_000


@pytest.fixture
def plain(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """A page in a browser whose owner switched scripts off."""
    with window(browser, server.url, java_script_enabled=False) as context:
        yield context.new_page()


def test_main_steps_without_script(plain: Page, accounts: dict[Role, DemoAccount], found: Found) -> None:
    coordinator = accounts[Role.COORDINATOR]
    plain.goto("/login")
    form = plain.locator(".signin form")
    form.get_by_label("Correo electrónico").fill(coordinator.email)
    form.get_by_label("Contraseña").fill("no es esta")
    form.get_by_role("button", name="Entrar").click()
    expect(plain.get_by_role("main")).to_contain_text("no coinciden")
    form.get_by_label("Contraseña").fill(coordinator.password)
    form.get_by_role("button", name="Entrar").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(coordinator.territory)

    plain.goto("/establecimientos/")
    plain.locator("#filter-q").fill("liceo")
    plain.get_by_role("button", name="Filtrar").click()
    for name in plain.locator("table tbody tr th a").all_inner_texts():
        assert "LICEO" in name

    plain.goto("/lideres/nuevo")
    leader = plain.get_by_role("main").locator("form")
    leader.get_by_label("Nombre").fill("Rosa Prueba")
    leader.get_by_label("RBD de su escuela").fill("1")
    leader.get_by_label("Estado").select_option(index=1)
    leader.get_by_label("Fuente").fill("Una conversación")
    leader.get_by_role("button").last.click()
    expect(plain.locator("[data-error-summary]")).to_be_visible()
    expect(leader.get_by_label("Nombre")).to_have_value("Rosa Prueba")

    plain.goto("/coordinacion/emparejar")
    for step in ("quién ayuda", "cómo se elige", "mirar y empezar"):
        plain.get_by_role("button", name=f"Siguiente: {step}").click()
    plain.get_by_role("button", name="Emparejar").click()
    pairs = plain.get_by_role("link", name="Pares (")
    expect(pairs).to_be_visible(timeout=LONG)

    plain.goto(found.pages[Role.COORDINATOR]["run-publish"])
    plain.locator("main form").get_by_role("button").first.click()
    expect(plain.get_by_role("main")).to_contain_text("se publicó")
