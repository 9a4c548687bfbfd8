"""Looking at the machine: never in this process, never for long, never fatal."""

import logging
import subprocess
from typing import Any

import pytest

from video_service import probe as looking
from video_service.needs import Card
from video_service.probe import Probe, probe
from video_service.schema.settings import ServiceSettings


@pytest.fixture
def card_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages and a torch for CUDA were installed."""
    monkeypatch.setattr(looking, "find_spec", lambda name: object())
    monkeypatch.setattr(looking, "version", lambda name: "2.13.0")


def answers(monkeypatch: pytest.MonkeyPatch, stdout: bytes, fails: Exception | None = None) -> None:
    def run(*args: Any, **more: Any) -> subprocess.CompletedProcess[bytes]:
        assert more["timeout"] <= 60
        if fails:
            raise fails
        return subprocess.CompletedProcess(args, 0, stdout)

    monkeypatch.setattr(subprocess, "run", run)


@pytest.mark.usefixtures("card_build")
def test_a_card_is_known_by_name_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, b'["RTX 4090", 25000000000, 24000000000, [8, 9]]')
    found = probe(ServiceSettings())
    assert found == Probe((), "RTX 4090", 25_000_000_000, 24_000_000_000, (8, 9))
    assert found.cuda
    assert found.memory == Card(24_000_000_000, 25_000_000_000, (8, 9))


def test_a_machine_without_a_card_has_no_card_memory() -> None:
    assert Probe().memory is None


@pytest.mark.usefixtures("card_build")
@pytest.mark.parametrize(
    ("stdout", "fails"),
    [
        (b"", None),
        (b"not json", None),
        (b"[1]", None),
        (b'["RTX 4090", 25000000000, null, [8, 9]]', None),
        (b"", subprocess.TimeoutExpired("python", 60)),
        (b"", subprocess.CalledProcessError(-11, "python")),
        (b"", OSError("no python")),
    ],
)
def test_a_card_that_does_not_answer_is_no_card(
    monkeypatch: pytest.MonkeyPatch, stdout: bytes, fails: Exception | None
) -> None:
    answers(monkeypatch, stdout, fails)
    assert not probe(ServiceSettings()).cuda


@pytest.mark.usefixtures("card_build")
def test_a_service_bound_to_the_cpu_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, b'["RTX 4090", 2, 1, [8, 9]]')
    assert probe(ServiceSettings(device="cpu")).card is None


def test_a_light_install_knows_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "find_spec", lambda name: None)
    found = probe(ServiceSettings())
    assert "torch" in found.missing


@pytest.mark.usefixtures("card_build")
def test_a_dead_answer_is_logged_in_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers(monkeypatch, b"", subprocess.CalledProcessError(-11, "python"))
    with caplog.at_level(logging.WARNING):
        probe(ServiceSettings())
    assert [r.levelname for r in caplog.records] == ["WARNING"]
