"""Going on from a clip that the room has, or is waiting for: one file a kind of change."""
