"""Downloads of lines of bills: as they are shown, or as FOCUS 1.2 to be taken elsewhere."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, copy_current_request_context, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from auth.permissions import Permission
from portal.access import require_reader
from portal.answers import json_error
from portal.asking import BadParameterError, read_format
from portal.denials import note_denied
from portal.download_places import NoPlaceError
from portal.exports.noted import note_export
from portal.exports.routes import require_known, send_stream
from portal.exports.streaming import Stream
from portal.filters import FIELDS, read_filters
from portal.pages.explore.line_question import lines_asked, not_applied
from portal.question_errors import answer_question_errors
from portal.services import services
from warehouse.lines.asking import LineForm
from warehouse.lines.kept import DOWNLOAD_BEGINS, DOWNLOADS

routes = Blueprint("line_exports", __name__, url_prefix="/export")
answer_question_errors(routes)

_FORMS: Final[dict[str, LineForm]] = {
    "csv": "csv",
    "focus-csv": "focus-csv",
    "focus-parquet": "focus-parquet",
}


@routes.get("/lines")
def lines() -> ResponseReturnValue:
    """Download the lines that the filters of the address leave.

    They are sent while the engine still reads: never whole in memory, nor on the disk. That they
    were asked for stands in the trail before a byte is sent, their hash and number after the last.
    """
    require_known(FIELDS | {"format"})
    form = _FORMS[read_format(MultiDict(request.args), tuple(_FORMS))]
    reader = require_reader()
    if not reader.may(Permission.VIEW_COST):
        note_denied(reader, request.path, str(Permission.VIEW_COST))
        abort(404)
    chosen = read_filters(request.query_string.decode("utf-8", "replace"))
    if chosen.problems:
        raise BadParameterError("filter", " ".join(chosen.problems))
    if others := not_applied(chosen):
        raise BadParameterError("filter", f"Lines aren't split by {', '.join(others)}.")
    our = services()
    scope = reader.under(Permission.VIEW_COST).scope
    asked = lines_asked(chosen, chosen.period)
    folder = Path(our.settings.var_dir) / DOWNLOADS
    folder.mkdir(parents=True, exist_ok=True)
    name = "lines" if form == "csv" else "focus-1.2"
    kind = "parquet" if form == "focus-parquet" else "csv"
    query = request.query_string.decode("utf-8", "replace")

    request_id = g.request_id

    @copy_current_request_context
    def ended(count: int | None, digest: str) -> None:
        g.request_id = request_id
        if count is None:
            note_export(reader, f"{name}.{kind}", asked=query, state="broken off")
        else:
            note_export(reader, f"{name}.{kind}", asked=query, rows=count, sha256=digest)

    with ExitStack() as held:
        # Half of the threads at most: the rest answer whoever opens a page meanwhile.
        most = max(1, our.settings.threads // 2)
        held.callback(our.downloads.take(reader.principal.user_id, most=most))
        stream = Stream(
            lambda path: our.gateway.write_lines(asked, scope, form, path),
            folder,
            DOWNLOAD_BEGINS,
            ended,
        )
        # Read by nobody, as where the trail can't be written, its writer would wait for ever.
        held.callback(stream.close)
        note_export(reader, f"{name}.{kind}", asked=query, state="begun")
        answer = send_stream(stream, name=name, form=kind)
        # Also where no byte is asked for, as by HEAD, or the receiver goes away before the first.
        answer.call_on_close(held.pop_all().close)
    return answer


@routes.errorhandler(NoPlaceError)
def _no_place(error: NoPlaceError) -> Response:
    status, code = (429, "too_many_requests") if error.is_own else (503, "not_ready")
    answer = json_error(status, code, str(error))
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer
