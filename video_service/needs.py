"""What a film takes under a memory profile: bytes on the card and in host memory. No torch.

    denoise = network + VAE (+ text encoders on the card) + footprints.denoise_extra
    decode  = VAE (+ network, unless it stepped aside) (+ text encoders) + decode_extra
    host    = what is not on the card, and what streams or steps aside

A streamed network has two of its blocks on the card and a third on the way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from video_service.engines.base import Shot
from video_service.engines.specs import GIB, EngineSpec, Part
from video_service.footprints import EXACT_VAE, decode_extra, denoise_extra, footprint

SHARE = 0.9  # of the free memory; the rest is for fragments, and for what we do not foresee
HOST_SHARE = 0.8
SCALES = 1.01  # an int8 weight is a byte and its share of its row's scale
STREAMED_BLOCKS = 3
NETWORKS = ("transformer", "unet")
Precision = Literal["none", "int8", "int8-dynamic", "fp8-dynamic"]
Reading = Literal["none", "int8"]
Placement = Literal["resident", "aside", "stream"]


@dataclass(frozen=True, slots=True)
class Card:
    """What the machine has; `capability` as torch tells it."""

    free_bytes: int
    total_bytes: int
    capability: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """`tiles`: where the decode begins, 0 = in one piece, n = the n-th rung of `footprints.TILES`.

    placement: `resident` stays on the card; `aside` leaves it for the decode; `stream` is on it
    block by block. `dtype`: the floats that network and VAE compute in.
    """

    name: str  # "4gb" to "80gb", or "cpu"
    quantize: Precision
    text_encoder: Literal["cpu", "gpu"]
    text_quantize: Reading
    placement: Placement
    tiles: int
    compile: bool
    dtype: str = "bfloat16"

    @property
    def wide(self) -> int:
        """How often two bytes go into one float."""
        return 2 if self.dtype == "float32" else 1


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes at the peak: on the card while denoising and while decoding, and in host memory."""

    denoise_bytes: int
    decode_bytes: int
    host_bytes: int

    @property
    def card_bytes(self) -> int:
        return max(self.denoise_bytes, self.decode_bytes)

    def __str__(self) -> str:
        figures = self.denoise_bytes, self.decode_bytes, self.host_bytes
        return "{:.1f} GiB planned to denoise, {:.1f} to decode, {:.1f} of host memory".format(
            *(size / GIB for size in figures)
        )

    def fits(self, room: int) -> bool:
        """Whether the card keeps a tenth of `room` bytes to itself."""
        return self.card_bytes <= room * SHARE


class Bytes(NamedTuple):
    """On the card, and in host memory."""

    card: int
    host: int


@dataclass(frozen=True, slots=True)
class Appetite:
    """What an engine takes: `parts` by a name that engines share, and `filming` beside them.

    `room`: what the machine has for all engines of this process together.
    """

    parts: Mapping[str, Bytes]
    filming: Bytes
    room: Bytes


def together(appetites: Iterable[Appetite]) -> bool:
    """Whether these engines may be loaded at once, one of them filming."""
    all_of = list(appetites)
    parts = {name: part for one in all_of for name, part in one.parts.items()}.values()
    card = sum(part.card for part in parts) + max(one.filming.card for one in all_of)
    host = sum(part.host for part in parts) + max(one.filming.host for one in all_of)
    room = all_of[-1].room
    return card <= room.card * SHARE and host <= room.host * HOST_SHARE


def predict(spec: EngineSpec, profile: Profile, shot: Shot) -> Need:
    """What `shot` takes: the formulas at the top. On a CPU all of it is host memory."""
    network, vae, texts = _sizes(spec, profile)
    denoise = profile.wide * denoise_extra(spec, shot)
    decode = profile.wide * decode_extra(spec, profile.tiles, shot)
    if profile.name == "cpu":
        return Need(0, 0, network + vae + texts + max(denoise, decode))
    on_card = texts if profile.text_encoder == "gpu" else 0
    while_denoising = _streamed(spec, network) if profile.placement == "stream" else network
    while_decoding = network if profile.placement == "resident" else 0
    leaves = network if profile.placement != "resident" else 0
    return Need(
        while_denoising + vae + on_card + denoise,
        while_decoding + vae + on_card + decode,
        texts - on_card + leaves,
    )


def held(spec: EngineSpec, profile: Profile) -> dict[str, Bytes]:
    """What each component of a loaded engine takes between films, by its name."""
    found = {}
    for part in spec.weights:
        size = weigh(spec, part, profile)
        found[part.name] = Bytes(size, 0) if _rests_on_card(part, profile) else Bytes(0, size)
    return found


def weigh(spec: EngineSpec, part: Part, profile: Profile) -> int:
    """Bytes of a component's weights as the profile has them."""
    if part.name == "vae":
        return part.bytes if spec.family in EXACT_VAE else profile.wide * part.bytes
    precision = profile.quantize if part.name in NETWORKS else profile.text_quantize
    if precision == "none":
        return profile.wide * part.bytes
    return profile.wide * (part.bytes - part.linear) + int(part.linear / 2 * SCALES)


def _rests_on_card(part: Part, profile: Profile) -> bool:
    if profile.name == "cpu":
        return False
    if part.name in NETWORKS:
        return profile.placement != "stream"
    return part.name == "vae" or profile.text_encoder == "gpu"


def _sizes(spec: EngineSpec, profile: Profile) -> tuple[int, int, int]:
    """Bytes of the network, of the VAE, and of all that reads words or photos."""
    network = sum(weigh(spec, part, profile) for part in spec.weights if part.name in NETWORKS)
    vae = weigh(spec, spec.part("vae"), profile)
    everything = sum(weigh(spec, part, profile) for part in spec.weights)
    return network, vae, everything - network - vae


def _streamed(spec: EngineSpec, network: int) -> int:
    return min(network, STREAMED_BLOCKS * network // footprint(spec).blocks)
