"""Engines on somebody else's machines: one file a provider, and what they have in common."""
