"""From staging to the star: pure expressions, written once, run by whichever engine is set."""

from warehouse.transforms.star import build_star

__all__ = ["build_star"]
