"""What every test stands on: a clean environment, no network, no blocking call on the loop."""

import os
import ssl
from collections.abc import Iterator
from functools import cache
from typing import Any

import certifi
import pytest
from blockbuster import blockbuster_ctx
from pytest_socket import socket_allow_hosts

OURS = ["bot", "intents", "video_service"]
FOREIGN = ("QUNYING_", "OPENAI_", "ZHIPUAI_", "ZAI_", "DEEPSEEK_", "MOONSHOT_", "DASHSCOPE_",
           "SILICONFLOW_", "OLLAMA_", "AMAP_", "WECOM_", "SPEECH_", "MODERATION_",
           "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")  # fmt: skip

SLOW_FIRST = ("e2e", "cluster", "web", "engines", "service", "bot", "security", "cloud", "models",
              "channels", "bench", "finishing")  # fmt: skip


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One more than there are cores for us: a test often waits for what it has started.

    xdist itself counts no hyperthreads, but cores that are not for us; it reads its variable.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    ours = getattr(os, "sched_getaffinity", None)  # macOS has none
    return (len(ours(0)) if ours else os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first, so that no worker is alone with one in the end; see --dist loadfile."""
    slow = {name: place for place, name in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: slow.get(_area(item), len(slow)))


def _area(item: pytest.Item) -> str:
    """The folder in tests/ in which it stands."""
    return item.nodeid.split("/")[1] if item.nodeid.count("/") > 1 else ""


def pytest_runtest_setup() -> None:
    # disable_socket() would also forbid the local servers that stand in for the world
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def certificates_are_read_once() -> Iterator[None]:
    """Every httpx client reads all of certifi's, for 20 ms; the tests open thousands of them."""
    make = ssl.create_default_context
    known = cache(lambda: make(cafile=certifi.where()))

    def context(*purpose: ssl.Purpose, **trusted: Any) -> ssl.SSLContext:
        plain = not purpose and trusted == {"cafile": certifi.where()}
        return known() if plain else make(*purpose, **trusted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", context)
        yield


@pytest.fixture(autouse=True)
def clean_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the developer's keys, settings or proxies."""
    for name in list(os.environ):
        if name.upper().startswith(FOREIGN):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_blocking_call_on_the_loop() -> Iterator[None]:
    """A blocking call of our packages inside the event loop fails the test.

    Plain BlockBuster would also judge NiceGUI's own pages, which are not ours to mend.
    """
    with blockbuster_ctx(scanned_modules=OURS):
        yield
