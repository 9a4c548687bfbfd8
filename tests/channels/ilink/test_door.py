"""The way in: what doctor finds, what the settings refuse, and a folder that cannot be written."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.channels.base import ChannelBroken
from bot.channels.ilink import wording
from bot.channels.ilink.door import check
from bot.channels.settings import IlinkSettings
from bot.findings import Finding
from tests.channels.ilink.home import Home
from tests.channels.ilink.listening import listening
from tests.family import NOBODY
from tests.ilink_people import text


async def found(home: Home) -> list[Finding]:
    return [finding async for finding in check(home.settings)]


async def test_doctor_tells_who_is_logged_in_and_how_the_others_can_be(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        await ear.next()
    house.members = ("妈妈", "爸爸")
    reached, mum, dad = await found(house)
    assert (reached.level, mum.level, dad.level) == ("ok", "ok", "warn")
    assert mum.what == wording.LOGGED_IN.format(who="妈妈")
    assert dad.cure == wording.LOGIN_CURE.format(who="爸爸")


async def test_doctor_sees_a_login_that_has_ended(house: Home) -> None:
    async with listening(house):
        pass
    await house.fake.end_login("妈妈")
    _, mum = await found(house)
    assert (mum.level, mum.what) == ("warn", wording.LOGIN_OVER.format(who="妈妈"))


async def test_doctor_owns_up_to_what_it_could_not_learn(house: Home) -> None:
    async with listening(house):
        pass
    house.fake.fail("getconfig", "error500")
    _, mum = await found(house)
    assert (mum.level, mum.cure) == ("ok", "")
    assert "这次没问出" in mum.what


async def test_doctor_says_when_the_server_cannot_be_reached(house: Home) -> None:
    house.fake.url = NOBODY
    (finding,) = await found(house)
    assert (finding.level, finding.cure) == ("bad", wording.NOT_REACHED_CURE)


async def test_a_folder_that_cannot_be_made_breaks_the_channel_with_a_cure(
    house: Home, tmp_path: Path
) -> None:
    (tmp_path / "bot").write_text("a file where a folder should be")
    with pytest.raises(ChannelBroken) as caught:
        async with listening(house, log_in=False):
            raise AssertionError
    assert caught.value.say == wording.FOLDER_BAD


@pytest.mark.parametrize("members", [(), ("妈妈", "妈妈"), ("../妈妈",), ("妈:妈",), ("",)])
def test_members_that_cannot_name_a_file_are_refused(members: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        IlinkSettings(members=members)
