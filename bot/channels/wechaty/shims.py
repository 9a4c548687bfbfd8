"""Lets the Python bot library `wechaty` 0.10.7 (2022, the last) live with the Python of today.

Our own channel does without that library; only a bot that is written with it needs this, before it
imports it. Each thing is put back only where it is missing:

pyee >= 12       no longer exports AsyncIOEventEmitter at the top
urllib3 >= 2     has no get_host
Python >= 3.11   refuses PuppetOptions(), which has no hash, as the default of a dataclass
Python >= 3.13   has no telnetlib, of which wechaty opens sockets only
gateways >= 1.0  name the text of an error `gerror`; for want of `data` the whole bot ends, silently
"""

import json
import socket
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

FAULT = 16


def install() -> None:
    """Put everything back. May be called again."""
    pyee, urllib3 = import_module("pyee"), import_module("urllib3")
    emitter = import_module("pyee.asyncio").AsyncIOEventEmitter
    vars(pyee).setdefault("AsyncIOEventEmitter", emitter)
    vars(urllib3).setdefault("get_host", _get_host)
    if find_spec("telnetlib") is None:
        sys.modules.setdefault("telnetlib", _telnetlib())
    options = import_module("wechaty_puppet.schemas.puppet").PuppetOptions
    if options.__hash__ is None:
        options.__hash__ = object.__hash__
    _translate_faults(import_module("wechaty_puppet_service.puppet"))


def _get_host(url: str) -> tuple[str, str | None, int | None]:
    parts = import_module("urllib3.util").parse_url(url)
    return parts.scheme or "http", parts.hostname, parts.port


class _Telnet:
    """The three methods of telnetlib.Telnet that wechaty calls."""

    def __init__(self, host: str | None = None, port: int = 0, timeout: float = 3) -> None:
        self.sock: socket.socket | None = None
        if host:
            self.open(host, port, timeout)

    def open(self, host: str, port: int = 0, timeout: float = 3) -> None:
        self.sock = socket.create_connection((host, port), timeout)

    def close(self) -> None:
        if self.sock:
            self.sock.close()
        self.sock = None

    __del__ = close


def _telnetlib() -> ModuleType:
    module = ModuleType("telnetlib", "The little of it that wechaty needs.")
    vars(module)["Telnet"] = _Telnet
    return module


def _translate_faults(puppet: ModuleType) -> None:
    """Let the puppet of the library read its events through `_Translating`."""
    stub = puppet.PuppetStub
    if not hasattr(stub, "translates_faults"):
        puppet.PuppetStub = type("PuppetStub", (_Translating, stub), {})  # type: ignore[attr-defined]


class _Translating:
    translates_faults = True

    async def event(self) -> AsyncIterator[Any]:
        async for event in super().event():  # type: ignore[misc]  # it is mixed into a PuppetStub
            if event.type == FAULT:
                told = json.loads(event.payload or "{}")
                data = told.get("data") or told.get("gerror") or ""
                event.payload = json.dumps({"data": str(data)})
            yield event
