"""What every test stands on: a clean environment, no network, no blocking call on the loop."""

import os
from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx
from pytest_socket import socket_allow_hosts

OURS = ["bot", "intents", "video_service"]
FOREIGN = ("QUNYING_", "OPENAI_", "ZHIPUAI_", "ZAI_", "DEEPSEEK_", "MOONSHOT_", "DASHSCOPE_",
           "SILICONFLOW_", "OLLAMA_", "AMAP_", "WECOM_", "SPEECH_", "MODERATION_",
           "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")  # fmt: skip


def pytest_runtest_setup() -> None:
    # disable_socket() would also forbid the local servers that stand in for the world
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


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
