"""Every address that the server answers, and what it takes: anything else is denied."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from auth.permissions import Permission
from portal.security.headers import ASSETS, COMPONENTS

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"

Need = Permission | str

ROUTE_PERMISSIONS: Final[Mapping[str, Need]] = MappingProxyType(
    {
        "signing_in.login": PUBLIC,
        "signing_in.sign_in": PUBLIC,
        "signing_in.set_password": PUBLIC,
        "signing_in.accessibility": PUBLIC,
        "signing_in.security_txt": PUBLIC,
        "observability.healthz": PUBLIC,
        "observability.readyz": PUBLIC,
        "observability.metrics": PUBLIC,
        "signing_in.logout": SIGNED_IN,
        "/": SIGNED_IN,
        "/<path:path>": SIGNED_IN,
        "/_dash-layout": SIGNED_IN,
        "/_dash-dependencies": SIGNED_IN,
        "/_dash-update-component": SIGNED_IN,
        "/_reload-hash": SIGNED_IN,
        "/_favicon.ico": SIGNED_IN,
        ASSETS: SIGNED_IN,
        COMPONENTS: SIGNED_IN,
        "account.change_password": Permission.VIEW_OWN_ACCOUNT,
        "account.change_preferences": Permission.VIEW_OWN_ACCOUNT,
        "account.end_session": Permission.VIEW_OWN_ACCOUNT,
        "account.end_other_sessions": Permission.VIEW_OWN_ACCOUNT,
        "account.create_token": Permission.USE_API,
        "account.revoke_token": Permission.VIEW_OWN_ACCOUNT,
        "saved_views.save": Permission.VIEW_OWN_ACCOUNT,
        "saved_views.share": Permission.VIEW_OWN_ACCOUNT,
        "saved_views.delete": Permission.VIEW_OWN_ACCOUNT,
        "people.add": Permission.MANAGE_PEOPLE,
        "people.disable": Permission.MANAGE_PEOPLE,
        "people.enable": Permission.MANAGE_PEOPLE,
        "people.start_reset": Permission.MANAGE_PEOPLE,
        "people.grant_role": Permission.MANAGE_PEOPLE,
        "people.revoke": Permission.MANAGE_PEOPLE,
        "policies.save": Permission.MANAGE_POLICIES,
        "policies.save_values": Permission.MANAGE_POLICIES,
        "policies.decide": Permission.MANAGE_POLICIES,
        "policies.draft_again": Permission.MANAGE_POLICIES,
        "policies.end": Permission.MANAGE_POLICIES,
        "policies.preview": Permission.MANAGE_POLICIES,
        "policies.take_in": Permission.MANAGE_POLICIES,
        "rules.save": Permission.SET_ALLOCATION,
        "rules.save_file": Permission.SET_ALLOCATION,
        "rules.decide": Permission.SET_ALLOCATION,
        "rules.draft_again": Permission.SET_ALLOCATION,
        "rules.preview": Permission.SET_ALLOCATION,
        "anomalies.change_state": Permission.ACKNOWLEDGE_ANOMALY,
        "exemptions.ask": Permission.REQUEST_EXEMPTION,
        "exemptions.withdraw": Permission.REQUEST_EXEMPTION,
        "exemptions.decide": Permission.MANAGE_POLICIES,
        "recommendations.decide_one": Permission.DECIDE_RECOMMENDATION,
        "spend_events.tell": Permission.TELL_EVENT,
        "spend_events.change": Permission.TELL_EVENT,
        "spend_events.withdraw": Permission.TELL_EVENT,
        "held.decide_on_slice": Permission.RELEASE_SLICE,
        "exports.measures": Permission.EXPORT,
        "exports.table": Permission.EXPORT,
        "line_exports.lines": Permission.EXPORT,
        "work_lists.tag_commands": Permission.EXPORT,
        "pivot_exports.workbook": Permission.EXPORT,
        "page_exports.page": Permission.EXPORT,
        "record_exports.trail": Permission.VIEW_AUDIT,
        "record_exports.access_review": Permission.VIEW_PEOPLE,
        "api.list_measures": Permission.USE_API,
        "api.ask": Permission.USE_API,
        "api.openapi": Permission.USE_API,
    }
)
"""Endpoint to the permission that it takes, ``public``, or ``signed in``."""

PUBLIC_ADDRESSES: Final = frozenset(
    {
        "/login",
        "/set-password",
        "/accessibility",
        "/.well-known/security.txt",
        "/healthz",
        "/readyz",
        "/metrics",
    }
)
"""The whole paths that answer somebody who isn't signed in, beside the files below."""

PUBLIC_FILES: Final = frozenset(
    {
        "/assets/favicon.svg",
        "/assets/img/mark.svg",
        "/assets/js/10-theme.js",
        "/assets/vendor/inter/inter-latin-wght-normal.woff2",
        "/assets/vendor/inter/inter-latin-ext-wght-normal.woff2",
    }
)
"""What the sign-in page is drawn with, beside the style sheets."""
