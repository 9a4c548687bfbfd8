"""Names from outside never become paths: not of uploads, not of jobs, not of media."""

from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import HTTPException
from PIL import Image

from bot.web.files import send_file
from tests.service.house import House

NAMES = [
    "../../a.png",
    "..\\..\\a.png",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "a/../../b.mp4",
    "....//....//a.mp4",
    "%2e%2e%2fa.mp4",
    "..%252f..%252fa.mp4",
    "a.mp4\0.txt",
    "a.mp4/..",
    ".mp4",
    ".env",
    "~/.ssh/id_rsa",
    "a\n.mp4",
    "a.mp4\n",
    "con.mp4:stream",
    "ａ.mp4",
    "x" * 300 + ".mp4",
    "",
    "secret.json",
    "web_sessions.json",
    "bot.db",
]
TAILS = ("", "/content", "/events")


def photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("name", NAMES)
async def test_the_name_of_an_upload_is_never_used(name: str, house: House, tmp_path: Path) -> None:
    files = {"input_reference": (name or "blank", photo())}
    answer = await house.http.post("/v1/videos", data={"prompt": "动起来"}, files=files)
    assert answer.status_code == 200
    job = answer.json()["id"]
    kept = [it for it in tmp_path.rglob("*") if it.is_file() and job in str(it)]
    assert [it.name for it in kept] == [f"{job}.photo"]
    assert not [it for it in tmp_path.rglob("*") if it.suffix in (".png", ".ini", ".txt")]


@pytest.mark.parametrize("name", [it for it in NAMES if it])
async def test_no_job_is_found_under_a_path(
    name: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for tail in TAILS:
        url = house.http.base_url.copy_with(raw_path=f"/v1/videos/{_quoted(name)}{tail}".encode())
        answer = await house.http.get(url)
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]["code"]
        assert "root:" not in answer.text
    assert "\n.mp4" not in caplog.text


def _quoted(name: str) -> str:
    return quote(name, safe="%")


@pytest.mark.parametrize("name", NAMES)
async def test_the_page_serves_media_by_plain_names_alone(name: str, tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for secret in ("secret.json", "web_sessions.json", "bot.db"):
        (media / secret).write_text("a secret")
    (tmp_path / "b.mp4").write_bytes(b"film")
    with pytest.raises(HTTPException) as told:
        await send_file(media, name)
    assert told.value.status_code == 404


async def test_a_film_of_our_own_is_served(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "film.mp4").write_bytes(b"film")
    assert (await send_file(media, "film.mp4")).path == media / "film.mp4"
