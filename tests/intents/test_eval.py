"""`make eval` and `python -m intents.evaluate`: the measure itself, on sentences of our own."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from intents import evaluate
from intents.scores import Row
from intents.settings import IntentsSettings
from tests.fake_llm import FakeLlm
from tests.intents.talk import settings

OURS: tuple[dict[str, Any], ...] = (
    {"text": "生成一个熊猫吃竹子的视频", "intent": "视频生成", "tag": "plain"},
    {"text": "[图片] 让花开", "intent": "视频生成", "tag": "i2v"},
    {"text": "视频怎么下载", "intent": "聊天", "tag": "hard_video"},
    {"text": "画一只小狐狸", "intent": "聊天", "tag": "hard_image"},  # wrong on purpose: it fires
    {"text": "你好", "intent": "聊天", "tag": "plain"},
    {"text": "省立医院怎么走", "intent": "路线", "accept": ["步行规划", "公交规划"]},
)
SLOTS: tuple[dict[str, Any], ...] = (
    {"text": "绍兴后天天气", "domain": "weather", "slots": {"city": ["绍兴"], "date": ["后天"]}},
    {"text": "要带伞吗", "domain": "weather", "slots": {"city": None, "date": ["今天"]}},
    {"text": "从家到西湖怎么走", "domain": "route",
     "slots": {"origin": "家", "destination": "西湖", "mode": None}},
    {"text": "开车去西湖", "domain": "route",
     "slots": {"origin": "家", "destination": "西湖", "mode": "驾车"}},
)  # fmt: skip


def write(path: Path, rows: tuple[dict[str, Any], ...]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*options: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["evaluate", *map(str, options)])
        evaluate.main()
        return capsys.readouterr().out

    return call


def test_rows_with_an_intent_are_measured(tmp_path: Path, called: Any) -> None:
    told = json.loads(called(write(tmp_path / "a.jsonl", OURS), "--offline", "--json"))
    assert (told["rows"], told["accuracy"]) == (6, pytest.approx(5 / 6))
    assert (told["hard_fire"], told["generator_fire"]) == (0.5, pytest.approx(1 / 3))
    chat = told["intents"]["聊天"]
    assert (chat["precision"], chat["recall"]) == (1.0, pytest.approx(2 / 3))
    assert told["intents"]["公交规划"]["recall"] == 1  # any accepted label is right
    assert told["macro_f1"] == pytest.approx((1 + 1 + 0.8) / 3)
    assert told["median_ms"] > 0


def test_rows_with_slots_are_measured_by_what_stands_in_the_sentence(
    tmp_path: Path, called: Any
) -> None:
    told = json.loads(called(write(tmp_path / "a.jsonl", SLOTS), "--offline", "--json"))
    assert (told["city_exact"], told["date_exact"]) == (1.0, 0.5)
    ends = (told["route_origin"], told["route_destination"], told["route_both"])
    assert ends == (0.5, 1.0, 0.5)
    assert "accuracy" not in told


def test_people_read_a_table_with_the_one_word_bot_beside_it(tmp_path: Path, called: Any) -> None:
    told = called(write(tmp_path / "a.jsonl", OURS), "--offline", "--misses")
    assert "macro_f1" in told
    assert "looking for one word: macro_f1" in told
    assert "median_ms" in told
    assert "聊天 -> 图片生成: 画一只小狐狸" in told


def test_without_the_shared_sentences_our_own_are_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, called: Any
) -> None:
    monkeypatch.setattr(evaluate, "DEV", tmp_path / "nowhere")
    told = json.loads(called("--offline", "--json"))
    assert told["file"] == "our own sentences"
    assert told["accuracy"] == 1


def test_an_empty_file_is_no_measure(tmp_path: Path, called: Any) -> None:
    with pytest.raises(SystemExit, match="no sentences"):
        called(write(tmp_path / "a.jsonl", ()), "--offline")


async def test_the_whole_recognizer_is_measured_with_a_model(server: FakeLlm) -> None:
    rows = [Row.model_validate(row) for row in OURS]
    guesses = await evaluate.by_everything(rows, settings(server.url))
    assert guesses[1].intent == "视频生成"
    assert len(server.requests) == 4  # two of the sentences were certain


async def test_without_a_model_the_whole_recognizer_is_the_patterns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [Row.model_validate(row) for row in OURS]
    guesses = await evaluate.by_everything(rows, IntentsSettings())
    assert [g.intent for g in guesses] == [g.intent for g in evaluate.by_patterns(rows)[0]]
    assert "no language model" in capsys.readouterr().err
