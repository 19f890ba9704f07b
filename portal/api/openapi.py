"""Describe the API in OpenAPI 3.1, from the same declarations that answer it."""

from __future__ import annotations

from typing import Any, Final

from portal.asking import MOST_WHATIF
from warehouse.measures import DIMENSION_NAMES, REGISTRY
from warehouse.question import ACCEPTED

_MONTH: Final = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "example": "2025-01"}

_ERRORS: Final = {
    "400": "A parameter can't be read.",
    "401": "Nobody is signed in.",
    "403": "The reader may not see this measure.",
    "404": "A measure or a value is unknown, or not for this reader: both alike.",
    "422": "A measure lacks the dimension; those it has are listed.",
    "503": "No figures are published yet.",
}


def describe_api() -> dict[str, Any]:
    """Give the whole description as JSON-ready objects."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Exchequer",
            "version": "1",
            "description": "Measures of a government's cloud services, within the reader's scope. "
            "No period means all data. Ratios are 0 to 1; what can't be known is null, and "
            "`reasons` says why.",
        },
        "security": [{"token": []}, {"cookie": []}],
        "paths": {
            "/api/v1/measures": {
                "get": _operation("listMeasures", "The registry of measures", [], "Registry")
            },
            "/api/v1/measures/{names}": {
                "get": _operation("ask", "Ask for measures", _parameters(), "Answer")
            },
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-exchequer"},
            },
            "schemas": _schemas(),
        },
    }


def _operation(
    identifier: str, summary: str, parameters: list[dict[str, Any]], schema: str
) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if schema == "Answer":
        content["text/csv"] = {"schema": {"type": "string"}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "operationId": identifier,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "Answered.", "content": content},
            **{code: {"description": said, "content": error} for code, said in _ERRORS.items()},
        },
    }


def _parameters() -> list[dict[str, Any]]:
    return [
        {
            "name": "names",
            "in": "path",
            "required": True,
            "description": f"Measures, separated by commas: {', '.join(REGISTRY)}.",
            "schema": {"type": "string"},
        },
        _query("by", "Dimensions to split by, separated by commas.", {"type": "string"}),
        _query(
            "where",
            "Filter, `dimension:value` or `dimension=value`; repeat it for several. Values of one "
            "dimension are alternatives.",
            {"type": "array", "items": {"type": "string"}},
        ),
        *(
            _query(name, f"Filter on {name}; values separated by commas.", {"type": "string"})
            for name in DIMENSION_NAMES
            if name not in {"year", "currency"}
        ),
        _query("from", "First month.", _MONTH),
        _query("to", "Last month, included.", _MONTH),
        _query(
            "against",
            "The period that measures of a change compare with, `2025-01..2025-03` or one month. "
            "Unsaid, it is the equally long one just before.",
            {
                "type": "string",
                "pattern": r"^\d{4}-\d{2}(\.\.\d{4}-\d{2})?$",
                "example": "2025-01..2025-03",
            },
        ),
        _query("year", "What a year is.", {"type": "string", "enum": ["calendar", "fiscal"]}),
        _query("currency", "Currency of money.", {"type": "string", "enum": ["USD", "own"]}),
        _query(
            "whatif",
            "By what what-if measures move what is ahead: a per cent such as -5, or `accepted` "
            "for what accepted recommendations are estimated to save a month.",
            {
                "oneOf": [
                    {"type": "number", "minimum": -MOST_WHATIF, "maximum": MOST_WHATIF},
                    {"type": "string", "enum": [ACCEPTED]},
                ]
            },
        ),
        _query("format", "Form of the answer.", {"type": "string", "enum": ["json", "csv"]}),
    ]


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _schemas() -> dict[str, Any]:
    return {
        "Registry": {
            "type": "object",
            "properties": {
                "measures": {"type": "array", "items": {"type": "object"}},
                "dimensions": {"type": "array", "items": {"type": "string"}},
            },
        },
        "Answer": {
            "type": "object",
            "required": ["rows", "build"],
            "properties": {
                "rows": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "A dimension under its name as its identifier, its label under "
                    "`<dimension>_name`, each measure under its name as a number or null.",
                },
                "reasons": {"type": "object"},
                "modelled": {"type": "array", "items": {"type": "string"}},
                "notes": {"type": "array", "items": {"type": "string"}},
                "build": {"type": "object"},
            },
        },
        "Error": {
            "type": "object",
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                }
            },
        },
    }
