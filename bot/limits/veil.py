"""A room that goes on counting when whoever talked there is forgotten."""

import hashlib


def veiled(channel: str, room: str) -> str:
    """The room, opaque: where two talk in private, its id is a person's."""
    return hashlib.sha256(f"{channel}\0{room}".encode()).hexdigest()
