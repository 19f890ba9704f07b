"""Kinds of resources, which each provider writes in its own way."""

from __future__ import annotations

from warehouse.policies.documents import EVERYTHING

AWS = "AWS"
AZURE = "Azure"
GOOGLE = "GCP"


def provider_of_kind(kind: str) -> str | None:
    """Tell whose kind it is: ``ec2:instance``, ``Microsoft.Compute/disks``; None for all."""
    if kind == EVERYTHING:
        return None
    if "googleapis.com" in kind:
        return GOOGLE
    return AZURE if "/" in kind else AWS


def is_of(kind: str, provider: str) -> bool:
    """Tell whether a kind means something to a provider."""
    return provider_of_kind(kind) in (None, provider)
