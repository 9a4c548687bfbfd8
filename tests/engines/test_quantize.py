"""Smaller weights: what they cost in likeness, what they save, and what torchao would get wrong."""

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.engines.conftest import Build, film
from tests.tiny_model import write
from video_service.engines.base import EngineError, Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXTransformer3DModel
    from transformers import T5Config, T5EncoderModel

    from video_service.engines.place import weigh
    from video_service.engines.quantized import read_quantized
    from video_service.engines.skeleton import state
    from video_service.quantize import quantize

WIDTH = 128  # of words: enough numbers in a row for its scale to mean something


@pytest.fixture(scope="module")
def middling(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Path:
    """A folder like 2B whose layers are wide enough to be quantized as real ones are: 20 MB."""
    folder = write(tmp_path_factory.mktemp("middling") / "CogVideoX-2b")
    torch.manual_seed(1)
    config = CogVideoXTransformer3DModel.load_config(folder / "transformer")
    wider = {"num_attention_heads": 4, "attention_head_dim": 64, "num_layers": 4}
    text = {"text_embed_dim": WIDTH, "time_embed_dim": 64}
    with hushed():
        CogVideoXTransformer3DModel.from_config({**config, **wider, **text}).save_pretrained(
            folder / "transformer"
        )
        T5EncoderModel(
            T5Config(
                vocab_size=384,
                d_model=WIDTH,
                d_kv=32,
                d_ff=512,
                num_layers=2,
                num_heads=4,
                feed_forward_proj="gated-gelu",
                is_encoder_decoder=False,
                use_cache=False,
                tie_word_embeddings=False,
            )
        ).save_pretrained(folder / "text_encoder")
    return folder


def latents(engine: Any, shot: Shot, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the denoise makes of `shot`."""
    seen: list[Any] = []
    decode = engine._decode

    def look(found: Any, *rest: Any) -> Any:
        seen.append(found)
        return decode(found, *rest)

    monkeypatch.setattr(engine, "_decode", look)
    film(engine, shot)
    return seen[0]


def test_int8_of_reader_and_network_stays_within_a_hundredth_of_the_original(
    middling: Path, build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = latents(build(middling, quantize="none"), shot, monkeypatch)
    small = latents(build(middling, quantize="int8"), shot, monkeypatch)
    drift = float((small - whole).norm() / whole.norm())
    assert 0 < drift <= 0.01


@pytest.mark.parametrize("scheme", ["int8", "int8-dynamic"])
@pytest.mark.parametrize(
    ("part", "kind"),
    [("transformer", CogVideoXTransformer3DModel), ("text_encoder", T5EncoderModel)],
)
def test_eight_bits_take_little_more_than_half_of_sixteen_in_memory_and_on_disk(
    middling: Path, tmp_path: Path, part: str, kind: Any, scheme: Any
) -> None:
    with hushed():
        whole = weigh(kind.from_pretrained(middling / part).to(torch.bfloat16))
        how = {"dtype" if part == "text_encoder" else "torch_dtype": torch.bfloat16}
        module = read_quantized(kind, middling / part, scheme, tmp_path, **how)
    assert weigh(module) <= 0.6 * whole
    kept = sum(file.stat().st_size for file in tmp_path.rglob("*.safetensors"))
    assert 0.5 * whole < kept <= 0.6 * whole


@pytest.fixture
def wide() -> Any:
    """A Linear layer as wide as a real one, and rows as large as a real network's."""
    torch.manual_seed(0)
    rows = torch.randn(32, 4096, dtype=torch.float16) * 60
    return torch.nn.Sequential(torch.nn.Linear(4096, 64)).half(), rows


def test_half_floats_do_not_overflow_in_the_sum_over_raw_int8_weights(wide: Any) -> None:
    module, rows = wide
    with torch.no_grad():
        whole = module.float()(rows.float())
        quantize(module.half(), "int8")
        small = module(rows)
    assert torch.isfinite(small).all()
    assert float((small.float() - whole).norm() / whole.norm()) < 0.02


def test_the_overflow_that_is_avoided_is_really_torchaos(wide: Any) -> None:
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    module, rows = wide
    quantize_(module, Int8WeightOnlyConfig(set_inductor_config=False))
    with torch.no_grad():
        assert not torch.isfinite(module(rows)).all()


def test_the_headroom_changes_no_digit_where_nothing_overflowed(wide: Any) -> None:
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    module, rows = wide
    plain = copy.deepcopy(module)
    quantize_(plain, Int8WeightOnlyConfig(set_inductor_config=False))
    quantize(module, "int8")
    small = rows / 1024
    with torch.no_grad():
        assert torch.allclose(module(small), plain(small), rtol=2e-3, atol=1e-4)


def test_quantizing_leaves_the_compiler_of_the_process_as_it_is(wide: Any) -> None:
    from torch._inductor import config

    before = config.save_config_portable()
    quantize(copy.deepcopy(wide[0]), "int8")
    quantize(wide[0], "int8-dynamic")
    assert config.save_config_portable() == before


def test_only_what_sees_every_token_is_multiplied_in_eight_bits(middling: Path) -> None:
    with hushed():
        network = CogVideoXTransformer3DModel.from_pretrained(middling / "transformer")
    quantize(network, "int8-dynamic")
    fast = {
        name for name, weight in state(network)
        if getattr(weight, "act_quant_kwargs", None) is not None
    }  # fmt: skip
    assert "transformer_blocks.0.attn1.to_q.weight" in fast
    assert "transformer_blocks.3.ff.net.2.weight" in fast
    assert not any("norm" in name or "time_embedding" in name for name in fast)
    assert all(type(weight) is not torch.Tensor for name, weight in state(network)
               if name.endswith("time_embedding.linear_1.weight"))  # fmt: skip


def test_layers_that_the_cores_cannot_take_are_weighed_down_only(tiny: Path) -> None:
    """A tiny network has sides that are no multiple of sixteen."""
    network = torch.nn.ModuleDict(
        {"blocks": torch.nn.ModuleList([torch.nn.ModuleDict({"ff": torch.nn.Linear(24, 40)})])}
    )
    quantize(network, "int8-dynamic")
    (name, weight), *_ = state(network)
    assert name == "blocks.0.ff.weight"
    assert type(weight) is not torch.Tensor
    assert weight.act_quant_kwargs is None


def test_a_scheme_that_this_machine_cannot_compute_is_told() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a card here: it may well compute it")
    network = torch.nn.ModuleDict(
        {"blocks": torch.nn.ModuleList([torch.nn.ModuleDict({"ff": torch.nn.Linear(32, 32)})])}
    ).to(torch.bfloat16)
    with pytest.raises(EngineError, match="fp8-dynamic") as failed:
        quantize(network, "fp8-dynamic")
    assert failed.value.code == "model_load_failed"


def test_the_vae_has_nothing_to_quantize(tiny: Path) -> None:
    from diffusers import AutoencoderKLCogVideoX

    with hushed():
        vae = AutoencoderKLCogVideoX.from_pretrained(tiny / "vae")
    before = weigh(vae)
    quantize(vae, "int8")
    assert weigh(vae) == before
