"""The coordinator's path, from next year's files to published proposals."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.models.enums import Role
from service.queries.accounts import DemoAccount
from tests.browser.conftest import FILES
from tests.browser.next_year import OPENED, RENAMED, next_directory, next_results
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 60_000


def _menu(page: Page, word: str) -> None:
    page.get_by_role("navigation", name="Principal").get_by_role("link", name=word).click()


def _upload(page: Page, source: str, file: Path) -> None:
    _menu(page, "Territorio")
    page.get_by_role("main").get_by_role("link", name="Datos", exact=True).click()
    page.get_by_role("link", name="Cargar datos").click()
    page.get_by_role("radio", name=source).check()
    page.get_by_label("Archivo o archivos").set_input_files(file)
    page.get_by_role("button", name="Revisar archivo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(file.name, timeout=LONG)


def _wait_for_results_of(page: Page, year: int) -> None:
    """The worker computes anew after an import; until then the page tells of the year before."""
    for _ in range(60):
        page.goto("/coordinacion/emparejar")
        newest = page.get_by_label("Con resultados hasta").input_value() == str(year)
        if newest and page.get_by_text("se calcula al emparejar").count() == 0:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no evidence of {year} within half a minute")


def _wait_for_run(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Corrida")
    expect(page.get_by_role("link", name=re.compile(r"^Pares \("))).to_be_visible(timeout=LONG)


def test_from_upload_to_published_proposals(
    page: Page, accounts: dict[Role, DemoAccount], country: Path, tmp_path: Path
) -> None:
    coordinator = accounts[Role.COORDINATOR]
    files = country.parent / FILES
    sign_in(page, coordinator.email, coordinator.password)
    expect(page.get_by_role("heading", level=1)).to_have_text(coordinator.territory)

    _upload(page, "Directorio oficial", next_directory(files, tmp_path))
    for tab, school in (("Abren", OPENED), ("Otro nombre", RENAMED)):
        page.get_by_role("link", name=re.compile(f"^{tab}")).click()
        expect(page.get_by_role("main")).to_contain_text(school)
    page.get_by_role("button", name="Aplicar").click()
    expect(page.get_by_role("status").first).to_contain_text("Aplicada", timeout=LONG)

    _upload(page, "SIMCE", next_results(files, tmp_path))
    page.get_by_role("button", name="Aplicar").click()
    expect(page.get_by_role("status").first).to_contain_text("Aplicada", timeout=LONG)
    _wait_for_results_of(page, 2025)

    _menu(page, "Territorio")
    page.get_by_role("link", name="Escuelas que necesitan apoyo").click()
    page.locator("table tbody tr th a").first.click()
    expect(page.get_by_role("heading", name="Junto a escuelas parecidas")).to_be_visible()
    page.locator("table tbody tr th a").first.click()
    expect(page.get_by_role("heading", name="Sus circunstancias")).to_be_visible()

    _menu(page, "Territorio")
    page.get_by_role("list").get_by_role("link", name="Líderes", exact=True).click()
    page.get_by_role("link", name="Quiénes podrían").click()
    expect(page.locator("table tbody tr").first).to_be_visible()

    _menu(page, "Emparejar")
    page.get_by_role("main").get_by_role("link", name="Emparejar").click()
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_text("escuelas miradas")).to_be_visible(timeout=LONG)
    for step in ("quién ayuda", "cómo se elige", "mirar y empezar"):
        page.get_by_role("button", name=f"Siguiente: {step}").click()
    expect(page.get_by_text("Reparto: el mejor en conjunto.")).to_be_visible()
    page.get_by_role("button", name="Emparejar").click()
    _wait_for_run(page)
    first_run = page.url

    page.get_by_role("link", name="Otros repartos").click()
    expect(page.get_by_role("heading", name="Tres maneras de repartir")).to_be_visible()
    page.get_by_role("link", name="Dónde buscar líderes").click()
    expect(page.locator(".map .leaflet-interactive").first).to_be_visible()
    page.goto(f"{first_run}?view=method")
    page.get_by_role("link", name=re.compile("^Repetir esta corrida")).click()
    expect(page.get_by_text("Sale igual")).to_be_visible()
    page.goto(first_run)

    pair = page.locator("table tbody tr").first
    expect(pair).to_contain_text("km")
    page.get_by_role("link", name=re.compile("^Sin propuesta")).click()
    page.get_by_role("link", name=re.compile("^¿Por qué no ")).first.click()
    expect(page.get_by_role("main")).to_contain_text("No se permite que")
    page.goto(first_run)

    page.get_by_role("button", name=re.compile("^Descartar")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Par descartado")
    page.get_by_role("button", name=re.compile("^Fijar")).last.click()
    expect(page.get_by_role("status").first).to_contain_text("Par fijado")
    page.get_by_role("button", name="Volver a emparejar").click()
    _wait_for_run(page)
    assert page.url != first_run

    _publish(page)


def _publish(page: Page) -> None:
    """Fill what one proposal lacks, then publish those that lack nothing."""
    page.get_by_role("link", name="Revisar y publicar").click()
    publishing = page.url
    for _ in range(6):
        missing = page.get_by_role("link", name="Falta validar el diagnóstico con la escuela")
        if missing.count() == 0:
            break
        missing.first.click()
        page.get_by_text("Registrar una validación").click()
        page.get_by_label("Con quiénes").fill("Directora, jefa de UTP y consejo de profesores")
        page.get_by_role("button", name="Guardar la validación").click()
        expect(page.get_by_role("status").first).to_contain_text("validado con la escuela")
        page.goto(publishing)
    missing = page.get_by_role("link", name=re.compile("consentimiento|formación"))
    if missing.count() and "/lideres/" in (missing.first.get_attribute("href") or ""):
        missing.first.click()
        for label in ("La persona consintió el", "Su sostenedor consintió el", "Hizo la formación el"):
            page.get_by_label(label).fill("2026-03-02")
        page.get_by_label("Fuente").fill("Resolución del servicio")
        page.get_by_role("button", name="Guardar").click()
        page.goto(publishing)
    page.get_by_role("button", name=re.compile("^Publicar")).click()
    expect(page.get_by_role("main")).to_contain_text("se publicó", timeout=LONG)
