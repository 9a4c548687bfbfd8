"""Cards as families have them, and the profile that an engine gets on one."""

import pytest

from video_service.engines.specs import GIB, LOCAL, EngineSpec
from video_service.profiles import Card, Profile, choose
from video_service.schema.settings import ServiceSettings

ROOMY = 64 * GIB
# what an ordinary desktop leaves of a card of so many GB, and what such a card can do
CARDS = {
    4: Card(int(3.7 * GIB), 4 * GIB, (7, 5)),
    6: Card(int(5.6 * GIB), 6 * GIB, (7, 5)),
    8: Card(int(7.4 * GIB), 8 * GIB, (8, 6)),
    12: Card(int(11.3 * GIB), 12 * GIB, (8, 6)),
    16: Card(int(15.3 * GIB), 16 * GIB, (8, 9)),
    24: Card(int(23.2 * GIB), 24 * GIB, (8, 9)),
    80: Card(int(78.6 * GIB), 80 * GIB, (9, 0)),
    141: Card(int(139 * GIB), 141 * GIB, (9, 0)),
}
local = pytest.mark.parametrize("spec", LOCAL, ids=[spec.name for spec in LOCAL])


def chosen(spec: EngineSpec, card: Card | None, host: int = ROOMY, **settings: object) -> Profile:
    return choose(spec, card, ServiceSettings.model_validate(settings), host)
