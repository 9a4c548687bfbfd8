"""The line of waiting: rounded as people round, and honest."""

import re

import pytest

from intents.making.engines import Pick
from intents.making.waiting import acknowledge, wait
from intents.making.wording import SOON
from intents.making.words import Words
from intents.picture import wording as picture_wording
from intents.video import wording
from video_service.schema import EngineCard, Status, VideoJob


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, wording.UNKNOWN_WAIT),
        (0, "大约10秒。"),
        (11, "大约20秒。"),
        (50, "大约50秒。"),
        (51, SOON),
        (59, SOON),
        (60, "大约1分钟。"),
        (61, "大约2分钟。"),
        (200, "大约4分钟。"),
        (5400, "大约90分钟。"),
        (5401, "大约2小时。"),
    ],
)
def test_a_wait_is_said_as_people_say_it(seconds: int | None, said: str) -> None:
    assert wait(seconds, wording.UNKNOWN_WAIT) == said


@pytest.mark.parametrize("draft", [True, False])
@pytest.mark.parametrize("passed_over", [True, False])
@pytest.mark.parametrize("eta", [None, 5, 55, 300, 9000])
@pytest.mark.parametrize("ahead", [None, 0, 3])
@pytest.mark.parametrize("words", [wording, picture_wording])
def test_every_acknowledgement_is_short_and_plain(
    words: Words, draft: bool, passed_over: bool, eta: int | None, ahead: int | None
) -> None:
    job = VideoJob(
        id="video_1", model="m", status=Status.queued, created_at=1, queue_position=ahead, eta_s=eta
    )
    said = acknowledge(job, Pick(EngineCard(id="m", draft=draft), passed_over), words)
    assert ("草稿" in said) is draft
    assert ("前面3个" in said) is (ahead == 3)
    assert "前面0个" not in said
    assert not re.search(r"[A-Za-z_!！]", said)
    sentences = [part for part in said.split("。") if part]
    assert said.endswith("。")
    assert len(sentences) <= 2
    assert all(len(sentence) <= 39 for sentence in sentences)
