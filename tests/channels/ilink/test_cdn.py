"""Where photos are fetched from: the CDN, and never from this machine or the house around it."""

import httpx
import pytest

from bot.channels.ilink.cdn import Cdn, Ref
from tests.fake_ilink import FakeIlink

PHOTO = b"a photo in the open"


def lies_at(where: str) -> str:
    """A photo that its message says to lie there."""
    return Ref("", "", f"{where}/download?encrypted_query_param=here").write()


async def test_a_photo_is_fetched_from_the_address_on_the_cdn_that_its_message_names(
    fake: FakeIlink,
) -> None:
    fake.cdn["here"] = PHOTO
    async with httpx.AsyncClient() as http:
        cdn = Cdn(http, fake.cdn_url)
        assert await cdn.fetch(lies_at(fake.cdn_url)) == PHOTO
        assert await cdn.fetch(Ref("here", "").write()) == PHOTO


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "router.lan"]
)
async def test_a_message_sends_nobody_to_this_machine_or_its_neighbours(
    fake: FakeIlink, host: str
) -> None:
    fake.cdn["here"] = PHOTO
    near = fake.cdn_url.replace("127.0.0.1", host)
    async with httpx.AsyncClient() as http:
        cdn = Cdn(http, "https://cdn.example/c2c")
        for where in (near, near.replace("http:", "https:")):
            with pytest.raises(OSError, match="cannot be fetched"):
                await cdn.fetch(lies_at(where))
    assert fake.asked["download"] == 0


async def test_an_address_of_no_kind_is_no_photo(fake: FakeIlink) -> None:
    async with httpx.AsyncClient() as http:
        cdn = Cdn(http, fake.cdn_url)
        for strange in ("file:///etc/passwd", "ftp://a/b", "no address", "http://"):
            with pytest.raises(OSError, match="cannot be fetched"):
                await cdn.fetch(Ref("", "", strange).write())
