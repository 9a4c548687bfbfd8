"""The `qunying` program. Ctrl-C ends it quietly, even before it has read its own code."""

import sys

INTERRUPTED = 130


def main() -> None:
    try:
        from bot.cli import main as work  # half a second, in which somebody may think better of it

        work()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
