"""`python -m video_service …`. Ctrl-C ends it quietly, even before it has read its own code."""

import sys

INTERRUPTED = 130


def main() -> int:
    try:
        from video_service.program import main as work  # half a second, as in `bot.start`

        return work()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
