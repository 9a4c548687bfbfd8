"""From one turn to one answer: what is wanted, who answers it, and with which slots."""

from contextlib import suppress
from dataclasses import replace

from pydantic import BaseModel, ValidationError

from bot import questions, wording
from bot.memory import Memory
from bot.records import Answer, Asked, Chosen
from intents.base import AnyIntent, Tools
from intents.chat.handler import INTENT as CHAT
from intents.dialogue import Choice, Dialogue, Text, Turn
from intents.errors import IntentError
from intents.recognize import recognize
from intents.registry import INTENTS


async def think(turn: Turn, memory: Memory, tools: Tools) -> Answer:
    """The answer to an open turn; raises IntentError with what to say instead."""
    tools = replace(
        tools,
        notebook=memory.notebook,
        library=memory.library,
        styles=memory.styles,
        album=memory.album,
    )
    dialogue = await memory.dialogue(turn)
    if chosen := await memory.asked.chosen(turn):
        return await _go_on(dialogue, chosen, tools)
    asked = await memory.asked.of_person(turn)
    if asked and questions.refuses(turn.said):
        await memory.asked.drop(asked)
        return Answer((Text(wording.NEVER_MIND),), asked.intent)
    if not turn.said and not dialogue.ask.photos and not turn.quote:
        return Answer((Text(wording.HERE),), CHAT.name)
    intent, slots = await _understand(dialogue, memory, tools)
    if asked and (chosen := _in_own_words(asked, turn, intent)):
        if await memory.asked.take(turn, chosen):
            return await _go_on(dialogue, chosen, tools)
    if asked and _is_passed_over(asked, intent):
        await memory.asked.drop(asked)
    parts = await intent.answer(dialogue, slots, tools)
    return Answer(parts, intent.name, slots.model_dump_json())


async def _understand(
    dialogue: Dialogue, memory: Memory, tools: Tools
) -> tuple[AnyIntent, BaseModel]:
    """What is wanted; found out once, so that a turn that is taken up again wants the same."""
    if before := await memory.understood(dialogue.ask):
        name, raw = before
        with suppress(StopIteration, ValidationError):  # of another version of ours
            intent = next(it for it in INTENTS if it.name == name)
            return intent, intent.slots.model_validate_json(raw)
    found = await recognize(dialogue, tools)
    slots = found.slots.model_dump_json()
    await memory.understand(dialogue.ask, found.intent.name, slots, found.by)
    return found.intent, found.slots


def _in_own_words(asked: Asked, turn: Turn, intent: AnyIntent) -> Chosen | None:
    """An open question takes free words that mean nothing else, not even good morning."""
    if asked.question.open and intent is CHAT and questions.is_own_words(turn.said):
        return Chosen(asked, Choice(turn.said, turn.said))
    return None


def _is_passed_over(asked: Asked, intent: AnyIntent) -> bool:
    """A wish of the same kind takes the old one's place, and any wish that of a question whose
    silence means nothing: minutes later, talk would be taken for where somebody wanted to go.

    A photo is never taken for anything else, so a question for one goes on waiting."""
    silent = asked.question.default is None and not asked.question.photo
    return intent.name == asked.intent or (intent is not CHAT and silent)


async def _go_on(dialogue: Dialogue, chosen: Chosen, tools: Tools) -> Answer:
    """What was asked for before the question, now with its answer in the slot."""
    asked = chosen.asked
    intent = next((it for it in INTENTS if it.name == asked.intent), None)
    if intent is None:
        raise IntentError(f"question {asked.id}: the intent {asked.intent!r} is gone")
    stored = intent.slots.model_validate_json(asked.slots).model_dump()
    slots = intent.slots.model_validate({**stored, asked.question.slot: chosen.choice.value})
    parts = await intent.answer(dialogue, slots, tools)
    return Answer(parts, intent.name, slots.model_dump_json())
