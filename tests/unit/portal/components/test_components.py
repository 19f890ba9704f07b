import json
from urllib.parse import unquote

from plotly.utils import PlotlyJSONEncoder

from portal.components.cards import chart_card
from portal.components.differences import Difference, differences_list
from portal.components.filter_bar import filter_bar
from portal.components.forms import post_form
from portal.components.kpi import Trace, kpi_card, signed_change
from portal.components.ranking import Ranked, ranked_list
from portal.components.sparkline import draw_sparkline
from portal.components.tables import Column, data_table, pager
from portal.figures.theme import PALETTES
from portal.filters import read_filters
from portal.formats import MINUS


def written(component):
    return json.dumps(component.to_plotly_json(), cls=PlotlyJSONEncoder)


def test_a_missing_figure_is_said_with_its_reason_and_never_zero():
    text = written(kpi_card(label="Against budget", value=None, note="no budget recorded"))
    assert "not available" in text
    assert "no budget recorded" in text


def test_a_card_with_an_address_is_one_link():
    card = kpi_card(label="Spend", value="US$1", href="/finops/budget")
    assert card.children.href == "/finops/budget"


def test_a_change_carries_its_sign_arrow_and_whether_it_is_welcome():
    fall = signed_change(f"{MINUS}1.0 points", "since May", good="low")
    assert (fall.arrow, fall.tone) == ("▼", "good")
    rise = signed_change("+10.0 %", "since May", good="low")
    assert (rise.arrow, rise.tone) == ("▲", "bad")


def test_a_change_of_modelled_figures_is_not_judged():
    assert signed_change("+2.0", "since May", good="high", judged=False).tone == "plain"


def test_what_rounds_to_nothing_has_not_changed_and_shows_no_figure():
    change = signed_change("0.0", "since May", good="high", evidence={"data-figure": "x"})
    assert (change.text, change.arrow, change.evidence) == ("unchanged", "", {})


def test_a_sparkline_is_an_image_in_the_colour_of_its_theme_with_words():
    address = draw_sparkline([1, None, 3, 2], theme="dark")
    assert address.startswith("data:image/svg+xml,")
    assert PALETTES["dark"].series[0] in unquote(address)
    card = kpi_card(label="Spend", value="1", trace=Trace([1, 2], "Monthly spend."))
    assert '"alt": "Monthly spend."' in written(card)


def test_one_point_makes_no_sparkline():
    assert draw_sparkline([None, 4.0], theme="light") == ""


def test_a_chart_says_in_words_what_it_shows_and_marks_modelled_figures_once():
    card = chart_card(
        headline="Latency",
        subtitle="ms",
        figure={"data": [], "layout": {}},
        sentence="Latency rose.",
        notes=("Modelled from utilisation, not measured.",),
        modelled=True,
    )
    text = written(card)
    assert '"aria-label": "Latency rose."' in text
    assert text.count("Modelled from utilisation, not measured") == 1


def test_the_first_cell_of_a_row_heads_it():
    table = data_table(
        caption="MDAs",
        columns=(Column("name", "MDA"), Column("spend", "Spend", numeric=True)),
        rows=[{"name": "Health", "spend": "US$1.00"}],
    )
    text = written(table)
    assert '"scope": "row"' in text
    assert text.count('"scope": "col"') == 2


def test_a_ranking_bar_stays_within_its_track():
    assert "100.0%" in written(ranked_list([Ranked("A", "1", 7.0)]))


def test_differences_share_one_scale_and_are_told_apart_by_their_side_of_zero():
    values = {"A": 0.3, "B": 0.05, "C": -0.1}
    drawn = differences_list([Difference(n, v, f"{v:+}") for n, v in values.items()], limit=0.1)
    bars = [line.children[1].children[0] for line in drawn.children]
    assert [bar.className.removeprefix("difference-bar") for bar in bars] == [
        " above",
        " near",
        "",
    ]
    assert [(bar.style["left"], bar.style["width"]) for bar in bars] == [
        ("25.0%", "75.0%"),
        ("25.0%", "12.5%"),
        ("0.0%", "25.0%"),
    ]


def test_differences_that_are_all_zero_have_bars_of_no_length():
    drawn = differences_list([Difference("A", 0.0, "0.0 %")])
    assert drawn.children[0].children[1].children[0].style["width"] == "0.0%"


def test_a_pager_links_only_pages_that_exist():
    first, last = (
        written(pager(page=page, size=50, total=60, address="/data?page={}".format))
        for page in (1, 2)
    )
    assert "Rows 1 to 50 of 60" in first
    assert "Previous" not in first
    assert "/data?page=2" in first
    assert "Rows 51 to 60 of 60" in last
    assert "/data?page=1" in last
    assert "Next" not in last


def test_the_mda_control_is_absent_without_a_choice_of_mdas():
    bar = written(filter_bar(path="/", filters=read_filters(""), months=["2025-01"]))
    assert "filter-agency" not in bar
    assert "filter-from" in bar


def test_the_bar_counts_what_is_set_and_offers_to_clear_it():
    filters = read_filters("?from=2025-01&agency=1000")
    bar = written(filter_bar(path="/", filters=filters, months=["2025-01"]))
    assert "Filters (2 set)" in bar
    assert "Clear" in bar


def test_several_values_of_one_filter_stay_together_in_its_control():
    filters = read_filters("?agency=10&agency=12")
    bar = written(
        filter_bar(path="/", filters=filters, months=[], agencies=[("10", "A"), ("12", "B")])
    )
    assert '"label": "2 chosen"' in bar
    assert bar.count('"10,12"') == 2
    assert read_filters("?agency=10%2C12").agency == filters.agency


def test_a_filter_without_a_control_here_is_carried_along():
    filters = read_filters("?provider=AWS&provider=GCP&status=Pre&currency=own")
    bar = written(filter_bar(path="/", filters=filters, months=[], more=("currency",)))
    assert '"value": "AWS,GCP"' in bar
    assert '"name": "status"' in bar
    assert bar.count('"name": "currency"') == 1


def test_a_form_that_changes_something_carries_its_token():
    form = post_form(action="/account/password", csrf_token="t0ken", children=[], submit="Go")
    assert form.method == "post"
    assert form.children[0].value == "t0ken"
