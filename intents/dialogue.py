"""The nouns every package shares: what people say to 小爱, and what 小爱 answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture somebody sent. Its bytes are fetched only when a handler wants them.

    `ref`: the channel's opaque handle, kept on disk, with which it can be fetched later; without
    one the bytes are kept as soon as the turn is heard. `read` raises OSError when it is gone.
    """

    id: str
    read: Callable[[], Awaitable[bytes]] = field(compare=False, repr=False)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message whose words are not known yet; `read` and `ref` as with a photo.

    `kind`: the ending of its file, such as mp3, silk, amr. `music`: a sound file that was sent,
    a song for one, which nobody has spoken and nobody puts into words.
    """

    id: str
    read: Callable[[], Awaitable[bytes]] = field(compare=False, repr=False)
    kind: str = "mp3"
    ref: str = ""
    music: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """The earlier message this turn answers to; `mine` when 小爱 had said it."""

    id: str
    text: str = ""
    name: str = ""
    photos: tuple[Photo, ...] = ()
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of one person, with nothing of WeChat left in it.

    `id` is the channel's own message id; (channel, room, id) is unique. `sender` is stable,
    `name` is what the family calls the person. `text` is as it was typed; `said` is what is
    left of it without 小爱's name. `ref` is the channel's opaque handle for answering.
    `voice` is a message that was spoken and that its channel has no words for.
    """

    id: str
    channel: str
    room: str
    sender: str
    name: str
    text: str
    at: datetime
    photos: tuple[Photo, ...] = ()
    quote: Quote | None = None
    mentions_me: bool = False
    private: bool = False
    mine: bool = False
    ref: str = ""
    said: str = ""
    voice: Voice | None = None
    room_name: str = ""

    @property
    def key(self) -> str:
        """Unique over all channels; the root of every idempotency key."""
        return f"{self.channel}:{self.room}:{self.id}"


@dataclass(frozen=True, slots=True)
class Done:
    """An earlier wish of the room and what was answered: "那明天呢" goes on from here.

    `slots` is what had been wanted, `kept` what the answer left to be referred to (`Keep`).
    """

    intent: str
    slots: Mapping[str, Any]
    kept: Mapping[str, Any]
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """One photo of the talk. `key` names it for ever in its room, also after a restart."""

    key: str
    photo: Photo
    turn: Turn


def photo_key(turn_id: str, index: int = 0) -> str:
    """The key of the photo number `index` of a message."""
    return f"turn:{turn_id}:{index}"


def quoted_key(turn_id: str, index: int = 0) -> str:
    """The key of the photo number `index` in what the message `turn_id` quotes."""
    return f"quote:{turn_id}:{index}"


def drawn_key(job_id: str) -> str:
    """The key of the picture that was drawn as job `job_id`."""
    return f"job:{job_id}"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Recent turns of one room, oldest first, 小爱's own among them; the last one is the ask.

    `done`: the room's last answered wishes, oldest first, by anybody.
    """

    turns: tuple[Turn, ...]
    photo_window: timedelta = timedelta(minutes=30)
    done: tuple[Done, ...] = ()

    @property
    def ask(self) -> Turn:
        return self.turns[-1]

    def last(self, *intents: str, within: timedelta = timedelta(minutes=30)) -> Done | None:
        """The newest wish of one of `intents` (of any, when none is named), if it is fresh."""
        for done in reversed(self.done):
            if self.ask.at - done.at > within:
                return None
            if not intents or done.intent in intents:
                return done
        return None

    def photos(self) -> tuple[Sent, ...]:
        """All photos within reach, by anybody, in the order in which they were sent."""
        return tuple(
            Sent(photo_key(turn.id, index), photo, turn)
            for turn in self.turns
            if self.ask.at - turn.at <= self.photo_window
            for index, photo in enumerate(turn.photos)
        )

    def photo(self) -> Photo | None:
        """The photo at hand: the quoted one, else the newest that the asker sent or 小爱 drew."""
        ask = self.ask
        if ask.quote and ask.quote.photos:
            return ask.quote.photos[-1]
        own = [it for it in self.photos() if it.turn.mine or it.turn.sender == ask.sender]
        return own[-1].photo if own else None


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A clip or a picture still being made: the bot follows the job and sends what it becomes."""

    job_id: str
    makes: Literal["video", "image"] = "video"


@dataclass(frozen=True, slots=True)
class Resend:
    """A clip or picture that the room has had, sent once more as it is; `clip` is its job."""

    clip: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing that is sent: what later turns may refer to, such as the places just named. JSON."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer: `label` is read by people, `value` goes into the slot."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with numbered answers. What is chosen fills `slot` and the intent runs again.

    With `open`, free words that mean nothing else are an answer too. When nobody answers within
    `after_s` seconds, `default` (an index into `choices`) is taken; with None the wish is dropped,
    because no answer is as good as another: from where to start, for one.

    With `photo`, the next photo of whom was asked is the answer: its key fills the slot. With
    `agree`, a plain yes stands for the first choice. With `place`, it asks where something is.
    """

    text: str
    slot: str
    choices: tuple[Choice, ...]
    default: int | None = 0
    after_s: float = 60
    open: bool = False
    photo: bool = False
    agree: bool = False
    place: bool = False


Part = Text | Ticket | Question | Resend | Keep
Reply = tuple[Part, ...]
