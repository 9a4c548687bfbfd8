"""The generation service, whose drafts last two seconds where nobody says how long: not five.

`python -m tests.service.brief serve …`, for tests about something else than the film.
"""

import sys

from video_service.__main__ import main
from video_service.engines.specs import DRAFT

if __name__ == "__main__":
    object.__setattr__(DRAFT, "default_frames", DRAFT.frames[0])  # frozen, but for tests
    sys.exit(main())
