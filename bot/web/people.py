"""Who is in the room, as a coloured circle with one character in it."""

import zlib
from dataclasses import dataclass

# dark enough for white letters, 4.5 to 1
COLOURS = ("#d03d61", "#3176c4", "#9a6b1a", "#26836b", "#7964ce", "#b45d36", "#407d91", "#617d2e")
HER_COLOUR = "linear-gradient(135deg, #20845b, #158096)"
DIMINUTIVES = "小大老阿"


@dataclass(frozen=True, slots=True)
class Face:
    initial: str
    colour: str


@dataclass(frozen=True, slots=True)
class Family:
    """The group: its name, the members one can speak as, and what she is called."""

    room_name: str
    members: tuple[str, ...]
    her: str

    @property
    def size(self) -> int:
        return len(self.members) + 1

    def face(self, name: str, *, hers: bool = False) -> Face:
        """Members differ in colour while there are enough; a former member keeps one, too."""
        if hers:
            return Face(_initial(name), HER_COLOUR)
        known = name in self.members
        number = self.members.index(name) if known else zlib.crc32(name.encode())
        return Face(_initial(name), COLOURS[number % len(COLOURS)])

    def faces(self) -> list[dict[str, str]]:
        """The members as the composer in the browser wants them."""
        seen = [(name, self.face(name)) for name in self.members]
        return [{"name": name, "initial": f.initial, "colour": f.colour} for name, f in seen]


def _initial(name: str) -> str:
    """The character people would call the person by: 妈妈 → 妈, 小明 → 明."""
    return name[1] if len(name) > 1 and name[0] in DIMINUTIVES else name[0]
