"""What only stands on a page is sent as markup, and stands there as it did as components."""

from __future__ import annotations

from html.parser import HTMLParser

from dash import dcc

from portal.components import html
from portal.plain_markup import INSIDE, is_plain, with_plain_parts, write_inside

NASTY = "<script>alert('&\"')</script>"


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    return reader


def test_text_and_attributes_cannot_become_markup() -> None:
    cell = html.Td([NASTY, html.A(NASTY, href=f"/x?q={NASTY}", title=NASTY)])
    found = read(write_inside([cell]))
    assert [tag for tag, _ in found.tags] == ["td", "a"]
    assert found.tags[1][1] == {"href": f"/x?q={NASTY}", "title": NASTY}
    assert found.texts == [NASTY, NASTY]


def test_attributes_get_the_names_they_have_in_a_document() -> None:
    part = html.Div(
        html.Label("x", htmlFor="y", className="a b", tabIndex="0"),
        style={"maxWidth": "3px", "left": "1%"},
    )
    found = read(write_inside([part]))
    assert found.tags[0] == ("div", {"style": "max-width:3px;left:1%"})
    assert found.tags[1] == ("label", {"for": "y", "class": "a b", "tabindex": "0"})


def test_a_chart_stays_a_component_and_its_surroundings_too() -> None:
    card = html.Section(
        [html.H2(["Spend ", html.Strong("rose")]), html.Figure(dcc.Graph(figure={"data": []}))],
        className="card",
    )
    sent = with_plain_parts(card)
    title, figure = sent.children
    assert not is_plain(card)
    assert getattr(title, INSIDE) == "Spend <strong>rose</strong>"
    assert isinstance(figure.children, dcc.Graph)
    assert sent.className == "card"


def test_what_was_drawn_is_left_as_it_was() -> None:
    drawn = html.Div([html.Ul([html.Li("one")])])
    with_plain_parts(drawn)
    assert isinstance(drawn.children[0], html.Ul)


def test_plain_text_needs_no_markup() -> None:
    assert with_plain_parts(html.P("as it is")).children == "as it is"
    assert not hasattr(with_plain_parts(html.P("as it is")), INSIDE)
