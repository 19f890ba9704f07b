"""Downloads: the same door as the screen, one audit event each, names made by the server."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection
from typing import IO, Final

from flask import Blueprint, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from auth.permissions import Permission
from portal.access import require_reader
from portal.asking import BadParameterError, read_format, read_question, split_names
from portal.denials import note_denied
from portal.exports.noted import note_export
from portal.exports.streaming import Stream
from portal.exports.tables import ExportTable, answer_table, star_table
from portal.exports.writers import XLSX_MOST_ROWS, write_csv, write_xlsx
from portal.question_errors import answer_question_errors
from portal.scoping import scope_for_measures
from portal.services import services

routes = Blueprint("exports", __name__, url_prefix="/export")
answer_question_errors(routes)

FORMATS: Final = ("csv", "xlsx")
IN_MEMORY: Final = 4 * 1024 * 1024
MOST_VALUES: Final = 500
"""Values that one address may narrow a table to: more than fit in an address."""

_MIME: Final = {
    "csv": "text/csv",
    "sh": "text/x-shellscript",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TAGGING_TABLES: Final = frozenset(
    {"fact_policy_drift", "fact_tag_finding", "fact_tagging_compliance"}
)
_DATA_TABLES: Final = frozenset(
    {
        "bill_conformance",
        "build_info",
        "finding",
        "held_slice",
        "quality_result",
        "quarantined_row",
        "source_count",
        "source_file",
    }
)


@routes.get("/measures")
def measures() -> ResponseReturnValue:
    """Download the answer to a question."""
    arguments = MultiDict(request.args)
    names = tuple(name for text in arguments.poplist("measure") for name in split_names(text))
    form = read_format(arguments, FORMATS)
    question = read_question(arguments, names)
    scope = scope_for_measures(require_reader().principal, question.measures)
    return send_table(answer_table(services().gateway.ask(question, scope)), form)


@routes.get("/table/<name>")
def table(name: str) -> ResponseReturnValue:
    """Download the rows of one table that are in the reader's scope."""
    require_known({"format", "where"})
    form = read_format(request.args, FORMATS)
    permission = _permission_for(name)
    reader = require_reader()
    if not reader.may(permission):
        note_denied(reader, request.path, str(permission))
        abort(404)
    most = XLSX_MOST_ROWS if form == "xlsx" else None
    return send_table(star_table(services(), reader.under(permission), name, _where(), most), form)


def require_known(names: Collection[str]) -> None:
    """Refuse a parameter that isn't known here, whatever its sender hopes that it does."""
    if unknown := sorted(set(request.args).difference(names)):
        raise BadParameterError(unknown[0][:40], f"There is no parameter {unknown[0][:40]!r}.")


def _permission_for(table_name: str) -> Permission:
    if table_name in _DATA_TABLES:
        return Permission.VIEW_DATA
    return Permission.VIEW_GOVERNANCE if table_name in _TAGGING_TABLES else Permission.VIEW_COST


def _where() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    given = request.args.getlist("where")
    if len(given) > MOST_VALUES:
        raise BadParameterError("where", f"Narrow by at most {MOST_VALUES} values.")
    for text in given:
        column, mark, value = text.partition(":")
        if not mark or len(value) > 200:
            raise BadParameterError("where", "Write where as column:value.")
        found.setdefault(column, []).append(value)
    return found


def send_table(content: ExportTable, form: str) -> Response:
    """Write the whole file first, so that its hash stands in the trail before a byte is sent."""
    # Closed by the server once the answer is sent.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    if form == "csv":
        count = write_csv(content, file)
    else:
        count = write_xlsx(content, file, services().settings.marking)
    return send_written(file, name=content.name, form=form, count=count)


def send_written(file: IO[bytes], *, name: str, form: str, count: int) -> Response:
    """Write one audit event about a finished file, then send it under a name of the server's."""
    reader = require_reader()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any IO
    note_export(
        reader,
        f"{name}.{form}",
        asked=request.query_string.decode("utf-8", "replace"),
        rows=count,
        sha256=digest,
    )
    file.seek(0)
    return send_file(
        file,
        mimetype=_MIME[form],
        as_attachment=True,
        download_name=_file_name(name, form),
        etag=False,
        conditional=False,
    )


def send_stream(stream: Stream, *, name: str, form: str) -> Response:
    """Send bytes as they come, under a name of the server's; whoever calls closes the stream.

    HTTP/1.0 has no chunks: there a part ends as the whole does. So the whole is kept first, and
    its length sent before it.
    """
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        file = tempfile.TemporaryFile()  # noqa: SIM115  # the server closes it
        file.writelines(stream)
        length = file.tell()
        file.seek(0)
        answer = send_file(file, mimetype=_MIME[form], etag=False, conditional=False)
        answer.content_length = length
    else:
        # Through a generator: whoever calls closes the stream, and in its own order.
        answer = Response((piece for piece in stream), mimetype=_MIME[form])
    answer.headers.set("Content-Disposition", "attachment", filename=_file_name(name, form))
    return answer


def _file_name(name: str, form: str) -> str:
    return f"exchequer-{name}-{services().now():%Y%m%dT%H%M%SZ}.{form}"
