"""`make eval`: the measure itself, on sentences of our own."""

import json
from pathlib import Path

import pytest

from benchmarks.eval_recognizer import by_everything, by_one_word, by_patterns, rows, table
from intents.settings import IntentsSettings
from tests.fake_llm import FakeLlm
from tests.intents.talk import settings

OURS = [
    ("生成一个熊猫吃竹子的视频", "视频生成", "plain"),
    ("[图片] 让花开", "视频生成", "i2v"),
    ("视频怎么下载", "聊天", "hard_video"),
    ("你好", "聊天", "plain"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = [json.dumps({"text": t, "intent": i, "tag": g}) for t, i, g in OURS]
    (tmp_path / "intent.jsonl").write_text("\n".join(lines), "utf-8")
    (tmp_path / "templated.jsonl").write_text("", "utf-8")
    return tmp_path


def test_the_patterns_are_measured_beside_the_one_word_bot(data: Path) -> None:
    ours = list(table(by_patterns(rows(data))))
    assert ours[1] == "precision 1.000  recall 1.000  F1 1.000"
    assert "hard_video fired 0 of 1 (0.0%)" in ours[2]
    naive = list(table(by_one_word(rows(data))))
    assert naive[1] == "precision 0.500  recall 0.500  F1 0.500"
    assert "hard_video fired 1 of 1 (100.0%)" in naive[2]


async def test_the_whole_recognizer_is_measured_with_a_model(data: Path, server: FakeLlm) -> None:
    judged = await by_everything(rows(data), settings(server.url))
    assert [j.guess for j in judged] == [intent for _, intent, _ in OURS]
    assert len(server.requests) == 3  # the first sentence was certain


async def test_without_a_model_the_whole_recognizer_cannot_be_measured(data: Path) -> None:
    with pytest.raises(SystemExit, match="no language model"):
        await by_everything(rows(data), IntentsSettings())
