"""Keeping order: people, their access, and what they did."""
