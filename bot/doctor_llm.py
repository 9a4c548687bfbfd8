"""Whether the language model answers, and the other accounts whose keys are set: films use them."""

import asyncio
from collections.abc import AsyncIterator

from bot import diagnoses as say
from bot.doctor_words import of_llm
from bot.findings import Finding
from bot.settings import Settings
from intents.tools.endpoint import Chosen, open_sdk
from intents.tools.failures import LlmError
from intents.tools.llm import OpenAiLlm
from intents.tools.providers import PROVIDERS, Provider, choose
from video_service.schema.config import SettingsError, secret


async def examine_llm(settings: Settings) -> AsyncIterator[Finding]:
    """One finding for the model in use, one for each other key that is set."""
    used = ""
    try:
        chosen = await asyncio.to_thread(choose, settings.intents.llm)
    except SettingsError as error:
        yield Finding("bad", say.LLM_SETTINGS, str(error))
        return
    if chosen is None:
        yield Finding("warn", say.NO_LLM, say.NO_LLM_CURE)
    else:
        used = chosen.name
        yield await _ask(chosen, say.LLM, say.LLM_BAD, say.LLM_CURE)
    for name, place in PROVIDERS.items():
        if name != used and place.key_needed:
            async for finding in _spare(name, place):
                yield finding


async def _spare(name: str, place: Provider) -> AsyncIterator[Finding]:
    """An account whose key is set though another thinks."""
    bad = say.KEY_BAD.format(it=name, why="{why}")
    try:
        keys = [await asyncio.to_thread(secret, variable) for variable in place.keys]
    except SettingsError as error:
        yield Finding("warn", bad.format(why=error), say.KEY_CURE)
        return
    if key := next(filter(None, keys), None):
        account = Chosen(name, place, place.base_url, place.model, key)
        yield await _ask(account, say.KEY, bad, say.KEY_CURE)


async def _ask(chosen: Chosen[Provider], good: str, bad: str, cure: str) -> Finding:
    try:
        async with open_sdk(chosen) as client:
            seconds = await OpenAiLlm(chosen, client).ping()
    except LlmError as error:
        return of_llm(error, bad, cure, chosen.provider.keys)
    return Finding("ok", good.format(it=f"{chosen.name} {chosen.model}", seconds=seconds))
