"""Towns of China by name, offline: which ones a sentence names, and which one is meant.

The table is data/towns.csv; it is read once, when first needed (`preload` does it in a thread).
An adcode tells its own place: 330106 is a district (06) of a city (01) of a province (33).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from intents.tools.forecast import Town
from intents.tools.town_names import ORDINARY, short_name

MUNICIPALITIES = ("11", "12", "31", "50")
ALONE = ("71", "81", "82")  # the table has nothing below them
SHORTENED = ("市", "自治县", "自治旗")
RANKS = "县市区"  # of two entries of one name in one city the higher rank is the newer one
# words a town's name must not be cut out of: 今|天等, 明|天水
JOINTS = ("", " ", "的")
WHOLE = frozenset(
    "今天 明天 后天 昨天 前天 每天 天天 白天 几天 天气 会同时 一会 等会 海南岛 西藏路".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A town as it stands in a text; of several `towns` it must be asked which, likeliest first."""

    said: str
    start: int
    towns: tuple[Town, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.said)


def find_towns(text: str) -> tuple[Mention, ...]:
    """The towns named in `text`, left to right; 江苏南京鼓楼 is one mention of one town."""
    table, start = _table(), 0
    found: list[Found] = []
    while start < len(text):
        said = table.longest(text, start)
        if not said:
            start += 1
            continue
        if said not in WHOLE:
            codes = table.codes(said)
            if found and (inner := _within(found[-1], text[:start], codes)):
                begins = found.pop()[1]
                found.append((text[begins : start + len(said)], begins, inner))
            else:
                found.append((said, start, codes))
        start += len(said)
    return tuple(Mention(said, at, _meant(codes)) for said, at, codes in found)


def towns_named(place: str, near: str = "") -> tuple[Town, ...]:
    """The towns that `place` may mean; those of the city of the adcode `near` win. Often none.

    Something more exact than a town, such as a street, is no town: 杭州西湖边 names none.
    """
    mentions = find_towns(place)
    if len(mentions) != 1 or mentions[0].said != place:
        return ()
    towns = mentions[0].towns
    here = tuple(town for town in towns if near and _city(town.adcode) == _city(near))
    return here if len(here) == 1 else towns


def whole_name(town: Town) -> str:
    """The name that means this town alone: 江苏省南京市鼓楼区."""
    if not town.adcode:
        return town.name
    return _table().whole(town.adcode)


def label(town: Town) -> str:
    """The name by which people tell it from its namesakes: 南京鼓楼区, 辽宁朝阳市."""
    return _table().label(town.adcode) if town.adcode else town.name


def capital(town: Town) -> Town | None:
    """The seat of the government of a province; None for anything that has weather of its own."""
    code = town.adcode
    if not code.endswith("0000") or code[:2] in (*MUNICIPALITIES, *ALONE):
        return None
    return _table().town(code[:2] + "0100")


def preload() -> None:
    """Read the table now; the first use would read it on the event loop."""
    _table()


Found = tuple[str, int, tuple[str, ...]]


def _within(before: Found, text: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `codes` that lie in the town with which `text` ends: 南京 + 鼓楼, 南京的 + 鼓楼."""
    said, begins, outer = before
    if text[begins + len(said) :] not in JOINTS:
        return ()
    return tuple(code for code in codes if any(_holds(o, code) for o in outer))


def _holds(outer: str, inner: str) -> bool:
    """Whether `inner` lies in `outer`, or is it."""
    return inner.startswith(outer[:2] if outer.endswith("0000") else outer.removesuffix("00"))


def _city(code: str) -> str:
    """The digits of its city; a municipality is its own."""
    return code[:2] if code[:2] in MUNICIPALITIES else code[:4]


def _above(code: str) -> str:
    """The town that `code` is told apart by: its city, else its province."""
    if code[:2] in MUNICIPALITIES or code[2:4] == "90" or code.endswith("00"):
        return code[:2] + "0000"
    return code[:4] + "00"


def _meant(codes: tuple[str, ...]) -> tuple[Town, ...]:
    """What people mean by a name that all of `codes` bear, likeliest first."""
    table = _table()
    return tuple(table.town(code) for code in sorted(_likely(codes), key=_likeliness))


def _likely(codes: tuple[str, ...]) -> set[str]:
    """Those that come to mind: 西安 is the city, 朝阳 the city or the part of Beijing."""
    provinces = [c for c in codes if c.endswith("0000")]
    cities = [c for c in codes if c.endswith("00") and c not in provinces]
    if provinces:
        return {*provinces, *(c for c in cities if _table().names[c].endswith("市"))}
    if cities:
        return {*cities, *(c for c in codes if _is_big(c) and not c.startswith(cities[0][:4]))}
    return {_newest(codes, code[:4]) for code in codes}


def _is_big(code: str) -> bool:
    """A part of a municipality or of a province's capital: well known far from there."""
    return code[:2] in MUNICIPALITIES or (code[2:4] == "01" and not code.endswith("00"))


def _newest(codes: tuple[str, ...], city: str) -> str:
    names = _table().names
    alike = (code for code in codes if code.startswith(city))
    return max(alike, key=lambda code: (RANKS.find(names[code][-1]), code))


def _likeliness(code: str) -> tuple[bool, bool, bool, str]:
    municipal = code[:2] in MUNICIPALITIES
    return (not municipal, not code.endswith("00"), code[2:4] != "01", code)


class _Table:
    """The names of all adcodes, and the adcodes of all names, short ones too."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self._codes: dict[str, tuple[str, ...]] = {}
        for code, name in names.items():
            for form in {name, short_name(name)} - ORDINARY:
                self._codes[form] = (*self._codes.get(form, ()), code)
        forms = {*self._codes, *WHOLE}
        self._sizes = sorted({len(form) for form in forms}, reverse=True)
        self._forms = forms

    def longest(self, text: str, start: int) -> str:
        """The longest name, or word that is none, that begins at `start`; empty for nothing."""
        return next(
            (form for size in self._sizes if (form := text[start : start + size]) in self._forms),
            "",
        )

    def codes(self, said: str) -> tuple[str, ...]:
        return self._codes.get(said, ())

    def town(self, code: str) -> Town:
        name = self.names[code]
        short = short_name(name)
        if len(self.codes(name)) > 1:
            name = self.label(code)
        elif (code.endswith("00") or name.endswith(SHORTENED)) and self._is_clear(short, code):
            name = short
        return Town(name, code, self.names[code[:2] + "0000"], self._city(code))

    def label(self, code: str) -> str:
        above, own = self.names.get(_above(code), ""), self.names[code]
        return own if short_name(above) == short_name(own) else short_name(above) + own

    def _is_clear(self, short: str, code: str) -> bool:
        """Whether the short name means this town, or towns within it."""
        return code.endswith("0000") or _likely(self._codes.get(short, ())) == {code}

    def whole(self, code: str) -> str:
        above = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
        return "".join(self.names[each] for each in above if each in self.names)

    def _city(self, code: str) -> str:
        if code[:2] in (*MUNICIPALITIES, *ALONE):
            return self.names[code[:2] + "0000"]
        return self.names.get(code[:4] + "00", "" if code.endswith("00") else self.names[code])


@cache
def _table() -> _Table:
    text = resources.files("intents.tools").joinpath("data/towns.csv").read_text("utf-8")
    return _Table(dict(_rows(text)))


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(text.splitlines()):
        yield row["adcode"], row["name"]
