"""What axe-core and a narrow window find on a page."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run(document, {resultTypes: ['violations'], elementRef: false})"
OVERFLOW = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && getComputedStyle(e).position !== 'fixed' && !e.closest('.visually-hidden'))
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


def axe_faults(page: Page) -> list[str]:
    """Every violation on the page as it stands; the policy forbids script tags, not this way in."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make setup")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(RUN)
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: "
        + " | ".join(node["html"][:160] for node in fault["nodes"][:3])
        for fault in found["violations"]
    ]


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window; empty if nothing does."""
    width, room = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if width <= room:
        return []
    return [f"{width} px in a window of {room}", *page.evaluate(OVERFLOW)]
