"""What a message is to 小爱: whether she is to answer it, and which question of hers it answers.

Memory knows what was asked; `manners` and `questions` know the words.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot import manners, questions
from bot.memory import Memory
from bot.records import Asked, Chosen, Room
from intents.dialogue import Choice, Question, Turn

MOST_LINES = 10  # so far back a question is looked for
SOON = timedelta(minutes=5)


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
        """What the turn answers: by number, words or a photo; by a yes or a place meant for her."""
        question = asked.question
        choice = questions.choose(question, turn.said)
        choice = choice or questions.shown(question, turn, called=addressed)
        if choice is None and (meant := _plainly(question, turn)):
            choice = meant if addressed or await self._is_for_her(asked, turn) else None
        return Chosen(asked, choice) if choice else None

    async def _is_answered(self, asked: Asked, turn: Turn) -> bool:
        """Whether whom she asked says an answer, without her name, before anybody else speaks."""
        if turn.photos or not questions.may_answer(asked.question, turn.said):
            return False
        last = await self._memory.history(Room.of(turn), limit=1)
        return bool(last) and last[0].mine

    async def _is_for_her(self, asked: Asked, turn: Turn) -> bool:
        """Whether a plain answer without her name is to her question, and to nobody's since then.

        What others said between is passed over where a place was asked for, and soon named; a yes
        is to them where it may be.
        """
        question = asked.question
        lines = await self._memory.history(Room.of(turn), limit=MOST_LINES)
        if lines and lines[-1].mine:
            return True
        put = [i for i, it in enumerate(lines) if it.mine and question.text in it.text]
        if not put or turn.at - lines[put[-1]].at > SOON:
            return False
        between = lines[put[-1] + 1 :]
        if not question.agree:
            return question.place
        return all(it.kind == "text" and not questions.proposes(it.text) for it in between)


def _plainly(question: Question, turn: Turn) -> Choice | None:
    """A yes to a question that takes one, or the name of a place where words are free."""
    if yes := questions.agrees(question, turn.said):
        return yes
    names = question.open and not turn.photos and questions.names_place(turn.said)
    return Choice(turn.said, turn.said) if names else None
