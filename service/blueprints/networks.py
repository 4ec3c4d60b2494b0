"""Networks: the graph of support of a territory."""

from datetime import date

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.errors import NotFound
from service.login import current_actor
from service.models.columns import local_today
from service.operations import support_pages
from service.text import say
from service.web import reading

bp = Blueprint("networks", __name__, url_prefix="/redes")

GRAPH_FILES = {
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv; charset=utf-8",
    "escuelas": "text/csv; charset=utf-8",
}


@bp.get("/apoyos")
@login_required
def graph() -> ResponseReturnValue:
    """Who supports whom in a territory, on a day: the sentence, the picture, the table."""
    asked = request.args
    page = support_pages.support_page(
        reading(),
        current_actor(),
        territory=asked.get("territory", ""),
        day=_day(),
        school=asked.get("school", ""),
        leaving=asked.get("leaving", ""),
    )
    return render_template("networks/graph.html", page=page)


@bp.get("/apoyos/escuela/<code>")
@login_required
def graph_school(code: str) -> ResponseReturnValue:
    """One school of the graph, to be shown beside it."""
    page = support_pages.school_beside(
        reading(), current_actor(), territory=request.args.get("territory", ""), day=_day(), school=code
    )
    return render_template("networks/graph_school.html", page=page)


@bp.get("/apoyos/datos.json")
@login_required
def graph_data() -> ResponseReturnValue:
    """Schools, places and ties with their days, for the picture that moves."""
    found = support_pages.support_picture(reading(), current_actor(), request.args.get("territory", ""))
    return jsonify(found)


@bp.get("/apoyos/dibujo.svg")
@login_required
def graph_drawing() -> ResponseReturnValue:
    """The picture of a day, which stands still."""
    found = support_pages.support_drawing(
        reading(), current_actor(), request.args.get("territory", ""), _day()
    )
    return Response(render_template("networks/graph.svg", drawing=found), content_type="image/svg+xml")


@bp.get("/apoyos/series.csv")
@login_required
def graph_series() -> ResponseReturnValue:
    """Every figure of each month, one a row: day, metric, value; an empty cell where it is not defined."""
    territory = request.args.get("territory", "")
    rows = support_pages.support_rows(reading(), current_actor(), territory, _day())
    lines = [
        f"{day.isoformat()},{metric},{'' if value is None else f'{value:.10g}'}"
        for day, metric, value in rows
    ]
    answer = Response("\n".join(["on,metric,value", *lines, ""]), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="red-series.csv"'
    return answer


@bp.get("/apoyos/exportar.<kind>")
@login_required
def graph_export(kind: str) -> ResponseReturnValue:
    """Every tie with its days, for Gephi and other programs; ``escuelas`` are the schools."""
    if kind not in GRAPH_FILES:
        raise NotFound(say("La red se entrega como graphml, gexf o csv."))
    data = support_pages.support_file(reading(), current_actor(), request.args.get("territory", ""), kind)
    answer = Response(data, content_type=GRAPH_FILES[kind])
    name = "red-escuelas.csv" if kind == "escuelas" else f"red.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _day() -> date:
    """The day asked for; today where none, or none that can be understood, is given."""
    return FieldReader(request.args).day("at", required=False) or local_today()
