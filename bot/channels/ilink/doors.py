"""When a person may be written to: ten messages for each of theirs, for a day after the last one.

Source: Tencent's maintainers in openclaw-weixin #204 and #156 (24 h), users in #81 and #202 (10).
"""

from pydantic import BaseModel, ConfigDict, Field

MOST_REPLIES = 10
WINDOW_S = 24 * 3600.0


class Door(BaseModel):
    """What a person's last message opened: `context` is its token, `at` its time (UTC stamp)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    context: str = Field(repr=False)
    at: float
    used: int = 0

    def shut_because(self, now: float) -> str:
        """Why nothing can go out; empty when something can."""
        if self.used >= MOST_REPLIES:
            return f"{self.used} messages have gone out since their last one"
        if now - self.at > WINDOW_S:
            return "their last message is more than a day old"
        return ""


def opened(door: Door | None, context: str, at: float) -> Door | None:
    """The door after a message with `context`; one heard again opens nothing twice."""
    if not context or (door and (door.context == context or at < door.at)):
        return door
    return Door(context=context, at=at)
