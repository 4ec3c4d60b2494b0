"""``minga report``: what a minister reads in five minutes."""

import os
from pathlib import Path

import click
from flask import render_template
from flask_babel import force_locale

from service.app import create_app
from service.cli.context import CommandContext, emit, json_option, open_context
from service.cli.groups import MingaGroup
from service.errors import InvalidInput
from service.operations.programme_evidence import refresh_programme, stale_tests
from service.queries.programme_report import programme_report
from service.text import say

KINDS = (".html", ".pdf")
FIXED_HOUR = "315532800"
"""1 January 1980, the earliest that every format can write: https://reproducible-builds.org/specs/source-date-epoch/"""


@click.group("report", cls=MingaGroup)
def report_group() -> None:
    """Documents that stand alone."""


@report_group.command("programme")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.html|OUT.pdf")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@json_option
def programme_report_command(out: Path, language: str, as_json: bool) -> None:
    """Write the report of the programme; the same data give the same bytes."""
    if out.suffix not in KINDS:
        raise InvalidInput(say("El informe se escribe como .html o .pdf, no como «%(name)s».", name=out.name))
    if not out.parent.is_dir():
        raise InvalidInput(say("La carpeta «%(name)s» no existe.", name=str(out.parent)))
    context = open_context()
    with context.database.reading() as session:
        stale = stale_tests(session)
    for test in stale:
        click.echo(f"minga: computing what the programme changed in {test}", err=True)
        refresh_programme(context.database, test)
    with context.database.reading() as session:
        report = programme_report(session)
    page = _written(context, report, language)
    out.write_bytes(page.encode("utf-8") if out.suffix == ".html" else _pdf(page))
    document = {"file": str(out), "digest": report.digest, "tests": [one.test for one in report.evidence]}
    emit(document, as_json, f"Written: {out}")


def _written(context: CommandContext, report: object, language: str) -> str:
    app = create_app(context.settings, context.database)
    with app.test_request_context("/"), force_locale(language):
        return render_template("report/programme.html", report=report, locale=language)


def _pdf(page: str) -> bytes:
    """The page on paper; without clock and random numbers, so that it never differs.

    Raises
    ------
    InvalidInput
        The extra ``report`` or the system library Pango is not installed.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise InvalidInput(
            say(
                "Para el PDF hacen falta WeasyPrint y Pango (pip install minga[report]; apt-get install "
                "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0). El informe .html no los necesita."
            ),
            code="pdf",
        ) from error
    # Where HarfBuzz does not cut the fonts fontTools does, and writes the hour into them.
    os.environ.setdefault("SOURCE_DATE_EPOCH", FIXED_HOUR)
    return bytes(HTML(string=page).write_pdf())
