"""Conversations through the real app; no test sees the developer's environment or the network."""
