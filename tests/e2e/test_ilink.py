"""Tencent's own client and ours against the same server: it cannot tell the two apart."""

import asyncio
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import CannotSendNow
from tests.channels.ilink.home import Home
from tests.channels.ilink.listening import listening
from tests.e2e.npm import install
from tests.fake_ilink import FakeIlink, running_ilink
from tests.ilink_people import Got, text

PEER = Path(__file__).with_name("ilink_peer")
PEER_S = 120
WISH, PHOTO = "小猫跳舞的视频", os.urandom(300_003)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"\0\0\0\x18ftypmp42" + os.urandom(6_000_000))
    return file


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "cat.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(100_000))
    return file


async def speak_first(fake: FakeIlink) -> None:
    """What waits in the new contact when a login is through."""
    await fake.says("妈妈", text(WISH), message_id=2**62 + 7)
    await fake.says("妈妈", fake.image(PHOTO))


async def theirs(fake: FakeIlink, folder: Path, clip: Path, picture: Path) -> dict[str, Any]:
    """Tencent's client, driven by peer.mjs; what it saw."""
    peer = await asyncio.create_subprocess_exec(
        *("node", str(PEER / "peer.mjs"), fake.url, str(clip), str(picture)),
        stdout=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, "OPENCLAW_STATE_DIR": str(folder / "theirs")},
        cwd=PEER,
    )
    assert peer.stdout
    try:
        async with asyncio.timeout(PEER_S):
            await fake.scan(json.loads(await peer.stdout.readline())["scan"], "妈妈")
            seen: dict[str, Any] = json.loads(await peer.stdout.readline())
            assert await peer.wait() == 0
    finally:
        if peer.returncode is None:
            peer.kill()
            await peer.wait()
    return seen


async def ours(fake: FakeIlink, folder: Path, clip: Path, picture: Path) -> dict[str, Any]:
    """The same with our channel."""
    async with listening(Home(folder / "ours", fake)) as ear:
        asked, shown = await ear.next(), await ear.next()
        photo = await ear.channel.fetch(shown.photos[0].ref)
        typing = fake.person("妈妈").typing
        await ear.channel.typing(asked)
        assert await typing.get() == 1
        await ear.channel.send_text(asked, "好嘞，在拍了。", key="1")
        while await typing.get() != 2:
            pass
        await ear.channel.send_video(asked, clip, poster=None, key="2")
        await ear.channel.send_image(asked, picture, key="3")
        fake.pass_time(hours=25)
        with pytest.raises(CannotSendNow):
            await ear.channel.send_text(asked, "还在吗", key="4")
    heard = [asked.text, asked.id, sha256(photo).hexdigest()]
    return {"heard": heard, "answered": True, "refused": True}


async def test_the_server_cannot_tell_their_client_and_ours_apart(
    tmp_path: Path, clip: Path, picture: Path
) -> None:
    await asyncio.to_thread(install, PEER)
    seen, phones, verbs = [], [], []
    for client in (theirs, ours):
        async with running_ilink() as fake:
            await speak_first(fake)
            seen.append(await client(fake, tmp_path, clip, picture))
            phones.append([got.seen for got in await on_screen(fake)])
            verbs.append({verb for verb, count in fake.asked.items() if count})
            bot = fake.person("妈妈").bot
            assert bot
            assert bot.notified == ["notifystart", "notifystop"]
        assert fake.complaints == []
    assert seen[0] == seen[1]
    assert seen[0]["heard"] == [WISH, str(2**62 + 7), sha256(PHOTO).hexdigest()]
    assert phones[0] == phones[1]
    assert [kind for kind, *_ in phones[0]] == ["text", "video", "image"]
    assert phones[0][1][2] == sha256(clip.read_bytes()).hexdigest()
    assert verbs[0] == verbs[1]


async def on_screen(fake: FakeIlink) -> list[Got]:
    screen = fake.person("妈妈").screen
    return [screen.get_nowait() for _ in range(screen.qsize())]
