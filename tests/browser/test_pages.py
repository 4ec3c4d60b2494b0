"""Every page of every role: no breach of accessibility, nothing wider than its window."""

import pytest

from service.models.enums import Role
from tests.browser.accessibility import axe_faults, overflow
from tests.browser.conftest import Windows
from tests.browser.people import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("address", ["/", "/login", "/nada"])
def test_public_page_is_accessible_and_fits(windows: Windows, address: str, viewport: dict) -> None:
    with windows(viewport=viewport) as context:
        page = context.new_page()
        page.goto(address)
        assert axe_faults(page) == []
        assert overflow(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("role", list(Role))
def test_first_page_is_accessible_and_fits(windows: Windows, role: Role, viewport: dict) -> None:
    with windows(role, viewport=viewport) as context:
        page = context.new_page()
        page.goto("/")
        assert axe_faults(page) == []
        assert overflow(page) == []
