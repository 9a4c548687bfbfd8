"""The draft engine: pleasant, honest, quick, and the same again for the same seed."""

import json
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.engines.conftest import film as filmed
from tests.engines.conftest import quiet
from video_service.engines.base import Cancelled, Frames, Shot
from video_service.engines.draft import MARGIN, Draft
from video_service.engines.draft_badge import badge
from video_service.engines.draft_card import NOTHING, Card
from video_service.engines.draft_photo import MOVES
from video_service.engines.draft_picture import DraftPicture
from video_service.media import MAX_BYTES
from video_service.stages import film

SHOT = Shot("draft", "熊猫吃竹子🐼，25℃", 720, 480, 33, 16, 0, 0.0, seed=1)


def photo(width: int, height: int, colour: str = "steelblue") -> bytes:
    """A photo with one round, orange sun in its middle."""
    image = Image.new("RGB", (width, height), colour)
    side = min(width, height) // 4
    middle = (width // 2 - side, height // 2 - side, width // 2 + side, height // 2 + side)
    ImageDraw.Draw(image).ellipse(middle, "orange")
    file = BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


def from_photo(
    data: bytes, seed: int = 1, size: tuple[int, int] = (720, 480), frames: int = 33
) -> Frames:
    shot = Shot("draft", "", *size, frames, 16, 0, 0.0, seed)
    return Draft().film(shot, data, quiet)


def sun(frame: Frames) -> tuple[int, int] | None:
    """Width and height of the orange thing in pixels; None when the frame cuts it."""
    red, green, blue = (frame[..., n].astype(int) for n in range(3))
    rows, columns = np.nonzero((red > 200) & (green > 110) & (blue < 70))
    last_row, last_column = frame.shape[0] - 1, frame.shape[1] - 1
    if rows.min() == 0 or rows.max() == last_row:
        return None
    if columns.min() == 0 or columns.max() == last_column:
        return None
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def change(frames: Frames) -> list[float]:
    """How much the picture moves from each frame to the next."""
    moves = np.diff(frames.astype(np.int16), axis=0)
    return [float(np.abs(move).mean()) for move in moves]


@pytest.mark.parametrize("source", ["words", "photo"])
def test_a_draft_is_a_clip_that_every_phone_plays(source: str, tmp_path: Path) -> None:
    data = photo(900, 700) if source == "photo" else None
    made = film(Draft(), SHOT, data, tmp_path, quiet)
    with av.open(str(made.files["video"])) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        assert (codec.name, codec.pix_fmt, stream.frames) == ("h264", "yuv420p", 33)
        assert float(stream.frames / stream.average_rate) > 2  # type: ignore[operator]
    assert made.files["video"].stat().st_size <= MAX_BYTES


@pytest.mark.parametrize("data", [None, photo(900, 700), photo(600, 1000)])
def test_every_frame_is_visibly_marked_as_a_draft(data: bytes | None) -> None:
    frames = filmed_anyhow(data)
    mark = badge()
    corner = frames[:, MARGIN : MARGIN + mark.height, 720 - MARGIN - mark.width : 720 - MARGIN]
    bright = corner.min(axis=-1) > 235
    letters = np.asarray(mark)[..., :3].min(axis=-1) > 250
    solid = letters & (np.asarray(mark)[..., 3] > 250)
    assert solid.sum() > 100
    assert bright[:, solid].mean() > 0.99


def filmed_anyhow(data: bytes | None) -> Frames:
    return Draft().film(replace(SHOT, frames=9), data, quiet)


def test_the_same_seed_draws_the_same_frames_and_another_seed_others() -> None:
    first, again, other = (filmed(Draft(), SHOT, seed=seed, frames=9) for seed in (4, 4, 9))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_card_fades_in_moves_gently_and_never_jumps() -> None:
    moves = change(filmed(Draft(), SHOT, frames=33))
    assert min(moves) > 0
    assert max(moves) < 6


@pytest.mark.parametrize("words", ["🐼🎋", "   ", "\u200d\ufe0f", "\x00"])
def test_a_wish_without_letters_still_becomes_a_card(words: str) -> None:
    card, nothing = (Card(text, (720, 480), 1).frames(2, 2.0) for text in (words, NOTHING))
    assert [frame.tobytes() for frame in card] == [frame.tobytes() for frame in nothing]


@pytest.mark.parametrize(
    "words", ["熊猫" * 2000, "a" * 4000, "生日快乐", "A panda plays guitar in the rain."]
)
def test_no_lettering_ever_leaves_the_picture(words: str) -> None:
    *_, last = Card(words, (720, 480), 1).frames(2, 2.0)
    shown = np.asarray(last).astype(int)
    bare = shown[:, [0, 1, -2, -1]]
    assert np.abs(np.diff(bare, axis=0)).max() < 24  # the sky alone: no letter touches the edge
    assert shown.min() < 120  # and there are letters


@pytest.mark.parametrize("size", [(720, 480), (480, 720)])
@pytest.mark.parametrize("shape", [(1600, 1067), (900, 1600), (800, 800), (3000, 700), (70, 90)])
def test_a_photo_is_never_distorted(shape: tuple[int, int], size: tuple[int, int]) -> None:
    frames = from_photo(photo(*shape), seed=1, size=size, frames=5)
    assert frames.shape == (5, size[1], size[0], 3)
    whole = [found for frame in frames if (found := sun(frame)) is not None]
    for width, height in whole:
        assert abs(width - height) <= max(3, 0.03 * height)
    assert whole or shape == (3000, 700)


def test_a_portrait_stands_whole_between_soft_sides() -> None:
    first, *_, last = from_photo(photo(600, 1000), frames=3)
    for frame in (first, last):
        found = sun(frame)
        assert found is not None
        assert 0.86 < found[1] / (480 * 300 / 1000) <= 0.96
        assert frame[240, 20].max() < 200  # the side is a darker, blurred photo


@pytest.mark.parametrize("seed", range(6))
def test_a_camera_move_is_slow_and_smooth(seed: int) -> None:
    moves = change(from_photo(photo(1200, 900), seed, frames=20))
    assert sum(moves) > 3  # it does move
    assert max(np.abs(np.diff(moves))) < 1.0  # and never with a jerk


def test_seeds_choose_among_all_moves() -> None:
    chosen = {int(np.random.default_rng(seed).integers(len(MOVES))) for seed in range(40)}
    assert chosen == set(range(len(MOVES)))


def test_a_draft_stops_at_the_next_frame_when_cancelled() -> None:
    seen = []

    def stop(stage: str, fraction: float) -> None:
        seen.append(stage)
        if len(seen) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        Draft().film(SHOT, None, stop)
    assert seen == ["draw"] * 4


def test_a_draft_of_five_seconds_is_drawn_in_a_few() -> None:
    started = time.process_time()
    filmed(Draft(), SHOT, frames=81)
    assert time.process_time() - started < 10  # two on an idle machine


def test_the_sidecar_says_that_no_weights_were_used() -> None:
    told = Draft().facts()
    assert (told["weights"], told["profile"]) == (None, "draft")


def test_a_drawn_draft_is_one_picture_of_the_words_and_marked(tmp_path: Path) -> None:
    shot = replace(SHOT, model="draft-picture", makes="image", width=768, height=1024, frames=1)
    made = film(DraftPicture(), shot, None, tmp_path, quiet)
    with Image.open(made.files["image"]) as picture:
        assert (picture.format, picture.size) == ("PNG", (768, 1024))
        corner = np.asarray(picture.convert("RGB"))[16:56, -100:-16]
    assert corner.min() < 110 < 240 < corner.max()  # the white sign on its dark pill
    told = json.loads(made.files["sidecar"].read_text("utf-8"))
    assert (told["draft"], told["makes"], told["ai_generated"]) == (True, "image", True)
    assert set(made.files) == {"image", "sidecar"}


def test_drawn_drafts_of_one_seed_are_equal_and_of_two_seeds_differ() -> None:
    shot = replace(SHOT, model="draft-picture", makes="image", frames=1)
    one, same, other = (DraftPicture().film(replace(shot, seed=s), None, quiet) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
