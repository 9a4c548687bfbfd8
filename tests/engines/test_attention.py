"""CogVideoX attends as diffusers has it, through the backend that was asked for."""

import logging
from typing import Any

import pytest

from tests.engines.conftest import Build, film
from tests.engines.tinies import Tinies
from video_service.engines.base import Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXTransformer3DModel
    from diffusers.models.attention_dispatch import AttentionBackendName
    from diffusers.models.embeddings import get_3d_rotary_pos_embed

    from video_service.engines import attention
    from video_service.engines.attention import JointAttention, fuse_projections, use_backend

WHERE = (torch.device("cpu"), torch.float32)


@pytest.fixture
def network(tinies: Tinies) -> Any:
    """The tiny 5B's transformer."""
    return CogVideoXTransformer3DModel.from_pretrained(tinies("t2v5b") / "transformer")


def seen(network: Any, frames: int = 3) -> Any:
    """What the network makes of fixed noise: [2, latent frames, 4, 8, 8]."""
    chance = torch.Generator().manual_seed(0)
    rope = get_3d_rotary_pos_embed(16, ((0, 0), (4, 4)), (4, 4), frames)
    with torch.no_grad():
        return network(
            hidden_states=torch.randn(2, frames, 4, 8, 8, generator=chance),
            encoder_hidden_states=torch.randn(2, 226, 32, generator=chance),
            timestep=torch.tensor([500, 500]),
            image_rotary_emb=rope,
            return_dict=False,
        )[0]


def test_under_native_it_is_diffusers_own_bit_for_bit(network: Any) -> None:
    theirs = seen(network)
    network.set_attn_processor(JointAttention())
    assert torch.equal(seen(network), theirs)
    assert use_backend(network, "auto", WHERE) == ("native", "")
    assert torch.equal(seen(network), theirs)


def test_the_backend_that_was_set_computes(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    network.set_attn_processor(JointAttention())
    native = seen(network)
    monkeypatch.setitem(attention.BACKENDS, "math", "_native_math")
    assert use_backend(network, "math", WHERE) == ("math", "")
    other = seen(network)
    assert not torch.equal(other, native)
    assert torch.allclose(other, native, atol=1e-5)
    use_backend(network, "native", WHERE)
    assert torch.equal(seen(network), native)


def test_joined_projections_compute_the_same_and_the_three_are_gone(network: Any) -> None:
    network.set_attn_processor(JointAttention())
    apart, weights = seen(network), sum(p.numel() for p in network.parameters())
    fuse_projections(network)
    assert torch.allclose(seen(network), apart, atol=1e-5)
    assert sum(p.numel() for p in network.parameters()) == weights
    assert not [name for name, _ in network.named_parameters() if "to_k" in name]


@pytest.mark.parametrize("asked", ["cudnn", "flash", "flash3", "sage"])
def test_a_backend_that_cannot_be_used_here_is_left_and_one_line_says_why(
    asked: str, build: Build, shot: Shot, caplog: pytest.LogCaptureFixture
) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a card here, which may well have it")
    engine = build(attention=asked)
    with caplog.at_level(logging.WARNING, "video_service"):
        frames = film(engine, shot)
    [line] = [r.getMessage() for r in caplog.records if r.name.startswith("video_service")]
    assert line.startswith(f"attention {asked} cannot be used: RuntimeError: ")
    assert "\n" not in line
    assert engine.facts()["attention"] == "native"
    assert (frames == film(build(), shot)).all()


def test_every_setting_names_a_backend_that_diffusers_has() -> None:
    from typing import get_args

    from video_service.schema.settings import ServiceSettings

    settings = ServiceSettings.model_fields["attention"].annotation
    assert set(attention.BACKENDS) == set(get_args(settings))
    assert set(attention.BACKENDS.values()) <= {name.value for name in AttentionBackendName}
