"""Names of what the files give only by code: regions, providers, service types, categories."""

from __future__ import annotations

from warehouse.schema.charges import UNKNOWN_REGION as UNKNOWN_REGION

SERVICE_TYPES = (
    ("IaaS", "Infrastructure (IaaS)", "High"),
    ("PaaS", "Platform (PaaS)", "High"),
    ("SaaS", "Software (SaaS)", "Medium"),
)
"""Type, name, criticality. Infrastructure is servers, storage and networks; platforms are managed
databases, queues and runtimes; software is finished applications. Platforms run on infrastructure
and an MDA's own applications on both: their failure takes many services along; that of finished
software takes one."""

CATEGORY_TYPES = {
    "Compute": "IaaS",
    "Storage": "IaaS",
    "Networking": "IaaS",
    "Migration": "IaaS",
    "Multicloud": "IaaS",
    "Databases": "PaaS",
    "Analytics": "PaaS",
    "AI and Machine Learning": "PaaS",
    "Developer Tools": "PaaS",
    "Identity": "PaaS",
    "Integration": "PaaS",
    "Internet of Things": "PaaS",
    "Management and Governance": "PaaS",
    "Media": "PaaS",
    "Mobile": "PaaS",
    "Security": "PaaS",
    "Web": "PaaS",
    "Business Applications": "SaaS",
}
"""Service types by FOCUS ServiceCategory: what one runs oneself on rented machines, disks and
lines is infrastructure, what the provider runs for one's own applications a platform, and what is
used as it comes software. The category doesn't say which of a provider's machines belong to a
managed service, so that the types of a bill and of an MDA's own summary need not agree."""

OTHER_TYPE = "IaaS"
"""The type of any other category: FOCUS's Other holds support, marketplaces and what no list
knows, which mostly comes with infrastructure."""

PROVIDERS = {
    "AWS": "Amazon Web Services",
    "Azure": "Microsoft Azure",
    "GCP": "Google Cloud",
    "Google Cloud": "Google Cloud",
    "Microsoft": "Microsoft Azure",
    "OCI": "Oracle Cloud Infrastructure",
    "Oracle": "Oracle Cloud Infrastructure",
    "IBM": "IBM Cloud",
    "Alibaba": "Alibaba Cloud",
    "DigitalOcean": "DigitalOcean",
    "On-premises": "Own data centre",
}

PROVIDER_SPELLINGS = {
    "amazon": "AWS",
    "amazon web services": "AWS",
    "aws": "AWS",
    "azure": "Azure",
    "microsoft": "Azure",
    "microsoft azure": "Azure",
    "gcp": "GCP",
    "google": "GCP",
    "google cloud": "GCP",
    "google cloud platform": "GCP",
    "oci": "Oracle",
    "oracle": "Oracle",
    "oracle cloud infrastructure": "Oracle",
}
"""Short names of providers, as bills have them, by what registers of accounts call them."""

CATEGORIES = (
    ("Usage", "Use of a service"),
    ("Purchase", "Bought ahead: commitments, licences, one-off fees"),
    ("Tax", "Tax"),
    ("Credit", "Credit or refund granted by the provider"),
    ("Adjustment", "Correction of an earlier charge"),
)
"""The values of FOCUS ChargeCategory and what they mean."""

REGIONS = {
    "us-east-1": ("US East (N. Virginia)", "North America"),
    "us-east-2": ("US East (Ohio)", "North America"),
    "us-west-1": ("US West (N. California)", "North America"),
    "us-west-2": ("US West (Oregon)", "North America"),
    "us-gov-east-1": ("AWS GovCloud (US-East)", "North America"),
    "us-gov-west-1": ("AWS GovCloud (US-West)", "North America"),
    "ca-central-1": ("Canada (Central)", "North America"),
    "ca-west-1": ("Canada West (Calgary)", "North America"),
    "mx-central-1": ("Mexico (Central)", "North America"),
    "sa-east-1": ("South America (São Paulo)", "South America"),
    "eu-west-1": ("Europe (Ireland)", "Europe"),
    "eu-west-2": ("Europe (London)", "Europe"),
    "eu-west-3": ("Europe (Paris)", "Europe"),
    "eu-central-1": ("Europe (Frankfurt)", "Europe"),
    "eu-central-2": ("Europe (Zurich)", "Europe"),
    "eu-north-1": ("Europe (Stockholm)", "Europe"),
    "eu-south-1": ("Europe (Milan)", "Europe"),
    "eu-south-2": ("Europe (Spain)", "Europe"),
    "ap-south-1": ("Asia Pacific (Mumbai)", "Asia Pacific"),
    "ap-south-2": ("Asia Pacific (Hyderabad)", "Asia Pacific"),
    "ap-southeast-1": ("Asia Pacific (Singapore)", "Asia Pacific"),
    "ap-southeast-2": ("Asia Pacific (Sydney)", "Asia Pacific"),
    "ap-southeast-3": ("Asia Pacific (Jakarta)", "Asia Pacific"),
    "ap-southeast-4": ("Asia Pacific (Melbourne)", "Asia Pacific"),
    "ap-northeast-1": ("Asia Pacific (Tokyo)", "Asia Pacific"),
    "ap-northeast-2": ("Asia Pacific (Seoul)", "Asia Pacific"),
    "ap-northeast-3": ("Asia Pacific (Osaka)", "Asia Pacific"),
    "ap-east-1": ("Asia Pacific (Hong Kong)", "Asia Pacific"),
    "me-south-1": ("Middle East (Bahrain)", "Middle East"),
    "me-central-1": ("Middle East (UAE)", "Middle East"),
    "il-central-1": ("Israel (Tel Aviv)", "Middle East"),
    "af-south-1": ("Africa (Cape Town)", "Africa"),
    "eastus": ("East US", "North America"),
    "eastus2": ("East US 2", "North America"),
    "centralus": ("Central US", "North America"),
    "southcentralus": ("South Central US", "North America"),
    "westus": ("West US", "North America"),
    "westus2": ("West US 2", "North America"),
    "westus3": ("West US 3", "North America"),
    "canadacentral": ("Canada Central", "North America"),
    "canadaeast": ("Canada East", "North America"),
    "brazilsouth": ("Brazil South", "South America"),
    "northeurope": ("North Europe (Ireland)", "Europe"),
    "westeurope": ("West Europe (Netherlands)", "Europe"),
    "uksouth": ("UK South", "Europe"),
    "ukwest": ("UK West", "Europe"),
    "francecentral": ("France Central", "Europe"),
    "germanywestcentral": ("Germany West Central", "Europe"),
    "swedencentral": ("Sweden Central", "Europe"),
    "southeastasia": ("Southeast Asia (Singapore)", "Asia Pacific"),
    "eastasia": ("East Asia (Hong Kong)", "Asia Pacific"),
    "australiaeast": ("Australia East", "Asia Pacific"),
    "japaneast": ("Japan East", "Asia Pacific"),
    "centralindia": ("Central India", "Asia Pacific"),
    "uaenorth": ("UAE North", "Middle East"),
    "southafricanorth": ("South Africa North", "Africa"),
    "us-east1": ("South Carolina", "North America"),
    "us-east4": ("Northern Virginia", "North America"),
    "us-east5": ("Columbus", "North America"),
    "us-central1": ("Iowa", "North America"),
    "us-south1": ("Dallas", "North America"),
    "us-west1": ("Oregon", "North America"),
    "us-west2": ("Los Angeles", "North America"),
    "northamerica-northeast1": ("Montréal", "North America"),
    "northamerica-northeast2": ("Toronto", "North America"),
    "southamerica-east1": ("São Paulo", "South America"),
    "southamerica-west1": ("Santiago", "South America"),
    "europe-west1": ("Belgium", "Europe"),
    "europe-west2": ("London", "Europe"),
    "europe-west3": ("Frankfurt", "Europe"),
    "europe-west4": ("Netherlands", "Europe"),
    "europe-north1": ("Finland", "Europe"),
    "asia-south1": ("Mumbai", "Asia Pacific"),
    "asia-southeast1": ("Singapore", "Asia Pacific"),
    "asia-northeast1": ("Tokyo", "Asia Pacific"),
    "australia-southeast1": ("Sydney", "Asia Pacific"),
    "africa-south1": ("Johannesburg", "Africa"),
}
"""Region codes of AWS, Azure and Google Cloud (in that order): name, part of the world."""
