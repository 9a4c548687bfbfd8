"""A link comes from outside: where it may lead, and how much may come of it."""

import pytest

from tests.cloud.clips import picture
from tests.cloud.conftest import Studio
from tests.cloud.world import Answer, World, open_world, said
from video_service.engines.base import EngineError
from video_service.engines.cloud import engine, fetch


def drawn(world: World, studio: Studio, link: str) -> bytes:
    world.on("POST /images/generations", said({"data": [{"url": link}]}))
    return studio.film("openai-images")


def refused(world: World, studio: Studio, link: str) -> str:
    with pytest.raises(EngineError) as failed:
        drawn(world, studio, link)
    assert failed.value.code == "cloud_unavailable"
    return str(failed.value)


@pytest.mark.parametrize(
    "link",
    [
        "https://127.0.0.1/a.png",
        "https://localhost/a.png",
        "https://10.0.0.7/a.png",
        "https://192.168.1.1/router",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.png",
        "https://[fe80::1]/a.png",
        "https://[::ffff:10.0.0.7]/a.png",
        "https://100.64.0.1/a.png",
    ],
)
def test_a_link_into_a_private_network_is_never_followed(
    world: World, studio: Studio, link: str
) -> None:
    assert "private network" in refused(world, studio, link)


@pytest.mark.parametrize(
    "link", ["http://example.com/a.png", "file:///etc/passwd", "//x/a.png", "ftp://example.com/a"]
)
def test_a_link_that_is_not_https_is_never_followed(
    world: World, studio: Studio, link: str
) -> None:
    assert "not https" in refused(world, studio, link)


def test_another_port_of_this_machine_is_another_place(world: World, studio: Studio) -> None:
    with open_world() as other:
        other.on("GET /", Answer(picture()))
        assert "not https" in refused(world, studio, f"{other.url}/a.png")
        assert other.heard == []


def test_a_redirect_is_judged_like_a_link(world: World, studio: Studio) -> None:
    here = f"{world.url}/files/a"
    world.on("GET /files/a", Answer(status=302, headers={"location": "/files/b"}))
    world.on("GET /files/b", Answer(picture()))
    assert drawn(world, studio, here) == picture()
    for there in ("https://10.0.0.7/x", "http://10.0.0.7/x", "file:///etc/passwd"):
        world.on("GET /files/a", Answer(status=302, headers={"location": there}))
        refused(world, studio, here)


def test_redirects_in_circles_end(world: World, studio: Studio) -> None:
    world.on("GET /files/a", Answer(status=302, headers={"location": "/files/a"}))
    assert "circles" in refused(world, studio, f"{world.url}/files/a")
    assert len(world.asked("GET /files")) == fetch.HOPS


def test_a_file_that_never_ends_is_not_read_to_its_end(
    world: World, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine.LARGEST, "image", 1000)
    world.on("GET /files/a", Answer(bytes(5000)))
    assert "larger than 1000 bytes" in refused(world, studio, f"{world.url}/files/a")


def test_a_redirected_order_does_not_carry_the_key_elsewhere(world: World, studio: Studio) -> None:
    with open_world() as other:
        world.on("POST /images", Answer(status=307, headers={"location": f"{other.url}/steal"}))
        with pytest.raises(EngineError):
            studio.film("openai-images")
        assert other.heard == []
