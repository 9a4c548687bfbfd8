"""帮助: what can be asked, each with its example, and the exact words."""

from bot.admin import wording
from intents.abilities import abilities
from intents.base import Tools
from intents.chat import wording as chat_wording

MOST_EXAMPLES = 6


def helped(tools: Tools, *, admin: bool) -> str:
    """One line a thing."""
    able = abilities(tools)[:MOST_EXAMPLES]
    titles = "、".join(it.title for it in able)
    lines = [chat_wording.ABLE.format(titles=titles)]
    lines += [chat_wording.ABLE_TO.format(title=it.title, example=it.example) for it in able]
    lines.append(wording.HELP_LIMITS)
    if admin:
        lines += [wording.HELP_ADMIN, wording.HELP_GRANT]
    return "\n".join(lines)
