"""A guard that reads along: its yes, its no, and every way of saying neither."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from intents.settings import ModerationSettings
from intents.tools.failures import LlmError
from intents.tools.moderation import LONGEST, HttpModerator, build_moderator, choose
from tests.fake_guard import FakeGuard, running_guard
from video_service.schema.config import SettingsError

CANARY = "canary-0123456789abcdef"


@pytest.fixture
def guard() -> Iterator[FakeGuard]:
    with running_guard() as guard:
        yield guard


@pytest.fixture(params=["zhipu", "compatible"])
async def moderator(
    request: pytest.FixtureRequest, guard: FakeGuard, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[HttpModerator]:
    monkeypatch.setenv("ZHIPUAI_API_KEY", CANARY)
    monkeypatch.setenv("MODERATION_API_KEY", CANARY)
    model = None if request.param == "zhipu" else "Qwen3Guard-Gen-0.6B"
    told = {"provider": request.param, "base_url": guard.url, "model": model}
    async with build_moderator(ModerationSettings.model_validate(told)) as moderator:
        assert moderator is not None
        yield moderator


@pytest.mark.parametrize(
    ("zhipu", "guarded", "passes"),
    [
        ("PASS", "Safety: Safe\nCategories: None", True),
        ("REVIEW", "Safety: Controversial\nCategories: Violent", True),
        ("REJECT", "Safety: Unsafe\nCategories: Violent", False),
        ("reject", "unsafe\nS1", False),
        ("pass", "<think>is it unsafe?</think>\n safe", True),
        ("Reject", "\n\nunsafe\nS2", False),
    ],
)
async def test_a_verdict_is_read_in_the_words_of_either_kind(
    moderator: HttpModerator, guard: FakeGuard, zhipu: str, guarded: str, passes: bool
) -> None:
    guard.says(zhipu if moderator.chosen.name == "zhipu" else guarded)
    assert await moderator.passes("熊猫\nA panda.", deadline=5) is passes
    assert guard.read == [("熊猫\nA panda.", f"Bearer {CANARY}")]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 302])
async def test_a_guard_that_does_not_answer_is_no_yes(
    moderator: HttpModerator,
    guard: FakeGuard,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    guard.fault = status
    with caplog.at_level(logging.DEBUG), pytest.raises(LlmError) as failed:
        await moderator.passes("熊猫", deadline=5)
    assert CANARY not in f"{failed.value!r} {moderator.chosen!r} {caplog.text}"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>", b"{}", b"[]", b"null", b'{"result_list": []}', b'{"choices": []}',
        b'{"result_list": [{"risk_level": "MAYBE"}], "choices": [{"message": {"content": "ok"}}]}',
        b'{"result_list": null, "choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": "That is not safe to film."}}]}',
        b'{"choices": [{"message": {"content": "<think>it may be unsafe, or safe"}}]}',
    ],
)  # fmt: skip
async def test_an_answer_that_is_no_verdict_is_no_yes(
    moderator: HttpModerator, guard: FakeGuard, body: bytes
) -> None:
    guard.body = body
    with pytest.raises(LlmError):
        await moderator.passes("熊猫", deadline=5)


async def test_a_long_text_is_read_to_its_end(moderator: HttpModerator, guard: FakeGuard) -> None:
    text = "竹" * LONGEST + "熊猫"
    guard.says("PASS" if moderator.chosen.name == "zhipu" else "safe")
    assert await moderator.passes(text, deadline=5)
    assert [len(read) for read, _ in guard.read] == [LONGEST, 2]


async def test_nobody_at_the_address_is_no_yes() -> None:
    told = ModerationSettings(provider="compatible", base_url="http://127.0.0.1:9", model="guard")
    async with build_moderator(told) as moderator:
        assert moderator is not None
        with pytest.raises(LlmError):
            await moderator.passes("熊猫", deadline=5)


async def test_none_is_nobody() -> None:
    async with build_moderator(ModerationSettings()) as moderator:
        assert moderator is None


def test_a_guard_without_its_key_or_address_is_named_at_start() -> None:
    with pytest.raises(SettingsError, match="zhipu needs ZHIPUAI_API_KEY"):
        choose(ModerationSettings(provider="zhipu"))
    with pytest.raises(SettingsError, match=r"intents\.moderation\.base_url") as missing:
        choose(ModerationSettings(provider="compatible"))
    assert "intents.moderation.model" in str(missing.value)


def test_the_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(f"{CANARY}\n")
    monkeypatch.setenv("ZHIPUAI_API_KEY_FILE", str(tmp_path / "key"))
    chosen = choose(ModerationSettings(provider="zhipu"))
    assert chosen is not None
    assert chosen.key == CANARY
    assert chosen.base_url == "https://open.bigmodel.cn/api/paas/v4"
