"""Everything that an operator can set: read once, frozen, handed down from there."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "EXCHEQUER_"

_LISTS = ("secret_key_fallbacks", "allowed_addresses")


class SettingsError(Exception):
    """The portal can't start as it is set up; the message says which setting and what to do."""


class Settings(BaseSettings):
    """The settings, each an environment variable with the prefix ``EXCHEQUER_``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("data"), description="Folder with what was handed in: `mda/`, `budgets/`, …"
    )
    var_dir: Path = Field(
        Path("var"), description="Folder for what the portal keeps: builds, raw zone, records."
    )
    database_url: str = Field(
        "",
        description="Records, and on PostgreSQL the star: `sqlite:///…` or "
        "`postgresql+psycopg://…`. Empty is a SQLite file in `VAR_DIR`.",
    )
    builder_database_url: str | None = Field(
        None,
        description="Login that owns the star on PostgreSQL; `DATABASE_URL` if not set.",
    )
    engine: str = Field(
        "duckdb://",
        description="Where transforms run: `duckdb://`, `spark://host:port` for a cluster, or "
        "`spark://local[2]` for Spark on this machine.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="At least 32 random bytes, the same in all workers, e.g. from "
        "`openssl rand -hex 32`. The demo makes its own.",
    )
    secret_key_fallbacks: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Earlier secrets that are still accepted, separated by commas."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(2, ge=1, le=64, description="Web processes.")
    threads: int = Field(8, ge=1, le=64, description="Requests that each process answers at once.")
    demo: bool = Field(
        False, description="Serve the demo government with its own sign-ins; on loopback only."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=8, description="How many proxies in front are believed about the client."
    )
    behind_tls: bool = Field(
        False, description="Whether readers arrive by HTTPS; sends Strict-Transport-Security."
    )
    allowed_addresses: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Networks that people may come from, separated by commas: `10.0.0.0/8`, or "
        "for one role only `admin=10.1.0.0/16`. Empty allows every address.",
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for `/metrics`; without one there are no metrics."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe event that is logged."
    )
    max_content_length: int = Field(
        32 * 1024 * 1024, ge=1024, description="Largest request, in bytes."
    )
    marking: str = Field(
        "OFFICIAL", max_length=60, description="Protective marking on pages and downloads."
    )
    security_contact: str = Field(
        "mailto:security@exchequer.invalid",
        description="Where weaknesses are reported; shown in `/.well-known/security.txt`.",
    )

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def url(self) -> str:
        """The records database, with its default filled in."""
        return self.database_url or f"sqlite:///{self.var_dir.absolute() / 'records.sqlite'}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the portal."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The secret in use first, then those that are still accepted."""
        keys = (self.secret_key, *self.secret_key_fallbacks)
        return tuple(key.get_secret_value() for key in keys)


def load_settings(**changes: Any) -> Settings:
    """Read the environment; ``changes`` win over it. Raises SettingsError."""
    try:
        return Settings(**changes)
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'.'.join(str(part) for part in found['loc']).upper()}: {found['msg']}."
            for found in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError(" ".join(lines)) from None
