"""Tagging policies: what they say, how they are inherited, and in which forms they travel."""
