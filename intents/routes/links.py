"""The link that opens the map app on this very route. Points are GCJ-02, as Amap draws them."""

from urllib.parse import quote

from intents.tools.maps import Spot, Way

BASE = "https://uri.amap.com/navigation"
MODES: dict[Way, str] = {"步行": "walk", "骑行": "ride", "驾车": "car", "公交": "bus"}
LONGEST_NAME = 12  # a sign says nine bytes in the address, and the app shows no more


def link(way: Way, start: Spot, end: Spot) -> str:
    """Safe to stand in a line of chat: nothing in it but ASCII without spaces."""
    return f"{BASE}?from={_end(start)}&to={_end(end)}&mode={MODES[way]}&callnative=1"


def _end(spot: Spot) -> str:
    longitude, latitude = spot.at
    return f"{longitude:.6f},{latitude:.6f},{quote(spot.name[:LONGEST_NAME], safe='')}"
