"""A model folder is understood from its own files, and its faults are told in plain English."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.tinies import Tinies
from video_service.engines.folder import BadFolder, read_folder

Copy = Callable[[str], Path]


@pytest.fixture
def copy(tinies: Tinies, tmp_path: Path) -> Copy:
    """A copy of a tiny folder, to spoil."""
    return lambda kind: shutil.copytree(tinies(kind), tmp_path / "model")


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def network(folder: Path, **values: Any) -> None:
    change(folder / "transformer" / "config.json", **values)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("t2v", "cogvideox-2b"),
        ("t2v5b", "cogvideox-5b"),
        ("wan_t2v", "wan2.1-t2v-1.3b"),
        ("wan22", "wan2.2-ti2v-5b"),
        ("i2vgenxl", "i2vgen-xl"),
        ("flux", "flux.1-schnell"),
        ("qwen_image", "qwen-image"),
    ],
)
def test_every_published_layout_is_told_by_its_own_files(
    kind: str, name: str, tinies: Tinies
) -> None:
    assert read_folder(tinies(kind)).spec.name == name


def test_the_published_geometry_is_read_as_720x480_with_49_frames(copy: Copy) -> None:
    folder = copy("t2v")
    network(folder, sample_width=90, sample_height=60, sample_frames=49)
    spec = read_folder(folder).spec
    assert (spec.sizes, spec.default_frames) == (((720, 480),), 49)
    assert spec.frames == (9, 17, 25, 33, 41, 49)


def test_a_shorter_model_allows_fewer_frames(copy: Copy) -> None:
    folder = copy("t2v")
    network(folder, sample_frames=25)
    assert read_folder(folder).spec.frames == (9, 17, 25)


def as_photo_model(folder: Path, **values: Any) -> None:
    """What makes a folder of words one of photos: twice the channels, and the class."""
    change(folder / "model_index.json", _class_name="CogVideoXImageToVideoPipeline")
    network(folder, in_channels=8, use_learned_positional_embeddings=True, **values)


def test_a_photo_folder_films_the_one_length_it_was_trained_with(copy: Copy) -> None:
    folder = copy("t2v5b")
    as_photo_model(folder, sample_frames=9)
    spec = read_folder(folder).spec
    assert (spec.name, spec.modes) == ("cogvideox-5b-i2v", ("photo",))
    assert (spec.frames, spec.default_frames, spec.sizes) == ((9,), 9, ((64, 64),))


def test_the_published_photo_folder_of_1_5_films_in_sizes_of_its_own(copy: Copy) -> None:
    """It notes 300 x 300 latents, which is the most it can place and no size to film in."""
    folder = copy("t2v5b")
    as_photo_model(folder, patch_size_t=2, sample_width=300, sample_height=300, sample_frames=81)
    spec = read_folder(folder).spec
    assert (spec.name, spec.default_frames, spec.frames[-1]) == ("cogvideox1.5-5b-i2v", 81, 161)
    assert spec.sizes == ((1360, 768), (768, 1360), (1024, 768), (768, 1024))


def test_the_published_1_5_films_in_the_geometry_it_notes(copy: Copy) -> None:
    folder = copy("t2v5b")
    network(folder, patch_size_t=2, sample_width=170, sample_height=96, sample_frames=81)
    spec = read_folder(folder).spec
    assert (spec.name, spec.sizes, spec.default_frames) == ("cogvideox1.5-5b", ((1360, 768),), 81)


@pytest.mark.parametrize("kind", ["wan_t2v", "wan22"])
def test_a_published_wan_has_places_for_all_its_sizes(kind: str, copy: Copy) -> None:
    folder = copy(kind)
    small = read_folder(folder).spec
    network(folder, rope_max_seq_len=1024)
    large = read_folder(folder).spec
    assert small.sizes in (((64, 64),), ((128, 128),))
    assert small.frames == (5, 9, 13)
    assert (832, 480) in large.sizes
    assert large.default_frames == large.frames[-1]


@pytest.mark.parametrize("kind", ["flux", "qwen_image", "i2vgenxl"])
def test_a_vae_that_notes_no_tiny_size_draws_in_the_published_ones(kind: str, copy: Copy) -> None:
    folder = copy(kind)
    assert read_folder(folder).spec.sizes == ((64, 64),)
    for noted in (256, 1024, None):
        change(folder / "vae" / "config.json", sample_size=noted)
        assert len(read_folder(folder).spec.sizes) > 3


@pytest.mark.parametrize(
    ("kind", "file", "values", "says"),
    [
        ("t2v", "model_index.json", {"_class_name": "LTXPipeline"}, "holds a LTXPipeline"),
        ("t2v", "model_index.json", {"_class_name": None}, "holds a None; known are CogVideoX"),
        (
            "t2v5b",
            "model_index.json",
            {"_class_name": "CogVideoXImageToVideoPipeline"},
            "takes no picture",
        ),
        ("t2v5b", "transformer/config.json", {"in_channels": 8}, "takes a picture as well"),
        ("t2v", "transformer/config.json", {"sample_frames": 5}, "5 frames"),
        ("t2v", "transformer/config.json", {"sample_width": 9}, "72x64"),
        ("t2v", "transformer/config.json", {"sample_height": None}, r"config\.json files do not"),
        ("t2v", "transformer/config.json", {"patch_size_t": 2, "sample_frames": 1}, "1 frames"),
        ("wan22", "model_index.json", {"boundary_ratio": 0.9}, "A14B"),
        ("wan22", "model_index.json", {"transformer_2": ["diffusers", "Wan"]}, "A14B"),
        ("wan_t2v", "transformer/config.json", {"num_attention_heads": 500}, "14B"),
        ("wan_t2v", "transformer/config.json", {"in_channels": 36}, "more than words"),
        ("wan_t2v", "transformer/config.json", {"rope_max_seq_len": 1}, "1 frames"),
        ("wan_t2v", "transformer/config.json", {"patch_size": 2}, r"config\.json files do not"),
        ("flux", "transformer/config.json", {"guidance_embeds": True}, r"FLUX\.1-dev"),
        ("qwen_image", "transformer/config.json", {"guidance_embeds": True}, "distilled"),
    ],
)
def test_a_folder_of_another_kind_is_refused_with_the_reason(
    copy: Copy, kind: str, file: str, values: dict[str, Any], says: str
) -> None:
    folder = copy(kind)
    change(folder / file, **values)
    with pytest.raises(BadFolder, match=says):
        read_folder(folder)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        *(("t2v", p) for p in ("scheduler", "tokenizer", "text_encoder", "transformer", "vae")),
        *(("i2vgenxl", p) for p in ("feature_extractor", "image_encoder", "unet")),
        *(("flux", p) for p in ("text_encoder_2", "tokenizer_2")),
    ],
)
def test_a_missing_part_is_named(copy: Copy, kind: str, part: str) -> None:
    folder = copy(kind)
    shutil.rmtree(folder / part)
    with pytest.raises(BadFolder, match=f"model: it is incomplete: {part}/ is missing"):
        read_folder(folder)


def test_a_download_that_broke_off_is_seen(copy: Copy) -> None:
    folder = copy("t2v")
    (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(BadFolder, match="vae/ holds no weights"):
        read_folder(folder)
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model.safetensors"}}
    (folder / "text_encoder" / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(BadFolder, match="text_encoder/model-00001-of-00002"):
        read_folder(folder)


def test_a_half_precision_copy_beside_missing_weights_does_not_pass_for_them(copy: Copy) -> None:
    """Nobody reads it unless it is asked for by its variant's name."""
    part = copy("i2vgenxl") / "unet"
    weights = part / "diffusion_pytorch_model.safetensors"
    weights.rename(part / "diffusion_pytorch_model.fp16.safetensors")
    with pytest.raises(BadFolder, match="unet/ holds no weights"):
        read_folder(part.parent)


def test_an_older_format_that_was_left_out_of_the_download_is_not_missed(copy: Copy) -> None:
    part = copy("t2v") / "text_encoder"
    index = {"weight_map": {"a": "pytorch_model-00001-of-00002.bin"}}
    (part / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    assert read_folder(part.parent).spec.name == "cogvideox-2b"


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00"])
@pytest.mark.parametrize("file", ["model_index.json", "vae/config.json", "transformer/config.json"])
def test_a_broken_configuration_is_named(copy: Copy, file: str, text: str) -> None:
    folder = copy("t2v")
    (folder / file).write_text(text)
    with pytest.raises(BadFolder, match=file):
        read_folder(folder)


def test_the_fingerprint_names_the_weights_and_not_the_place(copy: Copy, tiny: Path) -> None:
    folder = copy("t2v")
    assert read_folder(folder).fingerprint() == read_folder(tiny).fingerprint()
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert read_folder(folder).fingerprint() != read_folder(tiny).fingerprint()
