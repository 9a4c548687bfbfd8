"""The worker processes of one service: which lane each works for, and in how many slots."""

from dataclasses import dataclass

from video_service.engines.specs import Lane

CLOUD_SLOT, FINISH_SLOT = 10, 90  # far from the slots of cards, and from each other


@dataclass(frozen=True, slots=True)
class Post:
    """One worker process; it does `slots` jobs at a time, numbered from `first` on."""

    lane: Lane
    first: int
    slots: int
    rests: bool = False  # started only when there is something to do

    @property
    def workers(self) -> tuple[str, ...]:
        """The names under which a process that this service started claims jobs."""
        return tuple(f"local/{self.first + number}" for number in range(self.slots))


CARD = Post("card", 0, 1)
FINISH = Post("finish", FINISH_SLOT, 1, rests=True)


def cloud(parallel: int, *, rests: bool = False) -> Post:
    """The process that waits for clouds, `parallel` films at a time."""
    return Post("cloud", CLOUD_SLOT, parallel, rests)
