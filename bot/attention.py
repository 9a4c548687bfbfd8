"""What a message is to 小爱: whether she is to answer it, and which question of hers it answers.

Memory knows what was asked; `manners` and `questions` know the words.
"""

from dataclasses import dataclass, replace

from bot import manners, questions
from bot.memory import Memory
from bot.records import Asked, Chosen, Room
from intents.dialogue import Turn


@dataclass(frozen=True, slots=True)
class Noticed:
    """`turn` as it is to her: its `said` is without her name. `wanted`: it wants an answer."""

    turn: Turn
    wanted: bool
    chosen: Chosen | None


class Attention:
    """`names` are what she is called."""

    def __init__(self, memory: Memory, names: tuple[str, ...]) -> None:
        self._memory, self._names = memory, names

    async def notice(self, turn: Turn) -> Noticed:
        """What a turn that memory has not heard yet is to her."""
        turn = await self._memory.complete(turn)
        heard = manners.listen(turn, self._names)
        turn = replace(turn, said=heard.said)
        asked = await self._memory.asked.of_person(turn)
        chosen = await self._chosen(asked, turn, heard.addressed) if asked else None
        refused = bool(asked and questions.refuses(turn.said))
        wanted = heard.addressed or refused or chosen is not None
        if asked and not wanted:
            wanted = await self._is_answered(asked, turn)
        return Noticed(turn, wanted, chosen)

    async def put_into_words(self, turn: Turn, text: str) -> Turn:
        """What was spoken to her as `text`, kept: it may answer her question as typed words do."""
        said = manners.listen(replace(turn, text=text), self._names).said
        turn = await self._memory.put_into_words(turn, text, said)
        asked = await self._memory.asked.of_person(turn)
        if asked and (chosen := await self._chosen(asked, turn, True)):
            await self._memory.asked.take(turn, chosen)
        return turn

    async def _chosen(self, asked: Asked, turn: Turn, addressed: bool) -> Chosen | None:
        """What the turn answers: by a number or words, by a photo, by a yes that is meant for her.

        A yes without her name is one to her as long as nobody else has spoken.
        """
        question = asked.question
        choice = questions.choose(question, turn.said)
        choice = choice or questions.shown(question, turn, called=addressed)
        if choice is None and (yes := questions.agrees(question, turn.said)):
            choice = yes if addressed or await self._spoke_last(turn) else None
        return Chosen(asked, choice) if choice else None

    async def _is_answered(self, asked: Asked, turn: Turn) -> bool:
        """Whether whom she asked says an answer, without her name, before anybody else speaks."""
        if turn.photos or not questions.may_answer(asked.question, turn.said):
            return False
        return await self._spoke_last(turn)

    async def _spoke_last(self, turn: Turn) -> bool:
        """Whether the last words in the room of `turn`, before it, were hers."""
        last = await self._memory.history(Room.of(turn), limit=1)
        return bool(last) and last[0].mine
