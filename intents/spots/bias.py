"""In which city a name is to be looked for: the one it names itself, else where the family is."""

import re

from intents.tools.towns import capital, find_towns

NO_TOWN = re.compile(
    r"[东南西北中一二三四]{0,2}(?:大?[路街道]|巷|弄|胡同)|(?<=中山).|饭店|宾馆|酒店|烤鸭|火锅|小吃"
    r"|[^市]{0,3}[菜面粉]$|[^市]{0,2}豆腐"
)
NATION = ""  # anywhere in the country


def city_named(words: str, home: str) -> str | None:
    """The city that these words name, NATION for a town by itself; None when they name none.

    A town's name that a road or a dish bears names nothing, and 鼓楼 is the one at home.
    """
    for mention in find_towns(words):
        if NO_TOWN.match(words, mention.end):
            continue
        cities = {NATION if capital(town) else town.city for town in mention.towns}
        if home and any(city.startswith(home) for city in cities):
            return home
        if mention.said == words or len(cities) == 1:
            return NATION if mention.said == words else cities.pop()
    return None
