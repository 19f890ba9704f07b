"""A page as a PDF: the parts that the screen has, in the reader's own scope, for paper."""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, abort, g, request
from flask.typing import ResponseReturnValue

from portal.access import require_reader
from portal.answers import page_error
from portal.exports.noted import note_export
from portal.exports.routes import require_known
from portal.filters import FIELDS
from portal.formats import moment, month_name, short_build
from portal.pages.frame import whose_at_start
from portal.pages.page import Page, PageRequest
from portal.pages.printing import is_printable
from portal.paper.document import Margins, write_document
from portal.paper.press import Press, PressError, PrintFailedError
from portal.paper.tree import all_within, has_class
from portal.question_errors import answer_question_errors
from portal.router import ask_for, find_page
from portal.services import services
from portal.texts import say, say_known

routes = Blueprint("page_exports", __name__, url_prefix="/export")
answer_question_errors(routes)

LONGEST_PATH: Final = 200

_LOG = structlog.get_logger("portal.exports")
_PRESS: Final = Press()


@routes.get("/page.pdf")
def page() -> ResponseReturnValue:
    """Download the page at ``path``, narrowed by the other parameters, as a PDF.

    A page that has no answer for this reader, an MDA of others among its filters, is not found.
    """
    reader = require_reader()
    require_known(FIELDS | {"path"})
    path = request.args.get("path", "")
    is_path = path.startswith("/") and len(path) <= LONGEST_PATH
    found = find_page(path, reader) if is_path else None
    if found is None or not is_printable(found.path):
        abort(404)
    query = urlencode([(k, v) for k, v in request.args.items(multi=True) if k != "path"])
    asked = ask_for(found, reader, f"?{query}", "light")
    margins = _margins(found, asked)
    built = found.build(asked)
    if not any(has_class(part, "lead") for part in all_within(built)):
        abort(404)
    document = write_document(built, margins)
    try:
        content = _PRESS.print_for(reader.principal.user_id, document)
    except PressError as error:
        return _no_pdf(error, found)
    note_export(
        reader,
        f"{found.path}.pdf",
        path=found.path,
        asked=query,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return _attachment(content, found)


def _margins(page: Page, asked: PageRequest) -> Margins:
    build = asked.build
    address = page.path + asked.filters.to_query()
    return Margins(
        title=say_known(page.title),
        whose=whose_at_start(asked),
        as_of=say(
            "Data to {month}, build {build}",
            month=month_name(build.data_to),
            build=short_build(build.build_id),
        ),
        marking=asked.marking,
        made=say(
            "Made on {moment} for {name}. The same page on screen: {address}",
            moment=moment(services().now()),
            name=asked.reader.name,
            address=address,
        ),
    )


def _no_pdf(error: PressError, page: Page) -> Response:
    said = error.said if isinstance(error, PrintFailedError) else ""
    _LOG.warning("page.not_printed", path=page.path, why=str(error), said=said)
    answer = page_error(503, str(error), g.request_id, back=page.path)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _attachment(content: bytes, page: Page) -> Response:
    """Name the file by the page and the moment; nothing that was sent to us is in its name."""
    name = page.path.strip("/").replace("/", "-") or "summary"
    stamp = f"{services().now():%Y%m%dT%H%M%SZ}"
    answer = Response(content, mimetype="application/pdf")
    filename = f"exchequer-{name}-{stamp}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer
