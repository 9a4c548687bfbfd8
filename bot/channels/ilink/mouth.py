"""What goes out to the people of one member: in turn, counted, and each thing under one name."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import CannotSendNow, SendError
from bot.channels.ilink.accounts import Accounts
from bot.channels.ilink.cdn import Cdn, Kind, Uploaded
from bot.channels.ilink.doors import Door
from bot.channels.ilink.faults import (
    REFUSED,
    IlinkError,
    LoginEnded,
    Refused,
    TooFast,
    Unreachable,
)
from bot.channels.ilink.heard import peer_of
from bot.channels.ilink.member import Member
from bot.channels.ilink.tempo import Pace, Tempo
from intents.dialogue import Turn

MOST_UPLOADS = 8  # put there, not yet sent: a clip that waits is not sent up twice


class Mouth:
    """Raises SendError, and CannotSendNow while the person's door is shut."""

    def __init__(self, member: Member, accounts: Accounts, cdn: Cdn, tempo: Tempo) -> None:
        self._member, self._accounts, self._cdn = member, accounts, cdn
        self._pace = Pace(tempo.gap_s, tempo.widest_gap_s)
        self._uploads: dict[str, Uploaded] = {}
        self._unsure: set[str] = set()  # said once, and answered without an id

    async def say(self, to: Turn, key: str, item: dict[str, Any]) -> None:
        """One message; under one `key` it is one message, however often it is tried."""
        peer = peer_of(to.room)[1]
        async with self._pace.turn():
            door = self.door(to)
            try:
                message_id = await self._member.wire.send(peer, door.context, name_of(key), item)
            except Unreachable as error:
                door.used += error.maybe_done
                raise SendError(f"{to.key}: {error}") from error
            except IlinkError as error:
                raise self._judged(to, error) from error
            self._pace.narrow()
            door.used += 1
        if message_id:
            self._unsure.discard(key)
            self._member.account.note_said(message_id, f"{to.id}:{key.removeprefix(to.key)[1:]}")
        await self._accounts.save(self._member.account)
        if not message_id:
            raise self._not_arrived(to, key)

    async def put(self, to: Turn, key: str, kind: Kind, data: bytes) -> Uploaded:
        """A file on the CDN, ready to be named in a message."""
        self.door(to)  # shut: ten megabytes need not go up
        if key in self._uploads:
            return self._uploads[key]
        try:
            done = await self._cdn.put(self._member.wire, peer_of(to.room)[1], kind, data)
        except IlinkError as error:
            raise self._judged(to, error) from error
        self._uploads[key] = done
        while len(self._uploads) > MOST_UPLOADS:
            del self._uploads[next(iter(self._uploads))]
        return done

    def forget_upload(self, key: str) -> None:
        self._uploads.pop(key, None)

    def door(self, to: Turn) -> Door:
        """The open door of the person; CannotSendNow when it is shut, or nobody is logged in."""
        account = self._member.account
        door = account.doors.get(peer_of(to.room)[1])
        if not account.token or door is None:
            raise CannotSendNow(f"{to.key}: nobody is logged in, or has said anything yet")
        if why := door.shut_because(datetime.now(UTC).timestamp()):
            raise CannotSendNow(f"{to.key}: {why}")
        return door

    def _judged(self, to: Turn, error: IlinkError) -> SendError:
        if isinstance(error, TooFast):
            self._pace.widen()
            return SendError(f"{to.key}: {error}")
        shut = isinstance(error, Refused) and error.ret == REFUSED
        if shut or isinstance(error, LoginEnded):
            return CannotSendNow(f"{to.key}: {error}")
        return SendError(f"{to.key}: {error}")

    def _not_arrived(self, to: Turn, key: str) -> SendError:
        """Accepted without an id: such messages never arrive (openclaw-weixin #263, #278).

        One try more at once, and then not before the person's next message.
        """
        why = f"{to.key}: accepted without a message id, so it has not arrived"
        if key not in self._unsure:
            self._unsure.add(key)
            return SendError(why)
        self._unsure.discard(key)
        return CannotSendNow(why)


def name_of(key: str) -> str:
    """The client id of a delivery."""
    return f"qunying-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
