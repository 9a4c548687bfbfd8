"""What WeCom demands of a bot's frames: shapes, sizes, uploads; as its document 101463 has them."""

import base64
import binascii
import hashlib
import math
import uuid
from dataclasses import dataclass, field
from typing import Any

BAD_REQUEST = 40058
TOO_OFTEN = 45009
WRONG_SECRET = 853000
NO_SUCH_REQUEST = 846605
NOT_SUBSCRIBED = 846609
CHUNK = 512 * 1024
MOST_TEXT = 20480
MOST_FILE = {"image": 10 * 2**20, "video": 10 * 2**20, "voice": 2 * 2**20, "file": 20 * 2**20}
COMMANDS = (
    "aibot_subscribe", "ping", "aibot_respond_msg", "aibot_send_msg",
    "aibot_upload_media_init", "aibot_upload_media_chunk", "aibot_upload_media_finish",
)  # fmt: skip
Body = dict[str, Any]


class Broken(Exception):
    """A request that is refused with `code`; `ours`: because the bot broke a rule."""

    def __init__(self, code: int, text: str, *, ours: bool = True) -> None:
        super().__init__(text)
        self.code, self.ours = code, ours


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the bot: `pushed` into the chat, else an answer to a callback."""

    chat: str
    kind: str  # stream, markdown, image, video
    pushed: bool
    text: str = ""
    stream: str = ""
    name: str = ""
    file: bytes = field(default=b"", repr=False)


@dataclass
class Upload:
    """One file on its way."""

    kind: str
    name: str
    size: int
    chunks: int
    md5: str
    pieces: dict[int, bytes] = field(default_factory=dict)

    @property
    def whole(self) -> bytes:
        return b"".join(self.pieces[n] for n in sorted(self.pieces))


@dataclass
class Uploads:
    """Files by upload_id, and by media_id when they are whole."""

    under_way: dict[str, Upload] = field(default_factory=dict)
    media: dict[str, Upload] = field(default_factory=dict)

    def take(self, cmd: str, body: Body) -> Body:
        """One of the three steps; a ping has nothing to do with it and passes."""
        match cmd:
            case "aibot_upload_media_init":
                return self._begin(body)
            case "aibot_upload_media_chunk":
                return self._add(body)
            case "aibot_upload_media_finish":
                return self._finish(body)
        return {}

    def _begin(self, body: Body) -> Body:
        upload = Upload(
            body["type"], body["filename"], body["total_size"], body["total_chunks"], body["md5"]
        )
        if not 5 < upload.size <= MOST_FILE.get(upload.kind, 0):
            raise Broken(BAD_REQUEST, f"a {upload.kind} of {upload.size} bytes")
        if upload.chunks != math.ceil(upload.size / CHUNK) or upload.chunks > 100:
            raise Broken(BAD_REQUEST, f"{upload.size} bytes in {upload.chunks} chunks")
        if "." not in upload.name:
            raise Broken(BAD_REQUEST, f"a file name without an ending: {upload.name!r}")
        self.under_way[id_ := uuid.uuid4().hex] = upload
        return {"upload_id": id_}

    def _add(self, body: Body) -> Body:
        upload, index = self._found(body), body["chunk_index"]
        try:
            piece = base64.b64decode(body["base64_data"], validate=True)
        except binascii.Error as error:
            raise Broken(BAD_REQUEST, "a chunk that is not base64") from error
        last = upload.size - (upload.chunks - 1) * CHUNK
        if index not in range(upload.chunks):
            raise Broken(BAD_REQUEST, f"chunk {index} of {upload.chunks}")
        if len(piece) != (last if index == upload.chunks - 1 else CHUNK):
            raise Broken(BAD_REQUEST, f"chunk {index} has {len(piece)} bytes")
        upload.pieces[index] = piece
        return {}

    def _finish(self, body: Body) -> Body:
        upload = self._found(body)
        if len(upload.pieces) != upload.chunks:
            raise Broken(BAD_REQUEST, f"{len(upload.pieces)} of {upload.chunks} chunks are there")
        if hashlib.md5(upload.whole, usedforsecurity=False).hexdigest() != upload.md5:
            raise Broken(BAD_REQUEST, "the file is not what its md5 says")
        self.media[id_ := uuid.uuid4().hex] = self.under_way.pop(body["upload_id"])
        return {"type": upload.kind, "media_id": id_, "created_at": "1795000000"}

    def _found(self, body: Body) -> Upload:
        if upload := self.under_way.get(body["upload_id"]):
            return upload
        raise Broken(BAD_REQUEST, "an upload_id that nobody gave")


def check_frame(frame: Body) -> list[str]:
    """What is wrong with the outside of a frame."""
    found = []
    if not set(frame) <= {"cmd", "headers", "body"}:
        found.append(f"keys {sorted(frame)}")
    if frame.get("cmd") not in COMMANDS:
        found.append(f"cmd {frame.get('cmd')!r}")
    req_id = frame.get("headers", {}).get("req_id")
    if not isinstance(req_id, str) or not req_id:
        found.append(f"req_id {req_id!r}")
    return found


def said_in(cmd: str, body: Body, chat: str, uploads: Uploads) -> Said:
    """The message in a request to post one; Broken when it may not be posted like this."""
    kind, pushed = body["msgtype"], cmd == "aibot_send_msg"
    if kind in ("image", "video"):
        upload = uploads.media.get(body[kind]["media_id"])
        if upload is None or upload.kind != kind:
            raise Broken(BAD_REQUEST, f"a {kind} that was not uploaded as one")
        return Said(chat, kind, pushed, name=upload.name, file=upload.whole)
    if kind != ("markdown" if pushed else "stream"):
        raise Broken(BAD_REQUEST, f"{cmd} takes no {kind}")
    text, stream = body[kind]["content"], "" if pushed else body[kind]["id"]
    if not text.strip() or len(text.encode()) > MOST_TEXT:
        raise Broken(BAD_REQUEST, f"a text of {len(text.encode())} bytes")
    if not pushed and not (stream and body[kind]["finish"] is True):
        raise Broken(BAD_REQUEST, "a stream that is not finished or has no id")
    return Said(chat, kind, pushed, text, stream)
