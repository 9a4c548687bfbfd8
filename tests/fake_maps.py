"""Amap and Open-Meteo for tests: one real HTTP server with their paths, shapes and ways to fail.

with running_maps() as world:              # or: python -m tests.fake_maps --port N --fault html
    world.fault = "quota"                  # from now on; None = sane again
    world.only = "amap"                    # whose fault it is; None = everybody's
    world.script([{"status": "0", "infocode": "10021"}, "html"])  # the next answers
    world.asked("/v3/geocode/geo")         # what was asked there, without the key
"""

import argparse
import contextlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from intents.tools import beijing
from tests import map_bodies as bodies
from tests import meteo_bodies
from tests.map_bodies import Body
from tests.serving import Answers, serving, told

Fault = Literal[
    "down", "reset", "slow", "drip", "cut", "html", "garbage", "list", "redirect", "error500",
    "qps", "minute", "server_busy", "quota", "user_quota", "bad_key", "wrong_platform", "empty",
    "not_found", "bad_params",
]  # fmt: skip
FAULTS: tuple[str, ...] = get_args(Fault)
KEY = "canary0123456789abcdef0123456789"

Rule = Callable[[str, Mapping[str, str]], Body | None]

CODES = {
    "qps": ("CUQPS_HAS_EXCEEDED_THE_LIMIT", "10021"), "minute": ("ACCESS_TOO_FREQUENT", "10004"),
    "server_busy": ("SERVER_IS_BUSY", "10016"), "quota": ("DAILY_QUERY_OVER_LIMIT", "10003"),
    "user_quota": ("USER_DAILY_QUERY_OVER_LIMIT", "10044"),
    "bad_key": ("INVALID_USER_KEY", "10001"), "wrong_platform": ("USERKEY_PLAT_NOMATCH", "10009"),
    "not_found": ("ENGINE_RESPONSE_DATA_ERROR", "30001"), "bad_params": ("INVALID_PARAMS", "20000"),
}  # fmt: skip
EMPTY = {"weather": "lives", "geocode": "geocodes", "place": "pois", "direction": "transits"}
REASONS = {
    "qps": (429, "Minutely API request limit exceeded. Please try again in one minute."),
    "quota": (429, "Daily API request limit exceeded. Please try again tomorrow."),
    "bad_params": (400, "Parameter 'latitude' must be in range of -90 to 90°. Given: 100.0."),
}


class FakeMaps:
    """What a test holds: where the server is, what it was asked, how it is to behave."""

    def __init__(self, fault: str | None = None, delay: float = 30.0, key: str = KEY) -> None:
        self.fault, self.delay, self.key = fault, delay, key
        self.only: Literal["amap", "open_meteo"] | None = None
        self.today: date | None = None  # None: the real one
        self.rule: Rule | None = None  # what it says before anything else, if anything
        self.url = ""
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()
        self._script: deque[Body | str] = deque()

    def script(self, answers: Iterable[Body | str]) -> None:
        """The next answers in order, bodies or faults; afterwards the rules again."""
        self._script.extend(answers)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The questions put to `path`, in order."""
        return [params for there, params in self.requests if there.startswith(path)]

    @property
    def environ(self) -> dict[str, str]:
        """The variables that make 群影 ask this server, with a map key."""
        section = "QUNYING_INTENTS__"
        return {
            "AMAP_API_KEY": self.key,
            f"{section}MAPS__AMAP_URL": self.url,
            f"{section}WEATHER__FORECAST_URL": self.url,
            f"{section}WEATHER__GEOCODING_URL": self.url,
        }

    def reply(self, path: str, params: dict[str, str]) -> tuple[int, Body | None, str | None]:
        """Status, body and the fault that spoils how it is sent."""
        self.keys.append(params.pop("key", ""))
        self.requests.append((path, params))
        fault: str | None = None
        if self.rule and (told := self.rule(path, params)):
            return 200, told, None
        if self._script:
            scripted = self._script.popleft()
            if not isinstance(scripted, str):
                return 200, scripted, None
            fault = scripted
        elif self.only in (None, _host(path)):
            fault = self.fault
        if fault == "error500":
            return 500, {"message": "internal error"}, None
        if refused := _refusal(fault, path):
            return *refused, None
        today = self.today or beijing.now().date()
        return *_answer(path, params, today), fault


def _host(path: str) -> str:
    return "open_meteo" if path.startswith("/v1/") else "amap"


def _refusal(fault: str | None, path: str) -> tuple[int, Body] | None:
    if _host(path) == "open_meteo":
        if fault in REASONS:
            status, reason = REASONS[fault]
            return status, {"error": True, "reason": reason}
        return (200, {"generationtime_ms": 0.1}) if fault in ("empty", "not_found") else None
    if fault in CODES:
        info, code = CODES[fault]
        return 200, {"status": "0", "info": info, "infocode": code}
    if fault == "empty":
        return 200, bodies.none(EMPTY.get(path.split("/")[2], "pois"))
    return None


def _answer(path: str, params: Mapping[str, str], today: date) -> tuple[int, Body]:
    """What a sane server says."""
    *_, section, name = path.split("/")
    adcode = params.get("city", "")
    sane: dict[str, Any] = {
        "weatherInfo": lambda: (
            bodies.lives(adcode, today)
            if params.get("extensions") == "base"
            else bodies.forecasts(adcode, today)
        ),
        "geo": lambda: bodies.geocodes(params["address"]),
        "regeo": lambda: bodies.regeocode(params["location"]),
        "text": lambda: bodies.places(params),
        "around": lambda: bodies.places(params),
        "integrated": lambda: bodies.transit(params),
        "search": lambda: meteo_bodies.towns(params["name"]),
        "forecast": lambda: meteo_bodies.week(today),
    }
    if section == "direction":
        return 200, bodies.way(name, params)
    if name not in sane:
        return 404, {"status": "0", "info": "SERVICE_NOT_AVAILABLE", "infocode": "10002"}
    return 200, sane[name]()


class _Handler(Answers):
    world: FakeMaps

    def do_GET(self) -> None:
        there = urlsplit(self.path)
        status, body, fault = self.world.reply(there.path, dict(parse_qsl(there.query)))
        with contextlib.suppress(OSError):  # the other side had no more patience
            self._send(status, body, fault)

    def _send(self, status: int, body: Body | None, fault: str | None) -> None:
        wait = self.world.closing.wait
        if fault in ("down", "reset"):
            return  # hangs up without a word
        if fault == "slow" and wait(self.world.delay):
            return
        raw = _raw(body, fault)
        if fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/login")
        else:
            self.send_response(status)
        kind = "text/html" if fault == "html" else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if fault == "cut":
            raw = raw[: len(raw) // 2]
        if fault != "drip":
            self.wfile.write(raw)
            return
        for at in range(len(raw)):
            self.wfile.write(raw[at : at + 1])
            if wait(self.world.delay / 100):
                return


def _raw(body: Body | None, fault: str | None) -> bytes:
    spoilt = {"html": b"<html>Please log in</html>", "garbage": b'{"status": "1", "fore\xff',
              "list": b"[1, 2]"}  # fmt: skip
    return spoilt.get(fault or "", json.dumps(body, ensure_ascii=False).encode())


@contextlib.contextmanager
def running_maps(
    fault: str | None = None, *, delay: float = 30.0, port: int = 0
) -> Iterator[FakeMaps]:
    """A server in a thread of this process. `delay`: seconds of `slow`, or of 100 dripped bytes."""
    world = FakeMaps(fault, delay)
    with serving(_Handler, port, world=world) as world.url:
        try:
            yield world
        finally:
            world.closing.set()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--port", type=int, default=0)
    ask.add_argument("--fault", choices=FAULTS)
    ask.add_argument("--only", choices=("amap", "open_meteo"))
    ask.add_argument("--delay", type=float, default=30.0)
    options = ask.parse_args()
    with running_maps(options.fault, delay=options.delay, port=options.port) as world:
        world.only = options.only
        told(world.url)


if __name__ == "__main__":
    main()
