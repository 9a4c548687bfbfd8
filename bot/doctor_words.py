"""A language model that did not answer, as a finding: some failures have a cure of their own."""

from bot import diagnoses as say
from bot.findings import Finding
from bot.plainly import why
from intents.tools.failures import LlmAuth, LlmError, LlmNoMoney


def of_llm(error: LlmError, told: str, cure: str, keys: tuple[str, ...]) -> Finding:
    """`keys` are the variables in which the key may stand."""
    if isinstance(error, LlmAuth):
        cure = say.LLM_AUTH_CURE.format(keys=" 或 ".join(keys))
    if isinstance(error, LlmNoMoney):
        cure = say.LLM_MONEY_CURE
    return Finding("warn", told.format(why=why(error)), cure)
