"""The demo government: invented, deterministic by seed, with stories worth finding."""

from warehouse.demo.generate import DemoError, DemoSummary, generate_demo
from warehouse.demo.places import DEMO_FISCAL_STARTS
from warehouse.demo.stories import STORIES, Story

__all__ = [
    "DEMO_FISCAL_STARTS",
    "STORIES",
    "DemoError",
    "DemoSummary",
    "Story",
    "generate_demo",
]
