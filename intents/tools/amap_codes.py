"""How Amap says no, and what it means: its info codes, of which v3, v5 and v4 share most.

Its texts (`info`, `errmsg`) are never passed on: they may quote what was sent.
"""

from typing import Any

from intents.tools import wording
from intents.tools.http import ProviderBusy, ProviderRefused, ProviderSilent
from intents.tools.maps import MapBusy, MapError, MapNeedsOwner, MapNotFound

OK = "10000"
SPENT = {"10003", "10044", "10045", "40000"}  # a day's questions, or the package that was bought
AGAIN = {"10014", "10015", "10016", "10019", "10020", "10021", "10029"}  # so many in a second
MINUTE = "10004"  # so many in a minute: closed until the next one
MINUTE_S = 60.0

WRONG_PLATFORM = "10009"  # a key for web pages or apps where a key for web services is needed
OF_OWNER = {
    "10001", "10002", "10005", "10006", "10007", "10008", "10009", "10010", "10011", "10012",
    "10013", "10026", "10041", "40002", "40003",
}  # fmt: skip
NOT_FOUND = {
    "20800": wording.MAP_ABROAD,
    "20801": wording.NO_ROADS,
    "20802": wording.NO_WAY,
    "20803": wording.TOO_FAR,
    "20011": wording.MAP_ABROAD,
}
REFUSED = {"20012": wording.MAP_REFUSED}
NOTHING = "3"  # 30001 and its like: the engine found nothing to answer with


def judge(status: int, said: dict[str, Any]) -> None:
    """Raises what is wrong with an answer of Amap; HTTP is 200 even for its errors."""
    if "errcode" in said:  # v4
        code = str(said["errcode"])
        code = OK if code == "0" else code
    else:
        good = str(said.get("status")) == "1"
        code = OK if good else str(said.get("infocode") or "")
    if code == OK:
        return
    if not code.isdecimal():
        raise ProviderSilent(f"amap: HTTP {status}, and no answer of its kind")
    if code in SPENT:
        raise ProviderBusy(f"amap: {code}, the day's quota is spent", for_today=True)
    if code == MINUTE:
        raise ProviderBusy(f"amap: {code}, too many in a minute", again=True, rest_s=MINUTE_S)
    if code in AGAIN:
        raise ProviderBusy(f"amap: {code}, too many at once", again=True)
    raise ProviderRefused(f"amap: refused with {code}", code)


def meant(error: ProviderRefused) -> MapError:
    """What a refusal means for the family."""
    code, log = error.code, str(error)
    if code in OF_OWNER:
        return MapNeedsOwner(log, say=wording.MAP_KEY, code=code)
    if code in NOT_FOUND:
        return MapNotFound(log, say=NOT_FOUND[code])
    if code.startswith(NOTHING):
        return MapNotFound(log, say=wording.NO_SPOT)
    return MapError(log, say=REFUSED.get(code, wording.MAP_PUZZLED))


def busy(error: ProviderBusy) -> MapBusy:
    return MapBusy(str(error), say=wording.MAP_SPENT if error.for_today else wording.MAP_BUSY)
