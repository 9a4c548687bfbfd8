"""The rules of the house as the intents meet them: `intents.gate.Gate` over bot.db.

Every way in puts one of the two before its tools: `guarded` where people and agents order, and
`worded` where the owner does at the terminal, who is counted nowhere.
"""

import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.limits import wording
from bot.limits.ledger import Ledger
from bot.limits.rules import PAUSED, judge
from bot.limits.settings import LimitsSettings
from bot.limits.words import unwanted
from bot.records import Answer
from bot.settings import BotSettings
from intents.base import Moderator, Tools
from intents.dialogue import Keep, Part, Text, Turn
from intents.errors import Limited, NotAllowed
from intents.gate import Makes
from intents.tools import beijing
from intents.tools.failures import LlmError, LlmNeedsOwner

DAMPED_FOR = timedelta(minutes=10)
MODERATION_S = 2.0
log = logging.getLogger(__name__)


class WordGate:
    """What is filmed for nobody: words, and what the guard that reads along refuses."""

    def __init__(self, words: tuple[str, ...], moderator: Moderator | None) -> None:
        self._words, self._moderator = words, moderator

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:
        """Let `ask` order one film or picture; Limited with what to say when not."""
        self._judge(wish)

    async def words(self, ask: Turn, wish: str, prompt: str) -> None:
        """The prompt as it was written. Who cannot be asked is taken for a no: it is a film."""
        self._judge(prompt)
        if self._moderator is None:
            return
        try:
            passes = await self._moderator.passes(f"{wish}\n{prompt}", deadline=MODERATION_S)
        except LlmError as error:
            log.warning("nothing is filmed, the guard does not answer: %s", error)
            raise _unchecked(error) from error
        if not passes:
            raise _unwanted("refused by the guard")

    async def free(self, ask: Turn) -> None:
        """Give back what was counted."""
        return  # nothing is: words alone are looked at here

    def is_admin(self, ask: Turn) -> bool:
        return False

    def _judge(self, text: str) -> None:
        if kind := unwanted(text, self._words):
            raise _unwanted(kind)


class HouseGate(WordGate):
    """And what is enough for one day. `others`: of a chat whose pause holds here, too."""

    def __init__(
        self,
        ledger: Ledger,
        limits: LimitsSettings,
        admins: frozenset[str],
        moderator: Moderator | None,
        others: Ledger | None = None,
    ) -> None:
        super().__init__(limits.words, moderator)
        self._ledger, self._limits = ledger, limits
        self._admins, self._others = admins, others

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:
        await super().check(ask, makes, wish)
        verdict = partial(judge, limits=self._limits, makes=makes, now=beijing.now())
        paused = await self._is_paused_elsewhere()
        if refusal := PAUSED if paused else await self._ledger.hold(ask, makes, verdict):
            raise Limited(refusal.rule, rule=refusal.rule, say=refusal.say, brief=refusal.brief)

    async def free(self, ask: Turn) -> None:
        await self._ledger.free(ask)

    def is_admin(self, ask: Turn) -> bool:
        return f"{ask.channel}:{ask.sender}" in self._admins

    async def _is_paused_elsewhere(self) -> bool:
        try:
            return self._others is not None and await self._others.is_paused()
        except sqlite3.DatabaseError:  # there is no chat yet, or none that can be read
            return False


def guarded(
    tools: Tools, ledger: Ledger, settings: BotSettings, others: Ledger | None = None
) -> Tools:
    """The tools behind all rules of the house; `others`: whose pause holds here, too."""
    admins = frozenset(settings.admins)
    gate = HouseGate(ledger, settings.limits, admins, tools.moderator, others)
    return replace(tools, gate=gate)


def worded(tools: Tools, limits: LimitsSettings) -> Tools:
    """The tools behind the words alone."""
    return replace(tools, gate=WordGate(limits.words, tools.moderator))


async def declined(ledger: Ledger, ask: Turn, error: NotAllowed) -> Answer:
    """The refusal: said once, then briefly, then not again for some minutes."""
    if not isinstance(error, Limited):
        return Answer((Text(error.say),), outcome="declined")
    before = await ledger.declined(ask, error.rule, ask.at - DAMPED_FOR)
    said = (error.say, error.brief)[before : before + 1]
    words: tuple[Part, ...] = tuple(Text(it) for it in said)
    return Answer((*words, Keep({"declined": error.rule})), outcome="declined")


def _unwanted(kind: str) -> Limited:
    rule, say, brief = "unwanted", wording.UNWANTED, wording.UNWANTED_BRIEF
    if kind == "despair":  # it may be meant in earnest
        rule, say, brief = kind, wording.DESPAIR, wording.DESPAIR_BRIEF
    return Limited(f"not filmed: {kind}", rule=rule, say=say, brief=brief)


def _unchecked(error: LlmError) -> Limited:
    say, brief = wording.UNCHECKED, wording.UNCHECKED_BRIEF
    if isinstance(error, LlmNeedsOwner):  # a wrong key, or no money: it will not pass
        say, brief = wording.UNCHECKED_OWNER, wording.UNCHECKED_OWNER_BRIEF
    return Limited(f"not moderated: {error}", rule="unchecked", say=say, brief=brief)
