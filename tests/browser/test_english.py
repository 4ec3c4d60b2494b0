"""The pages in English: no Spanish is left in their headings, buttons and labels."""

import re

import pytest
from playwright.sync_api import Page, expect

from service.models.enums import Role
from service.queries.accounts import DemoAccount
from tests.browser.addresses import Found
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser
SHOUTED = re.compile(r"\b[A-ZÁÉÍÓÚÑÜ0-9-]{2,}\b")
SPANISH = re.compile(
    r"\b(de|del|la|las|los|el|que|para|con|una|sin|según|por|en|su|escuelas?|resultados|cómo|quién|qué"
    r"|líder(es)?|buscar|guardar|ver|todos|todas|ninguna)\b",
    re.IGNORECASE,
)
TEXTS = "h1, h2, h3, button, label, legend, summary, caption, th[scope=col], nav a, .btn, .lead, .badge-state"
PLACES = ("schools", "school", "need", "leaders", "leaders-suggested", "run-new", "run", "run-without")
MORE = ("run-method", "run-why-pair", "run-publish", "imports", "import-new", "import", "leader-new", "home")


def test_pages_in_english(page: Page, accounts: dict[Role, DemoAccount], found: Found) -> None:
    coordinator = accounts[Role.COORDINATOR]
    sign_in(page, coordinator.email, coordinator.password)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    names = {*coordinator.territory.split(), *coordinator.name.split()}
    left = []
    for place in (*PLACES, *MORE):
        page.goto(found.pages[Role.COORDINATOR][place])
        for text in page.locator(TEXTS).all_inner_texts():
            words = SHOUTED.sub("", " ".join(word for word in text.split() if word not in names))
            if SPANISH.search(words):
                left.append(f"{place}: {text}")
    assert not left, "\n".join(dict.fromkeys(left))
