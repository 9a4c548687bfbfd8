"""The places a family wants kept: 记住家是…, 忘掉我家地址, 你记得哪些地方."""

import re

from intents.base import Notebook
from intents.chat import wording
from intents.dialogue import Turn
from intents.errors import NotAllowed
from intents.spots.names import canonical

LONGEST_NAME, LONGEST_ADDRESS = 12, 60
MOST = 12  # of the places told in one answer
ASKED = re.compile(
    r"(?:记|存|保存)(?:得|住|了|下|着|过)+.{0,4}(?:哪些|哪几|什么|啥)(?:地方|地址|地点|位置)"
    r"|(?:哪些|什么)(?:地方|地址).{0,6}(?:记|存)"
)
MINE = re.compile(r"我(?!们)")


def asks_for_places(said: str) -> bool:
    return ASKED.search(said) is not None


async def keep(notebook: Notebook, ask: Turn, name: str, address: str) -> str:
    """What is said once it is kept: 我家 is the asker's own, 家 and 我们家 are everybody's."""
    kept, address = _name(name), " ".join(address.split())[:LONGEST_ADDRESS]
    mine = MINE.match(name) is not None
    await notebook.keep(ask, kept, address, private=mine)
    return (wording.KEPT_MINE if mine else wording.KEPT).format(name=kept, address=address)


async def forget(notebook: Notebook, ask: Turn, name: str) -> str:
    """What is said once it is forgotten, or that there was nothing to forget."""
    wanted = _name(name)
    names = [kept for kept in await notebook.places(ask) if canonical(kept) == wanted]
    done = [await notebook.forget(ask, kept) for kept in names]
    return (wording.FORGOTTEN if any(done) else wording.NOT_KEPT).format(name=wanted)


async def tell(notebook: Notebook, ask: Turn) -> str:
    """All places that are kept for the asker, one a line."""
    places = (await notebook.places(ask)).items()
    lines = [wording.PLACE.format(name=name, address=where) for name, where in places]
    return "\n".join((wording.PLACES, *lines[:MOST])) if lines else wording.NO_PLACES


def there(notebook: Notebook | None) -> Notebook:
    if notebook is None:
        raise NotAllowed("no notebook", say=wording.NO_NOTEBOOK)
    return notebook


def _name(name: str) -> str:
    return canonical(name)[:LONGEST_NAME]
