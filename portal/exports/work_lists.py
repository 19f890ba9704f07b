"""Downloads of the work list of tags as commands."""

from __future__ import annotations

import tempfile
from typing import Final

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from auth.permissions import Permission
from portal.access import require_reader
from portal.asking import BadParameterError
from portal.denials import note_denied
from portal.exports.routes import IN_MEMORY, require_known, send_written
from portal.exports.tag_commands import TOOLS, write_commands
from portal.question_errors import answer_question_errors
from portal.services import services

routes = Blueprint("work_lists", __name__, url_prefix="/export")
answer_question_errors(routes)

MOST_COMMANDS: Final = 50_000
_MOST_AGENCIES = 500


@routes.get("/tag-commands")
def tag_commands() -> ResponseReturnValue:
    """Download commands that would mend the tags of the agencies in scope, the costliest first."""
    require_known({"tool", "agency"})
    tool, agencies = request.args.get("tool", ""), request.args.getlist("agency")
    if tool not in TOOLS:
        raise BadParameterError("tool", f"Choose a tool: {', '.join(TOOLS)}.")
    if len(agencies) > _MOST_AGENCIES or not all(
        one.isascii() and one.isdigit() and len(one) < 10 for one in agencies
    ):
        raise BadParameterError("agency", "An MDA is named by its number.")
    reader = require_reader()
    if not reader.may(Permission.VIEW_GOVERNANCE):
        note_denied(reader, request.path, str(Permission.VIEW_GOVERNANCE))
        abort(404)
    where: dict[str, object] = {"provider": TOOLS[tool]}
    if agencies:
        where["agency_id"] = [int(one) for one in agencies]
    found = services().gateway.rows(
        "fact_tag_finding",
        reader.under(Permission.VIEW_GOVERNANCE).scope,
        where=where,
        limit=MOST_COMMANDS,
        order_by=("-effective_cost_usd",),
    )
    # Closed by the server once the answer is sent.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    for line in write_commands(tool, found.rows):
        file.write(line.encode() + b"\n")
    if found.total > len(found.rows):
        left = found.total - len(found.rows)
        file.write(f"# {left} more are left out: ask for single MDAs.\n".encode())
    return send_written(file, name=f"tags-{tool}", form="sh", count=len(found.rows))
