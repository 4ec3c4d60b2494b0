"""Data: what is loaded, and the way of a file from upload to applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.forms.imports import (
    MAX_FILES,
    ColumnsForm,
    UploadForm,
    batch_filters,
    field_of,
    sources_for,
)
from service.blueprints.forms.reader import kept_filters
from service.errors import Conflict, InvalidInput
from service.login import current_actor
from service.operations.imports import check_import
from service.operations.imports.columns import (
    OWN_COLUMNS,
    REQUIRED,
    WaitingFile,
    forget_waiting,
    guess_columns,
    set_waiting,
    waiting_file,
    with_columns,
)
from service.permissions import Action, require
from service.queries.import_lists import (
    BatchFilters,
    BatchLine,
    LoadedSource,
    batch_lines,
    loaded_sources,
    waiting_batches,
)
from service.queries.import_pages import (
    OFFICIAL_SOURCES,
    OWN_SOURCES,
)
from service.queries.listing import Listing
from service.web import close_session, database, reading, settings
from service.wording import imports as wording
from service.wording import translated
from service.wording.translating import enumerated

for _filter in (wording.years, wording.size, wording.moment, wording.counted, wording.holding):
    bp.app_template_filter(f"import_{_filter.__name__}")(_filter)

COLUMN_CODES = frozenset({"wrong_file", "missing_column"})


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """What came in, and what is loaded today."""

    filters: BatchFilters
    query: dict[str, str]
    listing: Listing[BatchLine]
    loaded: tuple[LoadedSource, ...]
    waiting: int
    sources: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    allowed: tuple[str, ...]
    lacking: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing has ever come in."""
        return not any(one.holdings for one in self.loaded)


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The form that takes files."""

    official: tuple[str, ...]
    own: tuple[str, ...]
    source: str
    year: str
    max_megabytes: int
    max_files: int
    errors: Mapping[str, str] = field(default_factory=dict)
    busy: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """The form that asks which column is which."""

    waiting: WaitingFile
    columns: tuple[str, ...]
    required: tuple[str, ...]
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@bp.get("/datos")
@login_required
def imports() -> ResponseReturnValue:
    """What is loaded today, and every file that came in."""
    session, actor = reading(), current_actor()
    require(actor, Action.IMPORT_OFFICIAL)
    filters = batch_filters()
    loaded = loaded_sources(session, actor)
    there = {one.source for one in loaded if one.holdings}
    page = ImportsPage(
        filters=filters,
        query=kept_filters(BatchFilters),
        listing=batch_lines(session, filters, actor),
        loaded=loaded,
        waiting=waiting_batches(session, actor),
        sources=tuple(OFFICIAL_SOURCES + OWN_SOURCES),
        steps=wording.STEPS,
        allowed=sources_for(actor),
        lacking=enumerated([translated(title) for name, title, _about in wording.STEPS if name not in there]),
    )
    return render_template("coordination/imports.html", page=page)


@bp.get("/datos/nuevo")
@login_required
def import_new() -> ResponseReturnValue:
    """Choose what to upload."""
    require(current_actor(), Action.IMPORT_OFFICIAL)
    return _upload_page(request.args.get("source", ""))


@bp.post("/datos/nuevo")
@login_required
def import_check() -> ResponseReturnValue:
    """Keep the files and check them; nothing is applied."""
    actor = current_actor()
    require(actor, Action.IMPORT_OFFICIAL)
    source, year = request.form.get("source", ""), request.form.get("year", "")
    try:
        form = UploadForm.from_request(sources_for(actor))
    except InvalidInput as error:
        return _upload_page(source, year, error.fields), error.http_status
    close_session()
    try:
        report = check_import(
            database(),
            form.source,
            form.uploads,
            actor=actor,
            instance=settings().instance,
            year=form.year,
        )
    except Conflict as error:
        return _upload_page(source, year, busy=translated(error.message)), error.http_status
    except InvalidInput as error:
        if error.code in COLUMN_CODES and len(form.uploads) == 1:
            token = set_waiting(settings().instance, form.source, form.year, form.uploads[0], actor)
            if token is not None:
                return redirect(url_for(".import_columns", token=token), 303)
        return _upload_page(source, year, field_of(error)), error.http_status
    return redirect(url_for(".import_show", batch_id=report.batch), 303)


@bp.get("/datos/columnas/<token>")
@login_required
def import_columns(token: str) -> ResponseReturnValue:
    """Ask which column of a list is which."""
    actor = current_actor()
    require(actor, Action.IMPORT_OWN)
    waiting = waiting_file(settings().instance, token, actor)
    guessed = guess_columns(waiting.source, waiting.header)
    return _columns_page(waiting, {name: str(place) for name, place in guessed.items()})


@bp.post("/datos/columnas/<token>")
@login_required
def import_name_columns(token: str) -> ResponseReturnValue:
    """Check the list again with the columns as told."""
    actor = current_actor()
    require(actor, Action.IMPORT_OWN)
    instance = settings().instance
    waiting = waiting_file(instance, token, actor)
    try:
        form = ColumnsForm.from_request(waiting)
        close_session()
        report = check_import(
            database(),
            waiting.source,
            [with_columns(waiting.upload, form.places)],
            actor=actor,
            instance=instance,
            year=waiting.year,
        )
    except InvalidInput as error:
        errors = error.fields or {OWN_COLUMNS[waiting.source][0]: error.message}
        return _columns_page(waiting, request.form, errors), error.http_status
    forget_waiting(instance, token)
    return redirect(url_for(".import_show", batch_id=report.batch), 303)


def _upload_page(source: str, year: str = "", errors: Mapping[str, str] | None = None, busy: str = "") -> str:
    actor = current_actor()
    allowed = sources_for(actor)
    page = UploadPage(
        official=tuple(name for name in OFFICIAL_SOURCES if name in allowed),
        own=tuple(name for name in OWN_SOURCES if name in allowed),
        source=source if source in allowed else "",
        year=year[:10],
        max_megabytes=settings().max_upload_mb,
        max_files=MAX_FILES,
        errors={name: translated(sentence) for name, sentence in (errors or {}).items()},
        busy=busy,
    )
    return render_template("coordination/import_new.html", page=page)


def _columns_page(
    waiting: WaitingFile, values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    page = ColumnsPage(
        waiting=waiting,
        columns=OWN_COLUMNS[waiting.source],
        required=REQUIRED[waiting.source],
        values={name: values.get(name, "") for name in OWN_COLUMNS[waiting.source]},
        errors={name: translated(sentence) for name, sentence in (errors or {}).items()},
    )
    return render_template("coordination/import_columns.html", page=page)
