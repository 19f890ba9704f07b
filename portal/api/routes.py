"""The API's addresses: the registry, questions to it, and its own description."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from portal.access import require_reader
from portal.api.openapi import describe_api
from portal.asking import read_format, read_question, split_names
from portal.exports.tables import answer_table
from portal.exports.writers import csv_text
from portal.question_errors import answer_question_errors
from portal.scoping import scope_for_measures
from portal.services import services
from warehouse.measures import DIMENSION_NAMES, REGISTRY, Measure
from warehouse.question import Answer

routes = Blueprint("api", __name__, url_prefix="/api/v1")
answer_question_errors(routes)


@routes.get("/measures")
def list_measures() -> ResponseReturnValue:
    """Give the registry: every measure with its meaning and dimensions."""
    found = [_describe(measure) for measure in REGISTRY.values()]
    return jsonify(measures=found, dimensions=list(DIMENSION_NAMES))


@routes.get("/measures/<names>")
def ask(names: str) -> ResponseReturnValue:
    """Answer one measure, or several separated by commas, within the reader's scope."""
    measures = split_names(names)
    form = read_format(request.args, ("json", "csv"))
    question = read_question(request.args, measures)
    scope = scope_for_measures(require_reader().principal, question.measures)
    answer = services().gateway.ask(question, scope)
    if form == "csv":
        return _csv(answer)
    return jsonify(_plain(answer))


@routes.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Describe the API in OpenAPI 3.1."""
    return jsonify(describe_api())


def _describe(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "label": measure.label,
        "term": measure.term,
        "description": measure.description,
        "formula": measure.formula,
        "unit": measure.unit,
        "dimensions": list(measure.dimensions),
        "additivity": measure.additivity,
        "good": measure.good,
        "source": measure.source,
        "group": measure.group,
    }


def _plain(answer: Answer) -> dict[str, Any]:
    asked = answer.question
    return {
        "measures": list(asked.measures),
        "by": list(asked.by),
        "where": {name: list(values) for name, values in asked.where},
        "from": asked.period.start,
        "to": asked.period.end,
        "year": asked.year,
        "currency": asked.currency,
        "rows": [dict(row) for row in answer.rows],
        "reasons": dict(answer.reasons),
        "modelled": sorted(answer.modelled),
        "notes": list(answer.notes),
        "build": {
            "build_id": answer.build.build_id,
            "published_at": answer.build.published_at.isoformat(),
            "data_from": answer.build.data_from,
            "data_to": answer.build.data_to,
        },
    }


def _csv(answer: Answer) -> Response:
    response = Response(csv_text(answer_table(answer, plain_names=True)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="measures.csv"'
    return response
