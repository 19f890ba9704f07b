"""How much of the cost on a page comes from bills, as its last lines say it."""

from __future__ import annotations

from collections.abc import Sequence

from auth.permissions import Permission
from portal.components.parts import Text
from portal.formats import percent
from portal.pages.evidence import figure
from portal.pages.page import PageRequest
from portal.texts import say_parts

_MEASURE = "billed_share"
_OF_COST = ("/finops/budget", "/finops/trends", "/finops/governance")
_SUMMARY = "/"


def billed_said(request: PageRequest, path: str) -> Sequence[Sequence[Text]]:
    """Say for a page of cost what part of it bills are; nothing where there are none."""
    scope, reader = request.scope, request.reader
    is_open = scope.measures is None or _MEASURE in scope.measures
    if not (path == _SUMMARY or path.startswith(_OF_COST)) or not is_open:
        return ()
    if not reader.may(Permission.VIEW_COST):
        return ()
    answer = request.ask(_MEASURE, period=request.year_period())
    share = answer.value(_MEASURE)
    if not share:
        return ()
    said = figure(answer, _MEASURE, percent(share))
    if percent(share) == percent(1):
        return (say_parts("{share} of this cost comes from bills.", share=said),)
    return (
        say_parts(
            "{share} of this cost comes from bills, the rest from the MDAs' own summaries.",
            share=said,
        ),
    )
