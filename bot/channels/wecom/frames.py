"""The frames of the long connection, and what its answers mean.

ours      {"cmd", "headers": {"req_id"}, "body"?}
theirs    a callback with a `cmd`, or an answer without one:
          {"headers": {"req_id"}, "errcode", "errmsg", "body"?}

WecomError
├── LinkLost      there is no connection, or it has just ended
├── NoAnswer      a request that was not answered in time
├── Refused       an answer with an `errcode`
└── Kicked        another connection of the same bot took over
"""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

SUBSCRIBE, PING = "aibot_subscribe", "ping"
RESPOND, PUSH = "aibot_respond_msg", "aibot_send_msg"
UPLOAD_INIT = "aibot_upload_media_init"
UPLOAD_CHUNK = "aibot_upload_media_chunk"
UPLOAD_FINISH = "aibot_upload_media_finish"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
KICKED = "disconnected_event"

WRONG_SECRET = 853000
NOT_SUBSCRIBED = 846609  # also on a connection that still looks open

Body = dict[str, Any]


class WecomError(Exception):
    """The long connection did not do what was asked."""


class LinkLost(WecomError):
    """There is no connection."""


class NoAnswer(WecomError):
    """Nothing came back in time; whether it was done is not known."""


class Kicked(WecomError):
    """Another connection of the same bot took over."""


class Refused(WecomError):
    """`code`: WeCom's errcode."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"errcode {code}: {text}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of theirs; `cmd` is empty in an answer."""

    cmd: str
    req_id: str
    code: int = 0
    text: str = ""
    body: Body = field(default_factory=dict, repr=False)  # what people say stays out of logs

    @property
    def event(self) -> str:
        """The kind of an event callback, such as disconnected_event."""
        event = self.body.get("event")
        return str(event.get("eventtype", "")) if isinstance(event, dict) else ""


def read(raw: str | bytes) -> Frame:
    """A frame as it came; ValueError when it is none."""
    found = json.loads(raw, strict=False)  # their text may hold bare control characters
    if not isinstance(found, dict):
        raise ValueError("a frame must be an object")
    headers, body = found.get("headers"), found.get("body")
    try:
        code = int(found.get("errcode") or 0)
    except TypeError as error:
        raise ValueError("an errcode must be a number") from error
    return Frame(
        cmd=str(found.get("cmd") or ""),
        req_id=str(headers.get("req_id", "")) if isinstance(headers, dict) else "",
        code=code,
        text=str(found.get("errmsg") or ""),
        body=body if isinstance(body, dict) else {},
    )


def write(cmd: str, req_id: str, body: Body | None) -> str:
    """A frame of ours."""
    frame: Body = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = body
    return json.dumps(frame, ensure_ascii=False)


def new_id(cmd: str) -> str:
    """A request id that is used once."""
    return f"{cmd}_{uuid.uuid4().hex}"
