"""Who bears what no account's owner does: tag rules first, then rules for shared cost.

A rule that splits never makes or loses a millionth: each agency gets what is left between two
rounded running totals, and the last running total is the whole.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.feeds.shared_by import DIRECT
from warehouse.transforms.exact import (
    PLACES,
    WORK_PLACES,
    Pair,
    add_products,
    add_quotients,
    as_decimal,
    number,
)
from warehouse.transforms.joining import add_columns
from warehouse.transforms.shared_by import build_known
from warehouse.transforms.tag_pairs import pairs_of, plain

ANY = "*"
EVERY_AGENCY = 0
"""The agency of a rule that stands for every agency billed directly."""

_RULE = ("rule", "valid_from")
_SUBJECT = ("provider", "account_id", "service_name", "month")
_SPLIT = (*_RULE, "month", "currency")
_HOW = ("method", "measure")
_OF = ("measure", "month", "currency")


def build_tag_bearers(unowned: ir.Table, rules: ir.Table, agencies: ir.Table) -> ir.Table:
    """Build who bears each set of ``tags`` in each month, by the first rule that one of them meets.

    ``unowned`` has tags (a JSON object as text) and month. Keys and values are compared without
    capitals, spaces and separators: ``Cost Center`` and ``cost_center`` are one key.
    """
    sets = unowned.filter(unowned.tags.notnull()).select("tags", "month").distinct()
    found = sets.select("tags").distinct().mutate(pairs=lambda t: pairs_of(t.tags))
    entries = found.mutate(tag=found.pairs.keys().unnest())
    entries = entries.filter(entries.tag.notnull())
    entries = entries.select(
        entry_tags="tags", key=plain(entries.tag), value=plain(entries.pairs.get(entries.tag))
    )
    known = rules.semi_join(agencies, "agency_id").select(
        "rule",
        "priority",
        "valid_from",
        "valid_to",
        rule_key=plain(rules.tag_key),
        pattern=plain(rules.value_pattern).replace(ANY, "%"),
        tagged=rules.agency_id,
    )
    met = entries.join(known, [entries.key == known.rule_key, entries.value.like(known.pattern)])
    dated = sets.join(
        met,
        [
            met.entry_tags == sets.tags,
            met.valid_from <= sets.month,
            met.valid_to.isnull() | (met.valid_to >= sets.month),
        ],
    )
    rank = ibis.row_number().over(
        group_by=[dated.tags, dated.month], order_by=[dated.priority, dated.rule, dated.valid_from]
    )
    first = dated.mutate(rank=rank).filter(lambda t: t["rank"] == 0)
    return first.select("tags", "month", "tagged")


def build_shared_rules(shared: ir.Table, rules: ir.Table) -> ir.Table:
    """Build which rule splits the cost of each account and service in each month."""
    subjects = shared.select(*_SUBJECT).distinct()
    heads = rules.select(
        *_RULE,
        "priority",
        "valid_to",
        "method",
        measure=rules.measure.fill_null(DIRECT),
        of_provider="provider",
        of_account="account_id",
        of_service="service_name",
    ).distinct()
    dated = subjects.join(
        heads,
        [
            heads.of_provider.isin([ANY]) | (heads.of_provider == subjects.provider),
            heads.of_account.isin([ANY]) | (heads.of_account == subjects.account_id),
            heads.of_service.isin([ANY]) | (heads.of_service == subjects.service_name),
            heads.valid_from <= subjects.month,
            heads.valid_to.isnull() | (heads.valid_to >= subjects.month),
        ],
    )
    rank = ibis.row_number().over(
        group_by=[dated[name] for name in _SUBJECT],
        order_by=[dated.priority, dated.rule, dated.valid_from.desc(), dated.method, dated.measure],
    )
    first = dated.mutate(rank=rank).filter(lambda t: t["rank"] == 0)
    return first.select(*_SUBJECT, *_RULE, "method", "measure")


def with_rules(shared: ir.Table, matched: ir.Table) -> ir.Table:
    """Add the rule that splits each charge, empty where none does."""
    return add_columns(shared, matched, *_SUBJECT)


def build_shares(
    shared: ir.Table, direct: ir.Table, recorded: ir.Table, rules: ir.Table, agencies: ir.Table
) -> ir.Table:
    """Build what part each agency bears of what a rule splits, by month and currency.

    ``shared`` has the columns of a rule's subject with the rule; ``direct`` is what agencies are
    billed directly, ``recorded`` what else is known of each before. Parts are running totals: the
    agency's begins at ``part_start`` and ends at ``part_end``, each 0 to 1.
    """
    ruled = shared.filter(shared.rule.notnull())
    splits = ruled.select(*_SPLIT, *_HOW).distinct()
    known = build_known(splits, direct, recorded).rename(member="agency_id")
    members = rules.select(*_RULE, "share", member="agency_id").distinct()
    named = members.filter(members.member != EVERY_AGENCY)
    named = named.semi_join(agencies, named.member == agencies.agency_id)
    by_name = splits.join(named, list(_RULE))
    every = splits.semi_join(members.filter(members.member == EVERY_AGENCY), list(_RULE))
    by_measure = every.join(
        known.semi_join(agencies, known.member == agencies.agency_id), list(_OF)
    )
    by_measure = by_measure.select(
        *_SPLIT, *_HOW, share=ibis.null(members.share.type()), member=by_measure.member
    )
    listed = by_name.select(*_SPLIT, *_HOW, "share", "member").union(by_measure)
    # Who is named and billed directly besides is still one agency.
    listed = listed.group_by(*_SPLIT, *_HOW, "member").aggregate(share=listed.share.max())
    weighed = add_columns(listed, known, "member", *_OF)
    weight = ibis.cases(
        (weighed.method == "fixed", as_decimal(weighed.share, 28, WORK_PLACES)),
        (weighed.method == "even", as_decimal(number("1"), 28, WORK_PLACES)),
        else_=weighed.value,
    )
    weighed = weighed.mutate(weight=weight).filter(lambda t: t.weight > 0)
    return _running(weighed)


def build_cuts(shared: ir.Table, shares: ir.Table) -> ir.Table:
    """Build one row for each who bears a part of a shared charge, from where to where it reaches.

    ``shared`` has the rule of each charge, empty where none applies. What no share reaches is
    borne by nobody.
    """
    columns = [name for name in shared.columns if name not in {*_RULE, *_HOW}]
    joined = shared.join(shares, list(_SPLIT))
    parts = joined.mutate(
        agency_id=joined.member,
        attribution=ibis.literal("allocated"),
        cut_start=joined.part_start,
        cut_end=joined.part_end,
    )
    one = as_decimal(number("1"), 28, WORK_PLACES)
    nothing = as_decimal(number("0"), 28, WORK_PLACES)
    ends = shares.group_by(*_SPLIT).aggregate(last_end=shares.part_end.max())
    left = add_columns(shared, ends, *_SPLIT)
    left = left.mutate(
        cut_start=as_decimal(left.last_end.fill_null(nothing), 28, WORK_PLACES), cut_end=one
    )
    left = left.filter(left.cut_start < one)
    columns += ["cut_start", "cut_end"]
    return parts.select(*columns).union(left.select(*columns))


def build_parts(cuts: ir.Table, amounts: tuple[str, ...]) -> ir.Table:
    """Build what lies between the two running totals of each cut."""
    pairs: dict[str, Pair] = {}
    for name in amounts:
        pairs[f"{name}_start"] = (cuts.cut_start, cuts[name])
        pairs[f"{name}_end"] = (cuts.cut_end, cuts[name])
    lines = as_decimal(cuts.line_count, 18, 0)
    rows = cuts.mutate(
        lines_start=_floored(lines, cuts.cut_start), lines_end=_floored(lines, cuts.cut_end)
    )
    rows = add_products(rows, PLACES, **pairs)
    return rows.mutate(
        line_count=rows.lines_end - rows.lines_start,
        **{name: as_decimal(rows[f"{name}_end"] - rows[f"{name}_start"]) for name in amounts},
    )


def _running(weighed: ir.Table) -> ir.Table:
    group = [weighed[name] for name in _SPLIT]
    whole = as_decimal(weighed.weight.sum().over(group_by=group), 28, WORK_PLACES)
    so_far = weighed.weight.sum().over(
        ibis.cumulative_window(group_by=group, order_by=weighed.member)
    )
    running = weighed.mutate(
        so_far=as_decimal(so_far, 28, WORK_PLACES),
        whole=as_decimal(ibis.greatest(whole, _least_whole(weighed)), 28, WORK_PLACES),
    )
    running = running.mutate(before=as_decimal(running.so_far - running.weight, 28, WORK_PLACES))
    running = add_quotients(
        running,
        WORK_PLACES,
        part_start=(running.before, running.whole),
        part_end=(running.so_far, running.whole),
    )
    return running.select(*_SPLIT, "member", "part_start", "part_end")


def _least_whole(weighed: ir.Table) -> ir.DecimalValue:
    """Measure fixed shares against one, so that those of less leave a rest."""
    least = ibis.ifelse(weighed.method == "fixed", number("1"), number("0"))
    return as_decimal(least, 28, WORK_PLACES)


def _floored(lines: ir.DecimalValue, part: ir.DecimalValue) -> ir.IntegerValue:
    return as_decimal(lines * part, 38, WORK_PLACES).floor().cast("int64")
