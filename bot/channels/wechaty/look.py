"""A look at the gateway as it is now: there, ours, logged in, as whom."""

import asyncio

from grpclib.client import Channel as Line

from bot.channels.wechaty import wire as on
from bot.channels.wechaty import wording as say
from bot.channels.wechaty.errors import GatewayError, Refused, Rival, Unauthorized, asked
from bot.channels.wechaty.wire import Contact, Wire
from bot.findings import Finding

LOGIN_S = 3.0  # a gateway that is logged in says so at once


async def look(where: tuple[str, int], token: str) -> Finding:
    """One finding. It listens for a moment, unless a bot listens already."""
    at = "{}:{}".format(*where)
    line = Line(*where)
    try:
        me = await _who(Wire(line, token))
    except Unauthorized:
        return Finding("bad", say.CHECK_WRONG_TOKEN.format(where=at), say.CHECK_WRONG_TOKEN_CURE)
    except Rival:
        return Finding("ok", say.CHECK_IN_USE.format(where=at))
    except Refused as error:
        told = say.CHECK_NO_WECHAT.format(where=at, why=str(error).replace(token, "***"))
        return Finding("warn", told, say.CHECK_NO_WECHAT_CURE)
    except GatewayError:
        return Finding("bad", say.CHECK_AWAY.format(where=at), say.CHECK_AWAY_CURE)
    finally:
        line.close()
    if me is None:
        told = say.CHECK_NOT_LOGGED_IN.format(where=at)
        return Finding("warn", told, say.CHECK_NOT_LOGGED_IN_CURE)
    return Finding("ok", say.CHECK_OK.format(where=at, name=me.name or me.id))


async def _who(wire: Wire) -> Contact | None:
    """Who is logged in, None when nobody is."""
    await wire.ping()
    await wire.start()  # without it there is no QR code to scan
    try:
        async with asyncio.timeout(LOGIN_S):
            return await asked("Event", _login(wire))
    except TimeoutError:
        return None


async def _login(wire: Wire) -> Contact | None:
    async for kind, told in wire.events():
        if kind == on.LOGIN:
            return await wire.contact(str(told.get("contactId")))
        if kind == on.FAULT:
            raise Refused(on.fault(told))
    return None
