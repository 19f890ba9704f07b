"""Short names of those who sell services, whichever way a bill writes them.

FOCUS 1.0 to 1.2 say who sells in ProviderName, from 1.3 on in ServiceProviderName; a provider
also renames itself from export to export. The short names are those of dim_cloud_provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "AWS": (
        "AWS", "Amazon Web Services", "Amazon Web Services, Inc.", "Amazon Web Services (AWS)",
        "Amazon Web Services EMEA SARL", "Amazon Web Services Canada, Inc.",
        "Amazon Web Services India Private Limited", "Amazon Web Services Japan G.K.",
        "Amazon Web Services Australia Pty Ltd", "Amazon Web Services Korea LLC", "Amazon",
    ),
    "Azure": (
        "Microsoft", "Azure", "Microsoft Azure", "Microsoft Corporation", "Microsoft Cloud",
        "Microsoft Ireland Operations Limited",
    ),
    "GCP": (
        "Google Cloud", "Google Cloud Platform", "GCP", "Google", "Google LLC",
        "Google Cloud EMEA Limited",
    ),
    "Oracle": (
        "Oracle", "Oracle Cloud", "Oracle Cloud Infrastructure", "OCI", "Oracle Corporation",
    ),
    "IBM": ("IBM", "IBM Cloud"),
    "Alibaba": ("Alibaba", "Alibaba Cloud", "Aliyun"),
    "DigitalOcean": ("DigitalOcean", "DigitalOcean, LLC", "Digital Ocean"),
}  # fmt: skip

SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {spelling: short for short, spellings in _SPELLINGS.items() for spelling in spellings}
)
"""Short name by the name billed; a name that isn't here is its own short name."""

SERVICE_PREFIXES: tuple[tuple[str, str], ...] = (
    ("Amazon", "AWS"),
    ("AWS", "AWS"),
    ("Azure", "Azure"),
    ("Microsoft", "Azure"),
    ("Google", "GCP"),
    ("GCP", "GCP"),
    ("Oracle", "Oracle"),
    ("OCI", "Oracle"),
    ("IBM", "IBM"),
    ("Alibaba", "Alibaba"),
)
"""How the name of a service tells its provider, in tables of cost that don't name one."""
