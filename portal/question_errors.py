"""Answer what can't be asked, in the API's one shape."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.answers import json_error
from portal.asking import BadParameterError
from warehouse.errors import (
    BadPeriodError,
    NoSuchTableError,
    NotInScopeError,
    QuestionError,
    TooMuchError,
    UnknownDimensionError,
    UnknownMeasureError,
    UnknownValueError,
)


def answer_question_errors(blueprint: Blueprint) -> None:
    """Have the blueprint's routes answer errors of a question; the subclass decides the code."""
    blueprint.register_error_handler(BadParameterError, _bad_parameter)
    blueprint.register_error_handler(QuestionError, _bad_question)


def _bad_parameter(error: BadParameterError) -> Response:
    return json_error(400, "bad_parameter", str(error), parameter=error.name)


def _bad_question(error: QuestionError) -> Response:
    match error:
        case UnknownMeasureError():
            near = list(error.near)
            return json_error(404, "unknown_measure", str(error), measure=error.name, near=near)
        case UnknownDimensionError():
            return json_error(
                422,
                "unknown_dimension",
                str(error),
                measure=error.measure,
                dimension=error.dimension,
                available=list(error.available),
            )
        case UnknownValueError():
            # The value is left out: foreign and unknown answer alike to the byte.
            message = f"No such {error.dimension} is known here."
            return json_error(404, "unknown_value", message, dimension=error.dimension)
        case NotInScopeError():
            return json_error(403, "not_permitted", str(error), measure=error.measure)
        case NoSuchTableError():
            return json_error(404, "unknown_table", str(error))
        case TooMuchError():
            return json_error(422, "too_much", str(error))
        case BadPeriodError():
            return json_error(400, "bad_period", str(error))
    return json_error(422, "bad_question", str(error))
