"""The main steps by keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from service.models.enums import Role
from service.queries.accounts import DemoAccount

pytestmark = pytest.mark.browser
MOST_TABS = 150


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that the focus shows."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            outlined = target.evaluate(
                "e => { const s = getComputedStyle(e); return s.outlineStyle + s.boxShadow; }"
            )
            assert outlined != "nonenone", "the focus cannot be seen"
            return
    raise AssertionError(f"not reached by {MOST_TABS} tabs: {target}")


def test_main_steps_by_keyboard(page: Page, accounts: dict[Role, DemoAccount]) -> None:
    coordinator = accounts[Role.COORDINATOR]
    page.goto("/login")
    form = page.locator(".signin form")
    _tab_to(page, form.get_by_label("Correo electrónico"))
    page.keyboard.type(coordinator.email)
    _tab_to(page, form.get_by_label("Contraseña"))
    page.keyboard.type(coordinator.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(coordinator.territory)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.goto("/")
    _tab_to(page, page.locator("#search"))
    page.keyboard.type("escuela")
    page.keyboard.press("Enter")
    page.wait_for_url("**/buscar?q=escuela")

    page.goto("/establecimientos/")
    _tab_to(page, page.locator("#filter-q"))
    page.keyboard.type("liceo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/establecimientos/?*q=liceo*")
    for name in page.locator("table tbody tr th a").all_inner_texts():
        assert "LICEO" in name

    page.goto("/coordinacion/emparejar?paso=4")
    _tab_to(page, page.get_by_role("button", name="Emparejar"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/coordinacion/corridas/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Corrida")
