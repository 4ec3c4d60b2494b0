"""Who looks at the pages, and the browser window of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
REFUSED_FORM = "Failed to load resource: the server responded with a status of 4"
"""Chromium writes this for a page that answers 403, 404 or 422; such pages are meant to be seen."""


@dataclass
class Watch:
    """What must not happen while a page is looked at: console errors (breaches of the CSP show
    there), script errors, server errors, missing pictures or scripts."""

    faults: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a window."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED_FORM):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        if response.status >= (500 if document else 400):
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def window(browser: Browser, url: str, **options: Any) -> Iterator[BrowserContext]:
    """Open a window on a server; closing it fails the test if anything went wrong inside."""
    watch = Watch()
    context = browser.new_context(base_url=url, **{"viewport": DESKTOP, "locale": "es-CL", **options})
    context.set_default_timeout(15_000)
    watch.follow(context)
    try:
        yield context
    finally:
        context.close()
    assert watch.faults == []


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/login")
    form = page.locator(".signin form")
    form.get_by_label("Correo electrónico").fill(email)
    form.get_by_label("Contraseña").fill(password)
    form.get_by_role("button", name="Entrar").click()
    page.locator("header .menu").wait_for()
