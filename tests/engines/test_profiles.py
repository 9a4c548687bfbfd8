"""Memory profiles: what is planned fits the card, and what the settings fix stays fixed."""

import logging
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cards import CARDS, chosen, local
from video_service.engines.specs import (
    COGVIDEOX_2B,
    COGVIDEOX_5B,
    GIB,
    LOCAL,
    QWEN_IMAGE,
    WAN_21_13B,
    EngineSpec,
)
from video_service.footprints import tiles
from video_service.needs import SHARE
from video_service.profiles import (
    NOMINAL_GB,
    Card,
    Profile,
    choose,
    longest,
    name_of,
    predict,
    room_of,
)
from video_service.schema.settings import ServiceSettings

PRECISIONS = {
    "none": "原样",
    "int8": "int8",
    "int8-dynamic": "int8 动态",
    "fp8-dynamic": "fp8 动态",
}
PLACEMENTS = ("stream", "aside", "resident")


def rank(spec: EngineSpec, profile: Profile) -> tuple[int, ...]:
    """Grows with what a profile asks of the card; the order in which `choose` prefers."""
    return (
        list(NOMINAL_GB).index(profile.name),
        PLACEMENTS.index(profile.placement) > 0,
        profile.quantize != "int8",
        PLACEMENTS.index(profile.placement),
        -profile.tiles,
        profile.text_encoder == "gpu",
        profile.text_quantize == "none",
    )


def told(spec: EngineSpec, card: Card) -> str:
    """A profile as docs/engines.md names it."""
    profile = chosen(spec, card)
    if not predict(spec, profile, longest(spec)).fits(card.free_bytes):
        return "放不下"
    return (
        PRECISIONS[profile.quantize]
        + {"resident": "", "aside": "·让位", "stream": "·流式"}[profile.placement]
    )


def test_the_page_about_engines_tells_what_is_chosen() -> None:
    page = (Path(__file__).parents[2] / "docs" / "engines.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines()]
    cards = [card for gb, card in CARDS.items() if gb <= 80]
    for spec in LOCAL:
        assert [spec.name, *(told(spec, card) for card in cards)] in rows


@local
@pytest.mark.parametrize("gb", CARDS)
def test_what_is_planned_keeps_a_tenth_of_every_card_free_or_streams(
    spec: EngineSpec, gb: int
) -> None:
    card = CARDS[gb]
    profile = chosen(spec, card)
    need = predict(spec, profile, longest(spec))
    assert need.fits(card.free_bytes) or profile.placement == "stream"
    assert need.card_bytes <= SHARE * card.free_bytes or profile.placement == "stream"


@local
@pytest.mark.parametrize("gb", [gb for gb in CARDS if gb < 24])
def test_words_are_read_off_the_card_below_24_gb(spec: EngineSpec, gb: int) -> None:
    assert chosen(spec, CARDS[gb]).text_encoder == "cpu"


@local
@pytest.mark.parametrize("gb", CARDS)
def test_streaming_is_for_what_fits_in_no_other_way(spec: EngineSpec, gb: int) -> None:
    card, shot = CARDS[gb], longest(spec)
    if chosen(spec, card).placement == "stream":
        smallest = replace(
            chosen(spec, card), placement="aside", quantize="int8", tiles=len(tiles(spec))
        )
        assert not predict(spec, smallest, shot).fits(card.free_bytes)


@pytest.mark.parametrize(
    ("spec", "gb", "quantize", "placement"),
    [
        (COGVIDEOX_2B, 8, "none", "aside"),
        (COGVIDEOX_2B, 12, "none", "resident"),
        (COGVIDEOX_5B, 12, "int8", "resident"),
        (COGVIDEOX_5B, 16, "none", "aside"),
        (COGVIDEOX_5B, 24, "none", "resident"),
        (COGVIDEOX_5B, 80, "fp8-dynamic", "resident"),
        (WAN_21_13B, 8, "none", "resident"),
        (QWEN_IMAGE, 16, "int8", "stream"),
        (QWEN_IMAGE, 80, "fp8-dynamic", "resident"),
    ],
    ids=lambda told: getattr(told, "name", str(told)),
)
def test_a_card_gets_what_its_memory_is_good_for(
    spec: EngineSpec, gb: int, quantize: str, placement: str
) -> None:
    profile = chosen(spec, CARDS[gb])
    assert (profile.quantize, profile.placement) == (quantize, placement)


@pytest.mark.parametrize(
    ("free", "name"),
    [(3.5, "4gb"), (5.5, "8gb"), (7.2, "8gb"), (11, "12gb"), (15, "16gb"), (22.5, "24gb"),
     (44, "24gb"), (78, "80gb"), (139, "80gb")],
)  # fmt: skip
def test_a_profile_is_named_after_the_card_that_has_so_much_free(free: float, name: str) -> None:
    assert name_of(int(free * GIB)) == name


def test_eight_bit_cores_are_used_where_the_card_has_them() -> None:
    card = CARDS[80]
    assert chosen(COGVIDEOX_5B, card).quantize == "fp8-dynamic"
    assert chosen(COGVIDEOX_5B, replace(card, capability=(8, 0))).quantize == "int8-dynamic"
    assert chosen(COGVIDEOX_5B, replace(card, capability=(7, 5))).quantize == "none"
    assert chosen(COGVIDEOX_2B, card).quantize == "int8-dynamic"  # trained in float16
    assert chosen(COGVIDEOX_5B, card, compile="never").quantize == "none"
    assert chosen(COGVIDEOX_5B, card, dtype="float16").quantize == "int8-dynamic"


@local
@pytest.mark.parametrize("gb", CARDS)
def test_eight_bit_cores_are_never_used_without_the_compiler(spec: EngineSpec, gb: int) -> None:
    profile = chosen(spec, CARDS[gb])
    if profile.quantize.endswith("dynamic"):
        assert profile.compile
        assert profile.placement == "resident"
    assert not (profile.compile and profile.placement == "stream")


@local
def test_more_memory_never_gives_a_smaller_profile(spec: EngineSpec) -> None:
    sizes = [Card(step * GIB // 4, 150 * GIB, (9, 0)) for step in range(4, 560)]
    ranks = [rank(spec, chosen(spec, card)) for card in sizes]
    for smaller, larger in pairwise(ranks):
        assert smaller <= larger


OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "profile": st.sampled_from(list(NOMINAL_GB)),
        "quantize": st.sampled_from(["none", "int8", "int8-dynamic", "fp8-dynamic"]),
        "text_encoder": st.sampled_from(["cpu", "gpu"]),
        "compile": st.sampled_from(["always", "never"]),
        "dtype": st.sampled_from(["float16", "bfloat16", "float32"]),
        "memory_gb": st.floats(1, 200),
    },
)


@given(
    spec=st.sampled_from(LOCAL),
    gb=st.sampled_from(list(CARDS)),
    host=st.integers(4, 256),
    wanted=OVERRIDES,
)
def test_what_the_settings_fix_stays_fixed_on_every_card(
    spec: EngineSpec, gb: int, host: int, wanted: dict[str, object]
) -> None:
    settings = ServiceSettings.model_validate(wanted)
    profile = choose(spec, CARDS[gb], settings, host * GIB)
    assert profile.quantize == wanted.get("quantize", profile.quantize)
    assert profile.text_encoder == wanted.get("text_encoder", profile.text_encoder)
    assert profile.dtype == wanted.get("dtype", profile.dtype)
    assert profile.compile == {
        "always": profile.placement != "stream", "never": False, "auto": profile.compile,
    }[settings.compile]  # fmt: skip
    room = room_of(CARDS[gb], settings)
    if "profile" in wanted and "memory_gb" not in wanted:
        assert profile.name == wanted["profile"]
    assert profile.name == name_of(room)
    assert room <= settings.memory_gb * GIB if settings.memory_gb else True


def test_an_override_that_cannot_fit_is_kept_and_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        profile = chosen(COGVIDEOX_5B, CARDS[8], text_encoder="gpu", quantize="none")
    assert (profile.text_encoder, profile.quantize) == ("gpu", "none")
    assert not predict(COGVIDEOX_5B, profile, longest(COGVIDEOX_5B)).fits(CARDS[8].free_bytes)
    assert "may run out of memory" in caplog.text


def test_a_small_host_reads_words_in_int8() -> None:
    assert chosen(COGVIDEOX_2B, CARDS[8], host=16 * GIB).text_quantize == "none"
    assert chosen(COGVIDEOX_2B, CARDS[8], host=8 * GIB).text_quantize == "int8"


def test_a_cpu_takes_smaller_weights_only_where_the_whole_do_not_fit() -> None:
    whole = chosen(COGVIDEOX_2B, None, host=64 * GIB)
    assert (whole.name, whole.quantize, whole.text_quantize) == ("cpu", "none", "none")
    assert whole.dtype == "float32"
    reading = chosen(COGVIDEOX_2B, None, host=28 * GIB)
    assert (reading.quantize, reading.text_quantize) == ("none", "int8")
    assert chosen(COGVIDEOX_2B, None, host=20 * GIB).quantize == "int8"
    assert chosen(COGVIDEOX_2B, None, host=8 * GIB, quantize="none").quantize == "none"
