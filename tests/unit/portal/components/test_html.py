"""The quick elements say the same as Dash's own."""

import json

import pytest
from dash import html as slow
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from portal.components import html

NAMES = sorted(name for name in vars(html) if name[0].isupper() and hasattr(slow, name))


def written(element: Component) -> dict[str, object]:
    """Write an element as the browser gets it; what is absent and what is empty are the same."""
    plain = json.loads(json.dumps(element, cls=PlotlyJSONEncoder))
    plain["props"] = {name: value for name, value in plain["props"].items() if value is not None}
    return dict(plain)


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_written_as_dash_writes_its_own(name: str) -> None:
    given = {"id": "x", "className": "a b", "title": "T", "data-href": "/", "aria-label": "L"}
    assert written(getattr(html, name)(["a", "b"], **given)) == written(
        getattr(slow, name)(["a", "b"], **given)
    )
    assert written(getattr(html, name)()) == written(getattr(slow, name)())


def test_elements_hold_each_other() -> None:
    made = html.Div([html.P("one"), html.Ul([html.Li("two")])], className="card")
    same = slow.Div([slow.P("one"), slow.Ul([slow.Li("two")])], className="card")
    assert json.dumps(made, cls=PlotlyJSONEncoder) == json.dumps(
        {
            "props": {
                "className": "card",
                "children": [
                    {
                        "props": {"children": "one"},
                        "type": "P",
                        "namespace": "dash_html_components",
                    },
                    {
                        "props": {
                            "children": [
                                {
                                    "props": {"children": "two"},
                                    "type": "Li",
                                    "namespace": "dash_html_components",
                                }
                            ]
                        },
                        "type": "Ul",
                        "namespace": "dash_html_components",
                    },
                ],
            },
            "type": "Div",
            "namespace": "dash_html_components",
        }
    )
    assert isinstance(made, slow.Div)
    assert len(list(made._traverse())) == len(list(same._traverse()))


def test_an_attribute_that_the_element_doesn_t_have_is_refused() -> None:
    with pytest.raises(TypeError, match=r"html\.Div has no attribute 'hreff'"):
        html.Div("x", hreff="/")
