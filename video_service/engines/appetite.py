"""What one local engine takes of the machine, part by part, so that several can be kept warm."""

from typing import Any

from video_service import profiles
from video_service.engines import place
from video_service.engines.families.base import Family
from video_service.engines.folder import ModelFolder
from video_service.engines.parts import encoder_key, vae_key
from video_service.engines.workshop import Workshop
from video_service.needs import NETWORKS, Appetite, Bytes, held
from video_service.profiles import Profile
from video_service.schema.settings import ServiceSettings


def appetite(folder: ModelFolder, family: Family, profile: Profile, room: Bytes) -> Appetite:
    """Parts that another folder holds as well have the same name there, and count once."""
    spec = folder.spec
    resting = held(spec, profile)
    need = profiles.predict(spec, profile, profiles.longest(spec))
    on_card = sum(size.card for size in resting.values())
    in_host = sum(size.host for size in resting.values())
    filming = Bytes(max(0, need.card_bytes - on_card), max(0, need.host_bytes - in_host))
    names = _shared_names(folder, family, profile)
    return Appetite(
        {names.get(p, f"{folder.path}/{p}"): s for p, s in resting.items()}, filming, room
    )


def inherited(
    folder: ModelFolder, family: Family, profile: Profile, workshop: Workshop
) -> list[Any]:
    """The modules it would share that other engines have loaded already."""
    return workshop.parts.there(_shared_names(folder, family, profile).values())


def room(settings: ServiceSettings) -> Bytes:
    """What all engines of this process may take together."""
    card = place.card_of(place.choose_device(settings))
    return Bytes(profiles.room_of(card, settings) if card else 0, place.host_bytes())


def _shared_names(folder: ModelFolder, family: Family, profile: Profile) -> dict[str, str]:
    """What engines share, by component: its name in `Parts`."""
    found = {}
    for part in folder.spec.weights:
        path = folder.path / part.name
        if part.name == "vae":
            found[part.name] = vae_key(path, profile, "vae" in family.exact)
        elif part.name not in NETWORKS:
            found[part.name] = encoder_key(path, profile)
    return found
