"""Things that turn a shot into frames: one file each, readable top to bottom."""
