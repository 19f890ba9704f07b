"""A tagging policy as people write it: one document, the same in YAML, in JSON and in the records.

The words for inheritance are those of AWS Organizations' management policies (assign, append,
remove, and which of them children may use), because they are the most exact that a provider has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from warehouse.policies.errors import PolicyError, Problem

EVERYTHING: Final = "*"
LIST: Final = "list:"
"""Begins a value that stands for all entries of a named list."""
PATTERN: Final = "pattern:"
"""Begins a value that is a regular expression over the whole tag value."""

_BEYOND: Final = re.compile(r"\(\?(?!:)|\\[0-9a-zA-Z](?<!\\[dDwWsSnrt])|[*+?}]\+")
"""What a regular expression may not use, so that it means the same on every engine."""

_MOST_TAGS = 50
_MOST_VALUES = 1_000
_NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"
_MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"


class Operator(StrEnum):
    """What a policy may do to a setting that it inherits."""

    ASSIGN = "assign"
    APPEND = "append"
    REMOVE = "remove"


ALL_OPERATORS: Final = frozenset(Operator)


class Stage(StrEnum):
    """How far a policy goes."""

    DRAFT = "draft"
    """Not in force: for previews alone."""
    WARN = "warn"
    """In force: resources are judged by it."""
    ENFORCE = "enforce"
    """In force, and exported to providers as enforced; Exchequer itself blocks nothing."""


class Severity(StrEnum):
    """How much a breach matters."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Level(StrEnum):
    """Where a policy is attached, from the widest to the closest."""

    GOVERNMENT = "government"
    COUNTRY = "country"
    AGENCY = "agency"
    ACCOUNT = "account"


LEVELS: Final = tuple(Level)
CONDITIONS: Final = ("sector", "provider", "service", "resource_type", "environment")
"""What else may limit a policy; a list holds if one of its entries does, * for any characters."""

MANY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "values": "allowed values",
        "aliases": "other spellings of the key",
        "required_for": "kinds of resource that must carry it",
        "enforced_for": "kinds of resource for which providers refuse wrong values",
    }
)
"""Settings of a tag that are lists, in words."""

ONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "spelling": "spelling of the key",
        "case": "whether capitals of the key matter",
        "from_account": "whether the account's tag counts for its resources",
    }
)
"""Settings of a tag that have one value, in words."""

SETTINGS: Final = (*ONE, *MANY)
_CHOICES: Final = {"case": ("exact", "any"), "from_account": ("true", "false")}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _operators(said: object) -> object:
    """Read what children may do; ``none`` and ``all`` are words for it."""
    words = [said] if isinstance(said, str) else said
    if words == ["none"]:
        return frozenset()
    if words == ["all"]:
        return ALL_OPERATORS
    return words


Operators = Annotated[frozenset[Operator] | None, BeforeValidator(_operators)]


class Setting(_Part):
    """What a policy does to one setting of a tag; written plainly, a value or a list assigns."""

    assign: tuple[Text, ...] | None = None
    append: tuple[Text, ...] = Field((), max_length=_MOST_VALUES)
    remove: tuple[Text, ...] = Field((), max_length=_MOST_VALUES)
    children_may: Operators = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, said: object) -> object:
        if isinstance(said, str):
            return {"assign": (said,)}
        if isinstance(said, list | tuple):
            return {"assign": tuple(said)}
        return said

    @field_validator("assign", "append", "remove", mode="before")
    @classmethod
    def _listed(cls, said: object) -> object:
        return (said,) if isinstance(said, str) else said

    def values_of(self, operator: Operator) -> tuple[str, ...]:
        """Give what is assigned, appended or removed."""
        return tuple(getattr(self, operator.value) or ())


class Statement(_Part):
    """What a policy says of one tag."""

    spelling: Setting | None = None
    case: Setting | None = None
    from_account: Setting | None = None
    values: Setting | None = None
    aliases: Setting | None = None
    required_for: Setting | None = None
    enforced_for: Setting | None = None
    children_may: Operators = None

    @model_validator(mode="before")
    @classmethod
    def _required(cls, said: object) -> object:
        """Read ``required: true``, which is short for being required for everything."""
        if not isinstance(said, Mapping) or "required" not in said:
            return said
        rest = {key: value for key, value in said.items() if key != "required"}
        if "required_for" in rest:
            raise ValueError("says both required and required_for; keep one of them")
        wanted = str(said["required"]).strip().lower()
        if wanted not in {"true", "false"}:
            raise ValueError(f"required is true or false, not {said['required']!r}")
        return {**rest, "required_for": (EVERYTHING,)} if wanted == "true" else rest

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        for name in ONE:
            setting: Setting | None = getattr(self, name)
            if setting is None:
                continue
            if setting.append or setting.remove or len(setting.assign or (1,)) != 1:
                raise ValueError(f"{name} has one value: it can be assigned and nothing else")
            choices = _CHOICES.get(name, ())
            for value in setting.assign or ():
                if choices and value not in choices:
                    raise ValueError(f"{name} is {' or '.join(choices)}, not {value!r}")
        for value in self._said_of("values"):
            _check_value(value)
        return self

    def setting(self, name: str) -> Setting | None:
        """Give a setting by its name."""
        found: Setting | None = getattr(self, name)
        return found

    def _said_of(self, name: str) -> tuple[str, ...]:
        setting = self.setting(name)
        if setting is None:
            return ()
        return tuple(value for each in Operator for value in setting.values_of(each))


class Policy(_Part):
    """A tagging policy.

    ``attached_to`` is the level and, below the government, the country's code, the agency's
    number, or provider/account; ``applies_to`` limits it further. Months are YYYY-MM, the last
    one included.
    """

    policy: Annotated[str, StringConstraints(pattern=_NAME)]
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    owner: Text
    severity: Severity = Severity.MEDIUM
    stage: Stage = Stage.DRAFT
    effective_from: Annotated[str, StringConstraints(pattern=_MONTH)]
    effective_to: Annotated[str, StringConstraints(pattern=_MONTH)] | None = None
    attached_to: tuple[Level, str] = (Level.GOVERNMENT, "")
    applies_to: Mapping[str, tuple[Text, ...]] = Field(default_factory=dict)
    tags: Mapping[Text, Statement] = Field(min_length=1, max_length=_MOST_TAGS)
    children_may: Operators = None

    @field_validator("attached_to", mode="before")
    @classmethod
    def _attachment(cls, said: object) -> object:
        if said == Level.GOVERNMENT:
            return (Level.GOVERNMENT, "")
        if isinstance(said, Mapping) and len(said) == 1:
            ((level, name),) = said.items()
            return (level, str(name).strip())
        return said

    @field_validator("applies_to", mode="before")
    @classmethod
    def _conditions(cls, said: object) -> object:
        if not isinstance(said, Mapping):
            return said
        unknown = sorted(set(map(str, said)) - set(CONDITIONS))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is none of {', '.join(CONDITIONS)}")
        return {key: (value,) if isinstance(value, str) else value for key, value in said.items()}

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        level, name = self.attached_to
        if level is not Level.GOVERNMENT and not name:
            raise ValueError(f"attached_to names no {level.value}")
        if level is Level.AGENCY and not re.fullmatch(r"[1-9][0-9]{0,8}", name):
            raise ValueError(f"an agency is named by its number, not {name!r}")
        if level is Level.ACCOUNT and not re.fullmatch(r"[^/]+/.+", name):
            raise ValueError(f"an account is named provider/account, not {name!r}")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(f"it ends in {self.effective_to}, before {self.effective_from}")
        seen: dict[str, str] = {}
        for key, statement in self.tags.items():
            if key.lower() in seen:
                raise ValueError(f"{seen[key.lower()]!r} and {key!r} are one tag; keep one of them")
            seen[key.lower()] = key
            spelt = statement.spelling
            if spelt and spelt.assign and spelt.assign[0].lower() != key.lower():
                raise ValueError(
                    f"tag {key!r} is spelt {spelt.assign[0]!r}: only capitals may differ"
                )
        return self

    def holds_in(self, month: str) -> bool:
        """Tell whether a month lies within its time."""
        return self.effective_from <= month and (
            self.effective_to is None or month <= self.effective_to
        )


def read_policy(document: Mapping[str, Any]) -> Policy:
    """Read a policy from its document.

    Raises PolicyError with every problem: where it is, the value, and what would be right.
    """
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        raise PolicyError(
            str(document.get("policy", "")),
            tuple(
                Problem(
                    where=".".join(str(part) for part in one["loc"]),
                    value=_shown(one["input"]),
                    what=one["msg"].removeprefix("Value error, "),
                )
                for one in error.errors(include_url=False)
            ),
        ) from None


def write_policy(policy: Policy) -> dict[str, Any]:
    """Write a policy as its document: what is not said is left out, plain lists stay plain."""
    level, name = policy.attached_to
    written: dict[str, Any] = {
        "policy": policy.policy,
        **({"purpose": policy.purpose} if policy.purpose else {}),
        "owner": policy.owner,
        "severity": policy.severity.value,
        "stage": policy.stage.value,
        "effective_from": policy.effective_from,
        **({"effective_to": policy.effective_to} if policy.effective_to else {}),
        "attached_to": level.value if level is Level.GOVERNMENT else {level.value: name},
    }
    if policy.applies_to:
        written["applies_to"] = {key: list(policy.applies_to[key]) for key in policy.applies_to}
    written |= _children(policy.children_may)
    written["tags"] = {key: _statement(said) for key, said in policy.tags.items()}
    return written


def _statement(statement: Statement) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in SETTINGS:
        setting = statement.setting(name)
        if setting is not None:
            written[name] = _setting(setting, is_list=name in MANY)
    return written | _children(statement.children_may)


def _setting(setting: Setting, *, is_list: bool) -> Any:
    parts: dict[str, Any] = {
        each.value: list(setting.values_of(each))
        for each in Operator
        if getattr(setting, each.value) not in (None, ())
    }
    if setting.assign == ():
        parts["assign"] = []
    parts |= _children(setting.children_may)
    if set(parts) == {"assign"}:
        return parts["assign"] if is_list else parts["assign"][0]
    return parts


def _children(may: frozenset[Operator] | None) -> dict[str, Any]:
    if may is None:
        return {}
    return {"children_may": sorted(each.value for each in may) or ["none"]}


def _check_value(value: str) -> None:
    if value.startswith(PATTERN):
        expression = value.removeprefix(PATTERN)
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        beyond = _BEYOND.search(expression)
        if beyond:
            raise ValueError(
                f"{value!r} uses {beyond[0]!r}: no looking around and no references back, "
                "which not every engine knows"
            )
    elif not value.startswith(LIST) and value.count(EVERYTHING) > 1:
        raise ValueError(f"{value!r} has two wildcards; a value may have one")


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
