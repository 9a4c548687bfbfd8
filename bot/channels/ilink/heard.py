"""A message of theirs as a turn: words, photos that are fetched only when wanted, quotes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from bot.channels.ilink import wording
from bot.channels.ilink.cdn import Ref
from bot.channels.ilink.shapes import Item, Message, Reference
from intents.dialogue import Photo, Quote, Turn, Voice

TEXT, IMAGE, VOICE, FILE, VIDEO = 1, 2, 3, 4, 5
PERSON = 1
SOUNDS = {5: "amr", 6: "silk", 7: "mp3"}
Fetch = Callable[[str], Awaitable[bytes]]


def room_of(member: str, peer: str) -> str:
    """One person's private chat; `member` holds no colon."""
    return f"{member}:{peer}"


def peer_of(room: str) -> tuple[str, str]:
    """Member and peer of a room."""
    member, _, peer = room.partition(":")
    return member, peer


def to_turn(
    message: Message, channel: str, member: str, said: Mapping[str, str], fetch: Fetch
) -> Turn | None:
    """The turn; None for what is no person's message to us. `said`: see Account."""
    if message.message_type != PERSON or message.group_id or not message.from_user_id:
        return None
    items = message.item_list
    text = "\n".join(filter(None, map(_words, items)))
    photos = tuple(_photos(items, message.id, fetch))
    voice = next((_voice(item, message.id, fetch) for item in items if _is_unheard(item)), None)
    if not text and not photos and not voice:
        return None
    quoted = next((item.ref_msg for item in items if item.ref_msg), None)
    return Turn(
        id=message.id,
        channel=channel,
        room=room_of(member, message.from_user_id),
        sender=message.from_user_id,
        name=member,
        text=text,
        at=datetime.fromtimestamp(sent_at(message), UTC),
        photos=photos,
        quote=_quote(quoted, said, fetch) if quoted else None,
        private=True,
        voice=voice,
    )


def sent_at(message: Message) -> float:
    """When it was said, as a UTC stamp: never later than now."""
    now = datetime.now(UTC).timestamp()
    return min(message.create_time_ms / 1000 or now, now)


def _words(item: Item) -> str:
    """What was typed or spoken, or what WeChat shows in place of it."""
    match item.type:
        case 1:
            return item.text_item.text.strip()
        case 3:
            return item.voice_item.text.strip()
        case 4:
            return wording.FILE.format(name=item.file_item.file_name).strip()
        case 5:
            return wording.VIDEO
    return ""


def _photos(items: tuple[Item, ...], message_id: str, fetch: Fetch) -> list[Photo]:
    found = [item.image_item for item in items if item.type == IMAGE]
    refs = [Ref.of(image.media, image.aeskey).write() for image in found]
    return [
        Photo(f"{message_id}.{i}" if i else message_id, partial(fetch, ref), ref)
        for i, ref in enumerate(refs)
    ]


def _is_unheard(item: Item) -> bool:
    return item.type == VOICE and not item.voice_item.text.strip()


def _voice(item: Item, message_id: str, fetch: Fetch) -> Voice:
    spoken = item.voice_item
    ref = Ref.of(spoken.media).write()
    return Voice(message_id, partial(fetch, ref), SOUNDS.get(spoken.encode_type, "silk"), ref)


def _quote(quoted: Reference, said: Mapping[str, str], fetch: Fetch) -> Quote:
    """Newer phones name the message by its id alone; memory knows the rest of it."""
    item = quoted.message_item or Item()
    message_id = quoted.svr_id or item.msg_id
    return Quote(
        id=said.get(message_id, message_id),
        text=_words(item) or quoted.title.strip(),
        photos=tuple(_photos((item,), message_id, fetch)),
        mine=message_id in said,
    )
