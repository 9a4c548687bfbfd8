"""Every failure 小爱 can explain.

IntentError
├── Unreachable      something we depend on did not answer: say so, suggest later
└── NotAllowed       a limit or a rule stopped it: say which, and what to do

`str(error)` is for the log, in English. `error.say` is for the family, in Chinese.
Handlers raise; only `bot.app` catches.
"""


class IntentError(Exception):
    """Something went wrong in a way the family can be told."""

    say = "这会儿没办成，过一会儿再叫我试试。"

    def __init__(self, log: str, *, say: str | None = None) -> None:
        super().__init__(log)
        if say is not None:
            self.say = say


class Unreachable(IntentError):
    """A service, a model or the network did not answer in time."""

    say = "我这边网络不太顺，过几分钟再问我一次。"


class NotAllowed(IntentError):
    """Raised with the limit or rule that was met."""


class Limited(NotAllowed):
    """One of the refusals that a child's thirty wishes in a row would meet thirty times.

    The same `rule` is said once to the same person, then as `brief`, then not again for a while.
    """

    def __init__(self, log: str, *, rule: str, say: str, brief: str) -> None:
        super().__init__(log, say=say)
        self.rule, self.brief = rule, brief
