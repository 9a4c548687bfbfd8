"""Tokens stay where they belong: in one file for its owner alone, and in no log, error or repr."""

import logging
import traceback

import httpx
import pytest

from bot.channels.base import SendError
from bot.channels.ilink.accounts import Accounts
from bot.channels.ilink.cdn import Ref, Uploaded
from bot.channels.ilink.faults import IlinkError
from bot.channels.ilink.shapes import Media, Message, QrCode, QrStatus, Updates
from bot.channels.ilink.wire import Wire
from tests.channels.ilink.home import Home
from tests.channels.ilink.listening import listening
from tests.ilink_people import text

CANARY = "canary"


async def test_no_token_is_logged_whatever_happens(
    house: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.fake.fail("get_bot_qrcode", "error500")
    house.fake.fail("sendmessage", "html", "error500", "refused", "rate", "stale", "no_id")
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        for n in range(6):
            with pytest.raises(SendError) as caught:
                await ear.channel.send_text(ask, "在", key=str(n))
            told = "".join(traceback.format_exception(caught.value))
            assert CANARY not in told
            assert "ctx-" not in told
        await house.fake.end_login("妈妈")
        await house.until("login")
        await house.log_in("妈妈")
    assert caplog.records
    assert not [r for r in caplog.records if CANARY in r.getMessage() or "ctx-" in r.getMessage()]


async def test_an_answer_that_cannot_be_read_does_not_tell_its_token(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted: dict[str, object] = {"status": ["confirmed"], "bot_token": CANARY}

    async def garbled(*_: object) -> dict[str, object]:
        return granted

    monkeypatch.setattr(Wire, "_ask", garbled)
    async with listening(house, log_in=False):
        async with httpx.AsyncClient() as http:
            with pytest.raises(IlinkError) as caught:
                await Wire(http, house.fake.url).qr_status(CANARY)
    told = "".join(traceback.format_exception(caught.value))
    assert "status" in told
    assert CANARY not in told


async def test_the_file_is_its_owners_alone_and_whole(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        await ear.next()
    folder = house.folder / "bot" / "ilink"
    assert folder.stat().st_mode & 0o777 == 0o700
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert CANARY in file.read_text("utf-8")
    account = await Accounts(folder).load("妈妈")
    assert CANARY in account.token
    assert CANARY not in repr(account)
    assert "ctx-" not in repr(account)


async def test_a_spoilt_file_is_a_new_login_and_tells_nothing(
    house: Home, caplog: pytest.LogCaptureFixture
) -> None:
    folder = house.folder / "bot" / "ilink"
    folder.mkdir(parents=True)
    (folder / "妈妈.json").write_text('{"member": "妈妈", "token": ["canary"]}', "utf-8")
    async with listening(house):
        assert house.channel
    assert [r.levelname for r in caplog.records if "cannot be read" in r.getMessage()]
    assert CANARY not in caplog.text


def test_no_repr_shows_a_secret() -> None:
    media = Media(encrypt_query_param=CANARY, aes_key=CANARY, full_url=CANARY)
    for it in (
        Ref(CANARY, CANARY, CANARY),
        Uploaded({"aes_key": CANARY}, 1),
        media,
        Message(context_token=CANARY),
        Updates(get_updates_buf=CANARY),
        QrCode(qrcode=CANARY, qrcode_img_content="https://example.org"),
        QrStatus(status="confirmed", bot_token=CANARY),
    ):
        assert CANARY not in repr(it)
