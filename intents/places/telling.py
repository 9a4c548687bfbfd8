"""Places in words: one numbered line each, with what the map knows of it."""

import re
from collections.abc import Iterable

from intents.places import wording
from intents.spots.finding import shown
from intents.spots.measures import distance, money
from intents.tools.maps import Place

UNTIL = re.compile(r"(?<=\d)\s*[-–~～]\s*(?=\d)")
ALL_DAY = "00:00到24:00"
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_HOURS = 20, 24, 30


def tell(head: str, places: Iterable[Place], *, hint: bool) -> str:
    """A head line, a line a place, and how to go on."""
    lines = [_line(n, place) for n, place in enumerate(places, 1)]
    return "\n".join((head, *lines, *((wording.HINT,) if hint and len(lines) > 1 else ())))


def facts(place: Place) -> str:
    """What is known of a place, the shortest first: 4.7分，人均85元，320米，文三路100号."""
    told = (
        wording.RATING.format(rating=f"{place.rating:.1f}") if place.rating else "",
        wording.COST.format(cost=money(place.cost)) if place.cost else "",
        distance(place.metres) if place.metres is not None else "",
        address(place),
        wording.PHONE.format(phone=place.phone) if place.phone else "",
    )
    return "，".join(fact for fact in told if fact)


def name(place: Place) -> str:
    return shown(place.name, LONGEST_NAME)


def address(place: Place) -> str:
    return shown(place.address or place.area, LONGEST_ADDRESS)


def hours(place: Place) -> str:
    """周一至周日10:30到22:00, 全天."""
    return shown(UNTIL.sub("到", place.hours).replace(ALL_DAY, wording.ALL_DAY), LONGEST_HOURS)


def _line(n: int, place: Place) -> str:
    told = facts(place)
    after = wording.FACTS.format(facts=told) if told else ""
    return wording.LINE.format(n=n, name=name(place), facts=after)
