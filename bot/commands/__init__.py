"""The commands of `qunying`, one a file."""
