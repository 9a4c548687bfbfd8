"""Which workers are here. Only the newest call of a worker may take a job for it."""

from video_service.engines.specs import Lane


class Crew:
    """A worker that died leaves a waiting call behind; that call must not take a job any more."""

    def __init__(self) -> None:
        self._turns: dict[str, int] = {}
        self._here: dict[str, Lane] = {}
        self.callable = True  # whether those from elsewhere can be called

    def present(self, lane: Lane) -> bool:
        """Whether anybody works for this lane."""
        return lane in self._here.values()

    def arrive(self, worker: str, lane: Lane = "card") -> int:
        """The worker asks for work; the number of this call."""
        self._here[worker] = lane
        return self._next(worker)

    def leave(self, worker: str) -> None:
        """The worker is dead; the calls it left behind are void."""
        self._here.pop(worker, None)
        self._next(worker)

    def hang_up(self, worker: str, turn: int) -> None:
        """This call broke off; one that came after it goes on."""
        if self.is_newest(worker, turn):
            self.leave(worker)

    def is_newest(self, worker: str, turn: int) -> bool:
        return self._turns[worker] == turn

    def _next(self, worker: str) -> int:
        self._turns[worker] = self._turns.get(worker, 0) + 1
        return self._turns[worker]
