"""Pictures of the pages for people: ``MINGA_SCREENSHOTS=folder pytest tests/browser -k screenshots``."""

import os
from pathlib import Path

import pytest

from service.models.enums import Role
from tests.browser.addresses import Found
from tests.browser.conftest import Windows
from tests.browser.people import DESKTOP, PHONE

FOLDER = os.environ.get("MINGA_SCREENSHOTS", "")
pytestmark = pytest.mark.browser
PUBLIC = {"public": "/", "login": "/login"}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "anybody")
def test_screenshots(windows: Windows, found: Found, role: Role | None, size: dict[str, int]) -> None:
    folder = Path(FOLDER) / str(size["width"]) / (role.value if role else "anybody")
    folder.mkdir(parents=True, exist_ok=True)
    with windows(role, viewport=size) as context:
        page = context.new_page()
        for name, address in (found.pages[role] if role else PUBLIC).items():
            answer = page.goto(address)
            assert answer is not None
            assert answer.status < 500
            page.screenshot(path=folder / f"{name}.png", full_page=True)
