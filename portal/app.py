"""Put the portal together from its settings: the one place that knows all parts."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from dash import Dash
from flask import Flask, Request
from flask.sessions import SessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from auth.passwords import MIN_LENGTH
from portal import (
    account,
    anomalies,
    choices,
    exemptions,
    held,
    line_rows,
    observability,
    people,
    policies,
    policy_check,
    recommendations,
    router,
    rules,
    saved_views,
    signing_in,
    spend_events,
)
from portal.access import attach_callbacks
from portal.answers import answer_errors
from portal.api import routes as api
from portal.appearance import ThemedDash, theme_attribute
from portal.callback_bodies import judge_callback_bodies
from portal.compressed_files import compress_files_once
from portal.exports import lines as line_exports
from portal.exports import pages as page_exports
from portal.exports import pivot as pivot_exports
from portal.exports import records as record_exports
from portal.exports import routes as exports
from portal.exports import work_lists
from portal.identity import login_manager
from portal.pages.shell import layout
from portal.record_numbers import bound_record_numbers
from portal.refusals import answer_refusals
from portal.routes import PUBLIC_ADDRESSES, PUBLIC_FILES, ROUTE_PERMISSIONS
from portal.secret_key import with_secret
from portal.security.gate import keep_gate
from portal.security.headers import write_headers
from portal.security.peers import read_allowed_addresses
from portal.services import Services, keep_services
from portal.settings import Settings
from portal.texts import language_tag, say, say_parts
from warehouse.db import open_database
from warehouse.gateway import Gateway

__all__ = ["ROUTE_PERMISSIONS", "create_app"]

ASSETS: Final = Path(__file__).resolve().parents[1] / "assets"

_COMPRESSION: Final = {
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 4,
}

_INDEX: Final = """<!DOCTYPE html>
<html lang="en-GB">
  <head>
    {%metas%}
    <title>{%title%}</title>
    {%favicon%}
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>
"""


class _NoBrowserSession(SessionInterface):
    """Keeps nothing in the browser: who is signed in is a row on the server."""

    def open_session(self, app: Flask, request: Request) -> None:
        return None


def create_app(settings: Settings) -> Flask:
    """Make the app; it connects to nothing before the first request. Raises SettingsError."""
    settings = with_secret(settings)
    addresses = read_allowed_addresses(settings)
    observability.set_up_logging(settings.log_level)
    server = Flask(__name__, static_folder=None)
    server.session_interface = _NoBrowserSession()
    bound_record_numbers(server)
    server.config.update(
        SECRET_KEY=settings.signing_keys[0],
        MAX_CONTENT_LENGTH=settings.max_content_length,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        **_COMPRESSION,
    )
    server.json.sort_keys = False  # type: ignore[attr-defined]  # rows keep the order asked for
    database = open_database(
        settings.url,
        settings.var_dir,
        builder_url=settings.builder_database_url,
        max_connections=settings.threads,
    )
    keep_services(server.extensions, Services(settings, database, Gateway(database)))
    login_manager().init_app(server)
    answer_errors(server)
    answer_refusals(server)
    sheets = _style_sheets()
    server.jinja_env.globals.update(
        style_sheets=sheets,
        marking=settings.marking,
        theme_attribute=theme_attribute,
        language_tag=language_tag,
        say=say,
        say_parts=say_parts,
        shortest_password=MIN_LENGTH,
    )
    for blueprint in (
        signing_in.pages,
        account.routes,
        saved_views.routes,
        people.routes,
        policies.routes,
        rules.routes,
        exemptions.routes,
        recommendations.routes,
        spend_events.routes,
        anomalies.routes,
        held.routes,
        observability.routes,
        exports.routes,
        line_exports.routes,
        work_lists.routes,
        page_exports.routes,
        record_exports.routes,
        pivot_exports.routes,
        api.routes,
    ):
        server.register_blueprint(blueprint)
    dash = _mount_dash(server)
    compress_files_once(server)
    keep_gate(server, ROUTE_PERMISSIONS, PUBLIC_ADDRESSES | PUBLIC_FILES | {*sheets}, addresses)
    observability.watch(server)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        proxied = ProxyFix(server.wsgi_app, x_for=count, x_proto=count, x_host=count)
        server.wsgi_app = proxied  # type: ignore[method-assign]  # how Flask takes middleware
    write_headers(server, settings, functools.cache(dash.csp_hashes))
    # Dash gathers its scripts at the first request, and their hashes are complete only then.
    server.test_client().get("/healthz")
    return server


def _mount_dash(server: Flask) -> Dash:
    dash = ThemedDash(
        __name__,
        server=server,
        assets_folder=str(ASSETS),
        suppress_callback_exceptions=True,
        use_pages=False,
        serve_locally=True,
        compress=True,
        title="Exchequer",
        update_title=None,
        index_string=_INDEX,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    dash.layout = layout
    judge_callback_bodies(dash)
    attach_callbacks(
        dash,
        router.show,
        choices.show_destinations,
        choices.show_agencies,
        line_rows.show_lines,
        policy_check.check_policy,
        policy_check.check_list,
    )
    return dash


def _style_sheets() -> tuple[str, ...]:
    return tuple(f"/assets/css/{path.name}" for path in sorted((ASSETS / "css").glob("*.css")))
