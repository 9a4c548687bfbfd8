"""Everything 小爱 can do: adding an intent is one line here. The last is meant when no other is."""

from pkgutil import resolve_name

from intents.base import AnyIntent

INTENTS: tuple[AnyIntent, ...] = tuple(
    resolve_name(name)
    for name in (
        "intents.weather.handler:INTENT",
        "intents.routes.handler:WALK",
        "intents.routes.handler:CYCLE",
        "intents.routes.handler:DRIVE",
        "intents.routes.handler:TRANSIT",
        "intents.places.handler:INTENT",
        "intents.picture.handler:INTENT",
        "intents.video.handler:INTENT",
        "intents.chat.handler:INTENT",
    )
)
CHAT = INTENTS[-1]
