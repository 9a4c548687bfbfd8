"""The parameter adviser: what it sets for whom, never against the card; remedies for symptoms."""

import pytest

from intents.video.adviser import Symptom, advise, remedy, subject
from video_service.schema import EngineCard, VideoJob

COG = EngineCard(
    id="cogvideox-5b-i2v", steps=[20, 25, 40, 50], guidance=(1.0, 12.0), frame_counts=[49],
    sizes=["720x480"], modes=["photo"],
)  # fmt: skip
I2VGEN = EngineCard(
    id="i2vgen-xl", steps=[20, 25, 40, 50], guidance=(1.0, 15.0), frame_counts=[8, 16, 24],
    sizes=["1280x704", "704x1280", "896x512", "512x896"], modes=["photo"],
)  # fmt: skip
WAN = EngineCard(
    id="wan2.2-ti2v-5b", steps=[20, 25, 30, 40, 50], guidance=(1.0, 12.0),
    frame_counts=list(range(5, 122, 4)), sizes=["1280x704", "832x480"],
)  # fmt: skip
CLOUD = EngineCard(id="dashscope-wan", lane="cloud", frame_counts=[121, 241])


@pytest.mark.parametrize(
    ("shows", "card", "set_"),
    [
        ("person", I2VGEN, {"guidance_scale": 10.0}),  # 60 steps are more than it takes
        ("animal", I2VGEN, {"guidance_scale": 9.5}),
        ("landscape", I2VGEN, {"num_frames": 24}),
        ("still", I2VGEN, {"num_inference_steps": 40, "guidance_scale": 8.0, "num_frames": 8}),
        ("building", I2VGEN, {"num_inference_steps": 40, "guidance_scale": 8.0, "num_frames": 8}),
        ("person", COG, {"guidance_scale": 6.5}),
        ("animal", COG, {}),
        ("landscape", COG, {}),
        ("still", COG, {"num_inference_steps": 40, "guidance_scale": 5.5}),
        ("person", WAN, {"guidance_scale": 5.5}),
        ("building", WAN, {"num_inference_steps": 40}),
        (None, COG, {}),
        ("person", CLOUD, {}),
        ("person", EngineCard(id="draft", draft=True), {}),
        ("person", EngineCard(id="Wan-AI/Wan2.2"), {}),  # tells of no limits, so none are met
        ("person", EngineCard(id="hunyuan", steps=[50], guidance=(1, 9)), {}),
    ],
)
def test_what_is_seen_decides_within_the_engines_rules(
    shows: str, card: EngineCard, set_: dict[str, object]
) -> None:
    assert advise(shows, card) == set_  # type: ignore[arg-type]


def test_a_card_with_narrower_limits_wins() -> None:
    narrow = COG.model_copy(update={"guidance": (1.0, 6.0), "steps": [50]})
    assert advise("person", narrow) == {}
    assert advise("still", narrow) == {"guidance_scale": 5.5}


def test_words_alone_decide_nothing_about_frames() -> None:
    assert "num_frames" not in advise("landscape", I2VGEN, text=True)


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("让奶奶笑一笑", "person"), ("小女孩抱着小狗", "person"), ("小猫追蝴蝶", "animal"),
        ("海边看日出", "landscape"), ("老街上的灯笼", "building"), ("生日蛋糕", "still"),
        ("动起来", None), ("", None),
    ],
)  # fmt: skip
def test_the_words_tell_what_it_is_about_where_nobody_looks(words: str, shows: str | None) -> None:
    assert subject(words) == shows


@pytest.mark.parametrize(
    ("symptom", "card", "job", "changed"),
    [
        ("stiff", COG, {}, {"guidance_scale": 7.0}),
        ("ignored", COG, {}, {"guidance_scale": 7.0}),
        ("stiff", I2VGEN, {}, {"guidance_scale": 10.0}),
        ("stiff", COG.model_copy(update={"guidance": None, "steps": [50, 60]}), {},
         {"num_inference_steps": 60}),
        ("blurry", COG, {}, {}),  # it takes no more steps than it makes by itself
        ("blurry", COG.model_copy(update={"steps": [50, 60, 80]}), {}, {"num_inference_steps": 60}),
        ("flicker", I2VGEN, {"num_frames": 24}, {"num_frames": 16}),
        ("flicker", I2VGEN, {"num_frames": 8, "size": "1280x704"}, {"size": "896x512"}),
        ("flicker", I2VGEN, {"num_frames": 8, "size": "704x1280"}, {"size": "512x896"}),
        ("flicker", WAN, {"num_frames": 121}, {"num_frames": 117}),
        ("flicker", COG, {"num_frames": 49, "size": "720x480"}, {}),
        ("stiff", CLOUD, {}, {}),
        ("short", WAN, {"num_frames": 81}, {"num_frames": 121}),
        ("short", WAN, {"num_frames": 121}, {}),
        ("long", WAN, {"num_frames": 81}, {"num_frames": 53}),
        ("long", I2VGEN, {"num_frames": 16}, {"num_frames": 8}),
        ("short", CLOUD, {"num_frames": 121}, {"num_frames": 241}),
        ("short", COG, {"num_frames": 49}, {}),
        ("long", COG, {}, {}),
    ],
)  # fmt: skip
def test_a_symptom_has_one_remedy_or_none(
    symptom: Symptom, card: EngineCard, job: dict[str, object], changed: dict[str, object]
) -> None:
    had = {"id": "video_1", "model": card.id, "status": "completed", "created_at": 1, **job}
    assert remedy(symptom, VideoJob.model_validate(had), card) == changed
