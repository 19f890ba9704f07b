"""What a pivot's workbook says about itself, for whoever reads it later and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from portal.dimension_names import dimension_name
from portal.exports.pivot_content import Workbook
from portal.exports.tables import build_facts
from portal.pivot.elsewhere import command_line
from warehouse.measures import REGISTRY

_AS_A_WHOLE = (
    "Cells of the sheet Pivot are formulas over the sheet Data wherever these give the figure that "
    "the portal answered; each was compared when this file was made. Cells in italics are values "
    "as answered: they don't follow from adding rows up. The grey numbers tell the formulas which "
    "rows of Data belong to which line and column."
)
_HEAVY = (
    "This pivot is large, so all its cells are values: formulas over so many rows would keep a "
    "spreadsheet waiting."
)


def about(made: Workbook, how: Mapping[str, str]) -> list[tuple[str, str]]:
    """List names and texts: the question, its scope, as of when, and how each measure is made."""
    plan, answer = made.pivot.plan, made.answer
    rows = ", ".join(dimension_name(name) for name in plan.by) or "none"
    facts = [
        ("Marking", made.marking),
        ("Question", "; ".join(REGISTRY[name].label for name in plan.measures)),
        ("Rows", rows),
        ("Columns", dimension_name(plan.across) if plan.across else "none"),
        ("Of whom", made.whose),
        ("From", plan.period.start or "the first month"),
        ("To", plan.period.end or "the last month"),
        ("Year", plan.year),
        ("Currency", "each MDA's own" if plan.is_own_currency else "USD"),
        ("Filters", "; ".join(f"{k} = {', '.join(v)}" for k, v in plan.where) or "none"),
        ("The same on the portal", made.address),
        ("The same on the console", command_line(answer.question)),
        *build_facts(answer.build),
        ("How cells are made", _AS_A_WHOLE if made.is_light else _HEAVY),
    ]
    for name in made.measures:
        measure = REGISTRY[name]
        meaning = f"{measure.description} {measure.term}: {measure.formula}. {measure.additivity}."
        cells = how.get(name, "in the sheet Data only, for the formulas of a ratio")
        facts.append((measure.label, f"{meaning} Cells: {cells}. Source: {measure.source}."))
    modelled = sorted(REGISTRY[name].label for name in made.pivot.modelled)
    facts.append(("Modelled, not measured", ", ".join(modelled) or "nothing"))
    facts += [("Note", note) for note in made.pivot.notes]
    facts += [(f"Missing: {REGISTRY[name].label}", why) for name, why in made.pivot.reasons.items()]
    facts += [("Left out", problem) for problem in plan.problems]
    return facts
