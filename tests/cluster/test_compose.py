"""compose.yaml cannot be run in tests; what it tells our processes can be checked."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import cli
from bot.settings import Settings
from video_service.config import ServiceConfig
from video_service.schema.config import BROKER_URL, SERVICE_TOKEN, WORKER_TOKEN, load, secret

REPO = Path(__file__).parents[2]


def told(name: str) -> Mapping[str, Any]:
    """One service of the file, its variables filled in."""
    text = (REPO / "compose.yaml").read_text("utf-8")
    text = re.sub(r"\$\{(\w+):[?-]\}", r"some-\1", text)
    found: Mapping[str, Any] = yaml.safe_load(text)["services"][name]
    return found


def give(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", ["service", "worker"])
def test_the_service_and_its_workers_know_every_variable_they_are_given(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, told(name)["environment"])
    assert load(ServiceConfig).video_service.dispatch == "celery"
    assert secret(BROKER_URL) == "redis://:some-REDIS_PASSWORD@redis:6379/0"
    assert secret(WORKER_TOKEN) == "some-QUNYING_WORKER_TOKEN"
    assert bool(secret(SERVICE_TOKEN)) == (name == "service")  # a worker needs no caller's token


def test_the_bot_knows_every_variable_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, told("bot")["environment"])
    settings = load(Settings)
    assert settings.video_service.url == "http://service:8601"
    assert settings.bot.web.host == "0.0.0.0"


@pytest.mark.parametrize("name", ["service", "worker", "bot"])
def test_every_command_is_one_of_ours(name: str) -> None:
    command, *_ = str(told(name)["command"]).split()
    ours = [one.name or getattr(one.callback, "__name__", "") for one in cli.registered_commands]
    assert command in ours


def test_the_image_is_given_no_more_than_it_copies() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (REPO / "Dockerfile").read_text("utf-8"), re.M)
    allowed = re.findall(r"^!(.+)$", (REPO / ".dockerignore").read_text("utf-8"), re.M)
    assert sorted(" ".join(copied).split()) == sorted(allowed)


def test_qunying_worker_is_the_service_s_own_command(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, words: started.append(words))
    words = ["worker", "--service", "http://far:8601", "--broker", "redis://far", "--slot", "1"]
    assert CliRunner().invoke(cli, words).exit_code == 0
    assert started[0][1:3] == ["-m", "video_service"]
    assert started[0][3:] == words
