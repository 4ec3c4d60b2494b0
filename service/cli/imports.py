"""The command that takes official files and our own in."""

from pathlib import Path

import click

from service.cli.context import emit, json_option, open_context, progress_bar
from service.errors import ImportRejected, InvalidInput
from service.imports.reading import MAX_SIZE, MEGABYTE, Upload
from service.imports.registry import SOURCES
from service.operations.imports import Report, run_import
from service.permissions import OPERATOR

SHOWN_ERRORS = 5


@click.command("import")
@click.argument("source", metavar="SOURCE")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--year", type=click.IntRange(1980, 2100), help="Year of the data, if the file does not tell it."
)
@click.option("--dry-run", is_flag=True, help="Report only; the database stays as it is.")
@click.option("--strict", is_flag=True, help="Apply nothing if any row is rejected (exit 2).")
@json_option
def import_command(
    source: str, files: tuple[Path, ...], year: int | None, dry_run: bool, strict: bool, as_json: bool
) -> None:
    """Import FILEs of one SOURCE in one transaction; rejected rows come back as a file."""
    uploads = [_upload(path) for path in files]
    context = open_context()
    with progress_bar(f"import {source}") as progress:
        report = run_import(
            context.database,
            source,
            uploads,
            actor=OPERATOR,
            instance=context.settings.instance,
            year=year,
            dry_run=dry_run,
            strict=strict,
            progress=progress,
        )
    emit(report.as_dict(), as_json, lambda: in_words(report))


import_command.help = f"{import_command.help}\n\nSources: {', '.join(SOURCES)}."


def in_words(report: Report) -> str:
    """The report for a person at a terminal."""
    counts = report.counts
    head = "Ensayo, nada cambió" if report.batch is None else f"Importación {report.batch}"
    lines = [
        f"{head}: {counts['rows']} filas; {counts['created']} nuevas, {counts['updated']} actualizadas, "
        f"{counts['unchanged']} sin cambios, {counts['rejected']} rechazadas."
    ]
    if counts["results"] or counts["absent"]:
        lines.append(f"Cifras publicadas: {counts['results']}; ausentes: {counts['absent']}.")
    kinds = report.as_dict()["changes"]
    if kinds:
        lines.append("Cambios: " + ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds)) + ".")
    lines += [f"Aviso ({one['count']}): {one['message']}" for one in report.warnings]
    lines += [f"{one['file']}, fila {one['row']}: {one['message']}" for one in report.errors[:SHOWN_ERRORS]]
    if report.rejected_file:
        lines.append(f"Filas rechazadas, con su motivo: {report.rejected_file}")
    return "\n".join(lines)


def _upload(path: Path) -> Upload:
    try:
        if path.stat().st_size > MAX_SIZE:
            raise ImportRejected(
                f"{path.name}: pesa más de {MAX_SIZE // MEGABYTE} MB, que es el límite.", code="too_large"
            )
        return Upload(path.name, path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"No se puede leer {path}: {error.strerror}.", code="unreadable") from error
