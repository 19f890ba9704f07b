"""Sets of tags, kept as a JSON object of texts, and keys compared by what they mean."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

_SEPARATORS = r"[\s_.:/%\\-]+"


def pairs_of(tags: ir.StringValue) -> ir.MapValue:
    """Read a JSON object of texts; one that can't be read has no pairs."""
    # JSON of another form, a list or a bare text, would stop the build when it becomes a map.
    tags = ibis.ifelse(tags.strip().startswith("{"), tags, ibis.null("string"))
    return tags.try_cast("json").cast("map<string, string>")


def plain(text: ir.StringValue) -> ir.StringValue:
    """Write a text without capitals, spaces and separators."""
    return text.lower().re_replace(_SEPARATORS, "")
