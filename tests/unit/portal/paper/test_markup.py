"""A page's components as HTML for paper: nothing to click, nothing lost that is to be read."""

from __future__ import annotations

import dash_bootstrap_components as dbc

from portal.components import html
from portal.components.cards import chart_card, grid
from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.components.tables import Column, data_table, view_as_table
from portal.figures.bars import draw_rate_bars
from portal.paper.document import Margins, write_document
from portal.paper.markup import write_markup

MARGINS = Margins("Budget", "A <b>ministry</b>", "Data to October 2026", 'OFFICIAL"', "Made today.")


def written(*children: object) -> str:
    return write_markup(html.Div(list(children)), width=688).body


def table(rows: int = 2, columns: int = 2) -> object:
    named = [Column(f"c{at}", f"Title {at}") for at in range(columns)]
    return data_table(
        caption="By month",
        columns=named,
        rows=[{column.key: f"r{row}" for column in named} for row in range(rows)],
    )


def a_chart(table_behind: object) -> object:
    figure = draw_rate_bars(months=["2025-01"], rates=[0.1], name="Rate", theme="light")
    return chart_card(
        headline="Rates rose",
        subtitle="Rate",
        figure=figure,
        sentence="Rates rose to 10 %.",
        table=view_as_table(table=table_behind, row_count=2),
        downloads=[html.A("CSV", href="/export/x", download="")],
        span=8,
    )


def test_text_and_attributes_are_escaped() -> None:
    text = written(html.P("<script>alert(1)</script>"), html.Div("x", className='a"><script>'))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_what_can_only_be_clicked_is_left_out() -> None:
    text = written(
        html.Form([dbc.Select(id="s", options=[]), html.Button("Apply")], className="filters"),
        html.Nav("Summary / Budget"),
        html.Ul(html.Li(html.A("Quality", href="/data")), className="tabs"),
        html.P(html.A("All measures", href="/data")),
        html.A("Show", href="/", className="button"),
        dbc.Input(type="hidden", value="s3cret"),
    )
    assert text == "<div></div>"


def test_a_link_in_a_text_stays_as_text_without_its_address() -> None:
    text = written(html.P(["See ", html.A("Ministry of Health", href="/?agency=10"), "."]))
    assert text == "<div><p>See <span>Ministry of Health</span>.</p></div>"


def test_only_sizes_of_bars_are_kept_of_styles_and_no_evidence() -> None:
    bar = html.Span(style={"width": "12.0%", "background": "url(https://x.example)"})
    text = written(bar, html.Span("1", **{"data-question": "measure=x"}))
    assert text == '<div><span style="width:12.0%"></span><span>1</span></div>'


def test_a_chart_is_drawn_with_its_sentence_and_its_table_goes_to_the_annex() -> None:
    found = write_markup(grid([a_chart(table())]), width=688)
    assert "<title>Rates rose to 10 %.</title>" in found.body
    assert 'href="#table-1"' in found.body
    assert "CSV" not in found.body
    assert "<table" not in found.body
    assert [part.headline for part in found.annex] == ["Rates rose"]
    assert '<th class="" scope="col">' not in found.annex[0].markup
    assert '<th scope="col">Title 0</th>' in found.annex[0].markup
    assert ">By month</caption>" in found.annex[0].markup


def test_a_sparkline_stays_and_an_image_from_elsewhere_does_not() -> None:
    card = kpi_card(label="Spend", value="1", trace=Trace([1, 2, 3], "It rose."), href="/finops")
    text = written(kpi_row([card]), html.Img(src="https://x.example/pixel.gif", alt="x"))
    assert 'alt="It rose."' in text
    assert "x.example" not in text


def test_cards_that_stand_side_by_side_share_a_row() -> None:
    cards = [html.Section(className=f"card span-{span}") for span in (8, 4, 12, 6, 6)]
    text = write_markup(grid(cards), width=688).body
    assert text.count('class="row"') == 2
    assert text.count('class="row whole"') == 1
    assert "grid-template-columns:7fr 5fr" in text


def test_of_three_abreast_on_screen_two_stand_side_by_side_on_paper() -> None:
    cards = [html.Section(className="card span-4") for _ in range(3)]
    text = write_markup(grid(cards), width=688).body
    assert text.count('class="row"') == 1
    assert text.count('class="row whole"') == 1


def test_a_card_with_a_very_wide_table_lies_across() -> None:
    text = write_markup(grid([html.Section(table(columns=12), className="card")]), width=688).body
    assert 'class="row whole wide"' in text


def test_the_document_says_whose_it_is_in_every_margin() -> None:
    text = write_document(html.H1("Who is over?"), MARGINS)
    assert '<html lang="en-GB">' in text
    assert 'data-marking="OFFICIAL&quot;"' in text
    assert "A &lt;b&gt;ministry&lt;/b&gt;" in text
    assert "<b>" not in text


def test_long_tables_may_break_and_wide_ones_lie_across() -> None:
    page = html.Div([a_chart(table(rows=60)), a_chart(table(columns=9))])
    text = write_document(page, MARGINS)
    assert 'class="annexed long" id="table-1"' in text
    assert 'class="annexed wide" id="table-2"' in text
