"""Waiting until a turn has everything it was promised: for channels that end after the answer."""

from dataclasses import dataclass

from bot.memory import Memory
from bot.records import Delivery, End, Room
from intents.dialogue import Turn


@dataclass(frozen=True, slots=True)
class Settled:
    """How one turn ended. `complete`: everything that was wished for is there."""

    outcome: End
    intent: str
    deliveries: tuple[Delivery, ...]

    @property
    def complete(self) -> bool:
        sent = all(d.state == "sent" for d in self.deliveries)
        asks_back = any(d.kind == "question" for d in self.deliveries)
        return self.outcome == "ok" and sent and not asks_back

    @property
    def job_id(self) -> str | None:
        return next((d.job_id for d in self.deliveries if d.job_id), None)


async def settled(memory: Memory, turn: Turn) -> Settled:
    """How `turn` ended, as soon as nothing is owed to it any more."""
    with memory.changes(Room.of(turn)) as bell:
        while True:
            bell.clear()
            if result := await memory.outbox.result(turn):
                outcome, intent, deliveries = result
                if all(d.state != "pending" for d in deliveries):
                    return Settled(outcome, intent, tuple(deliveries))
            await bell.wait()
