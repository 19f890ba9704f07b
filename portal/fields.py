"""Read the fields of a form: those that were declared, once each, bounded; no others."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from flask import abort, request

from portal.access import require_reader
from portal.security.form_tokens import FIELD, is_session_token
from portal.texts import say

LONGEST_FIELD = 2_000
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that neither a database nor a workbook keeps; nobody types them."""
_AMOUNT: Final = re.compile(r"[-+]?[0-9]{1,16}(\.[0-9]{1,12})?")
"""What the records keep of a number, see ``Precise``; an exponent could stand for a gigabyte."""


def read_fields(
    *names: str, optional: tuple[str, ...] = (), longest: int = LONGEST_FIELD
) -> dict[str, str]:
    """Give the form's fields, or answer 400 for an unknown, doubled, missing or endless one."""
    known = {*names, *optional, FIELD}
    given = request.form.to_dict(flat=False)
    if unknown := sorted(set(given) - known):
        abort(400, f"The form has a field that isn't known here: {unknown[0][:60]!r}.")
    if missing := sorted(set(names) - set(given)):
        abort(400, f"The form lacks the field {missing[0]!r}.")
    if any(len(values) != 1 or len(values[0]) > longest for values in given.values()):
        abort(400, "A field of the form is given twice, or is too long.")
    return {name: values[0] for name, values in given.items()}


def read_file(name: str, largest: int) -> bytes:
    """Give the one file of a form, or answer 400; 413 where it is larger than so many bytes."""
    given = [file for key in request.files for file in request.files.getlist(key)]
    if len(given) != 1 or name not in request.files or not given[0].filename:
        abort(400, f"The form takes one file, as {name!r}.")
    content = given[0].stream.read(largest + 1)
    if len(content) > largest:
        abort(413, f"The file is larger than {largest:,} bytes.")
    return content


def read_own_fields(
    *names: str, optional: tuple[str, ...] = (), longest: int = LONGEST_FIELD
) -> dict[str, str]:
    """Give the fields of a form that one of the reader's own pages sent, or answer 403."""
    fields = read_fields(*names, optional=optional, longest=longest)
    secret = require_reader().principal.csrf_secret
    if not is_session_token(secret, fields.pop(FIELD, "")):
        abort(403, "This form is out of date. Open its page again and repeat what you did.")
    if any(map(_UNWRITABLE.search, fields.values())):
        abort(400, "A field of the form holds a character that can't be kept; type it again.")
    return fields


def read_amount(text: str) -> Decimal | None:
    """Read a number as people write it, ``-12.5`` or ``15,000``; None for anything else."""
    plain = text.replace(",", "").replace("\u2212", "-").strip()
    return Decimal(plain) if _AMOUNT.fullmatch(plain) else None


def read_day(text: str) -> date | None:
    """Read a day as forms send it, None where it was left empty; 422 for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(422, say("Write the day as YYYY-MM-DD."))
