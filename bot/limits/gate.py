"""The rules of the house as the intents meet them: `intents.gate.Gate` over bot.db."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.limits import wording
from bot.limits.ledger import Ledger
from bot.limits.rules import judge
from bot.limits.settings import LimitsSettings
from bot.limits.words import unwanted
from bot.records import Answer
from bot.settings import BotSettings
from intents.base import Moderator, Tools
from intents.dialogue import Keep, Part, Text, Turn
from intents.errors import Limited, NotAllowed
from intents.gate import Makes
from intents.tools import beijing
from intents.tools.failures import LlmError

DAMPED_FOR = timedelta(minutes=10)
MODERATION_S = 2.0


class HouseGate:
    def __init__(
        self,
        ledger: Ledger,
        limits: LimitsSettings,
        admins: frozenset[str],
        moderator: Moderator | None,
    ) -> None:
        self._ledger, self._limits = ledger, limits
        self._admins, self._moderator = admins, moderator

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:
        """Let `ask` order one film or picture; Limited with what to say when not."""
        self._judge_words(wish)
        verdict = partial(judge, limits=self._limits, makes=makes, now=beijing.now())
        if refusal := await self._ledger.hold(ask, makes, verdict):
            raise Limited(refusal.rule, rule=refusal.rule, say=refusal.say, brief=refusal.brief)

    async def words(self, ask: Turn, wish: str, prompt: str) -> None:
        """The prompt as it was written. Who cannot be asked is taken for a no: it is a film."""
        self._judge_words(prompt)
        if self._moderator is None:
            return
        try:
            passes = await self._moderator.passes(f"{wish}\n{prompt}", deadline=MODERATION_S)
        except LlmError as error:
            say, brief = wording.UNCHECKED, wording.UNCHECKED_BRIEF
            raise Limited(
                f"not moderated: {error}", rule="unchecked", say=say, brief=brief
            ) from error
        if not passes:
            raise _unwanted("the guard model says no")

    def is_admin(self, ask: Turn) -> bool:
        return f"{ask.channel}:{ask.sender}" in self._admins

    def _judge_words(self, text: str) -> None:
        if found := unwanted(text, self._limits.words):
            raise _unwanted(found)


def guarded(tools: Tools, ledger: Ledger, settings: BotSettings) -> Tools:
    """The tools behind the rules of the house."""
    admins = frozenset(settings.admins)
    return replace(tools, gate=HouseGate(ledger, settings.limits, admins, tools.moderator))


async def declined(ledger: Ledger, ask: Turn, error: NotAllowed) -> Answer:
    """The refusal: said once, then briefly, then not again for some minutes."""
    if not isinstance(error, Limited):
        return Answer((Text(error.say),), outcome="declined")
    before = await ledger.declined(ask, error.rule, ask.at - DAMPED_FOR)
    said = (error.say, error.brief)[before : before + 1]
    words: tuple[Part, ...] = tuple(Text(it) for it in said)
    return Answer((*words, Keep({"declined": error.rule})), outcome="declined")


def _unwanted(why: str) -> Limited:
    say, brief = wording.UNWANTED, wording.UNWANTED_BRIEF
    return Limited(why, rule="unwanted", say=say, brief=brief)
