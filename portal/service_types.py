"""The types of cloud service by name: the plain word first, the field's term after it."""

from __future__ import annotations

from typing import Final

from portal.texts import later, say_known

_NAMES: Final = {
    "IaaS": later("Infrastructure (IaaS)"),
    "PaaS": later("Platform (PaaS)"),
    "SaaS": later("Software (SaaS)"),
}
_WORDS: Final = {
    "IaaS": later("Infrastructure"),
    "PaaS": later("Platform"),
    "SaaS": later("Software"),
}


def type_name(identifier: object) -> str:
    """Name a type of service: ``IaaS`` is ``Infrastructure (IaaS)``; others keep their name."""
    return say_known(_NAMES.get(str(identifier), str(identifier)))


def type_word(identifier: object) -> str:
    """Name a type of service by its plain word alone, where there is little room."""
    return say_known(_WORDS.get(str(identifier), str(identifier)))


def within_sentence(name: str) -> str:
    """Write the name of a type as it stands within a sentence: ``infrastructure (IaaS)``."""
    return name[:1].lower() + name[1:]


def is_type(identifier: object) -> bool:
    """Tell whether this is a type of service, not a service of its own."""
    return str(identifier) in _NAMES
