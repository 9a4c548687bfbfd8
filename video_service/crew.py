"""Which workers are here. Only the newest call of a worker may take a job for it."""


class Crew:
    """A worker that died leaves a waiting call behind; that call must not take a job any more."""

    def __init__(self) -> None:
        self._turns: dict[str, int] = {}
        self._here: set[str] = set()

    @property
    def present(self) -> bool:
        return bool(self._here)

    def arrive(self, worker: str) -> int:
        """The worker asks for work; the number of this call."""
        self._here.add(worker)
        return self._next(worker)

    def leave(self, worker: str) -> None:
        """The worker is dead; the calls it left behind are void."""
        self._here.discard(worker)
        self._next(worker)

    def is_newest(self, worker: str, turn: int) -> bool:
        return self._turns[worker] == turn

    def _next(self, worker: str) -> int:
        self._turns[worker] = self._turns.get(worker, 0) + 1
        return self._turns[worker]
