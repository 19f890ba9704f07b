"""The portal refuses to start where its secret or its demo couldn't be relied on."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from auth.actors import Actor
from auth.people import add_user
from portal.cli.installation import migrate_records, opened
from portal.demo_people import SIGN_INS, prepare_demo_people
from portal.secret_key import with_secret
from portal.services import utc_now
from portal.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 64, "changeme-4f1c9a7be2d80563c7a1f0e9", "0123456789" * 2]
)
def test_a_secret_that_can_be_guessed_stops_the_start(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SettingsError, match="EXCHEQUER_SECRET_KEY"):
        with_secret(Settings(var_dir=tmp_path, secret_key=SecretStr(secret)))


def test_a_weak_fallback_stops_the_start_too(tmp_path: Path) -> None:
    good = SecretStr(secrets.token_hex(32))
    with pytest.raises(SettingsError, match="fallbacks"):
        with_secret(Settings(secret_key=good, secret_key_fallbacks=(SecretStr("old"),)))


def test_the_demo_makes_one_secret_and_keeps_it(tmp_path: Path) -> None:
    first = with_secret(Settings(var_dir=tmp_path, demo=True))
    second = with_secret(Settings(var_dir=tmp_path, demo=True))
    assert first.signing_keys == second.signing_keys
    assert len(first.signing_keys[0]) == 64
    assert stat.S_IMODE((tmp_path / "demo-secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "portal.example"])
def test_the_demo_does_not_serve_others(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="demo"):
        with_secret(Settings(var_dir=tmp_path, demo=True, host=host))


def test_the_demo_refuses_records_with_real_people(tmp_path: Path) -> None:
    with opened(Settings(var_dir=tmp_path)) as database:
        migrate_records(database)
        with database.records() as db:
            add_user(
                db, email="real@ministry.example", name="Real", by=Actor.console(), now=utc_now()
            )
        with pytest.raises(SettingsError, match=r"real@ministry\.example"):
            prepare_demo_people(database, tmp_path, (10, 11))


def test_the_demos_passwords_are_kept_and_private(tmp_path: Path) -> None:
    with opened(Settings(var_dir=tmp_path)) as database:
        migrate_records(database)
        first = prepare_demo_people(database, tmp_path, (10, 11))
        assert prepare_demo_people(database, tmp_path, (10, 11)) == first
    assert stat.S_IMODE((tmp_path / SIGN_INS).stat().st_mode) == 0o600
    for role in ("treasury", "admin", "agency_manager"):
        assert len([one for one in first if one.role == role]) >= 2


def test_a_bad_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHEQUER_PORT", "hunter2")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "EXCHEQUER_PORT" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_lists_are_read_from_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHEQUER_ALLOWED_ADDRESSES", "10.0.0.0/8, admin=10.1.0.0/16")
    assert load_settings().allowed_addresses == ("10.0.0.0/8", "admin=10.1.0.0/16")
