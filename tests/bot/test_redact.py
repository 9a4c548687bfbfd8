"""No secret reaches a log, by whatever way it is printed."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from video_service.schema.redact import MASK, RedactingFormatter, given_secrets

HEX = "0123456789abcdef"  # put together here, so that no tool takes a test for a leak
CANARY = "canary-4f1c-quite-secret"


def written(message: str, *args: object, error: BaseException | None = None) -> str:
    told = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("bot", logging.INFO, __file__, 1, message, args, told)
    return RedactingFormatter([CANARY]).format(record)


def test_a_secret_is_masked_in_words_arguments_and_tracebacks() -> None:
    try:
        raise ValueError(f"401 for {CANARY}")
    except ValueError as error:
        line = written(f"asked with {CANARY} and %s", {"token": CANARY}, error=error)
    assert CANARY not in line
    assert line.count(MASK) == 3
    assert "ValueError" in line


@pytest.mark.parametrize(
    "message",
    [
        "Authorization: Bearer abc.def-0123456789",
        f"GET /v3/geocode?address=家&key={HEX * 2}",
        f"openai key sk-{HEX}0123 was refused",
        "proxy http://mum:hunter2secret@10.0.0.1:8080 is away",
        "wss://host/?token=0123456789&room=1",
    ],
)
def test_what_looks_like_a_secret_is_masked_although_nobody_gave_it(message: str) -> None:
    line = written(message.replace("%", "%%"))
    assert MASK in line
    for piece in ("0123456789", "hunter2secret"):
        assert piece not in line


BOTH = pytest.mark.parametrize(
    "set_up",
    [
        "from video_service.logs import set_up; set_up(Path('data'), 'it')",
        "from bot.commands.life import log_to; log_to(Path('data'), 'it', aloud=False)",
    ],
)


@BOTH
def test_a_log_on_a_full_disk_shows_nothing_as_it_is(set_up: str, tmp_path: Path) -> None:
    (tmp_path / "data" / "logs").mkdir(parents=True)
    (tmp_path / "data" / "logs" / "it.log").symlink_to("/dev/full")
    line = (
        f"from pathlib import Path\nimport logging, os\n{set_up}\n"
        "logging.critical('asked with %s', os.environ['SOME_API_KEY'])"
    )
    env = {**os.environ, "SOME_API_KEY": CANARY}
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    (said,) = done.stderr.splitlines()
    assert said.endswith(f"asked with {MASK}")


@BOTH
def test_what_nobody_caught_is_as_clean_and_stands_in_the_log(set_up: str, tmp_path: Path) -> None:
    crash = (
        f"from pathlib import Path\nfrom threading import Thread\n{set_up}\n"
        "def fail(): raise ValueError('401 for ' + __import__('os').environ['SOME_API_KEY'])\n"
        "it = Thread(target=fail); it.start(); it.join(); fail()"
    )
    env = {**os.environ, "SOME_API_KEY": CANARY}
    done = subprocess.run(
        [sys.executable, "-c", crash], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    for said in (done.stderr, (tmp_path / "data" / "logs" / "it.log").read_text()):
        assert said.count(f"ValueError: 401 for {MASK}") == 2
        assert CANARY not in said


def test_ordinary_lines_stay_as_they_are() -> None:
    said = "fake:family:1: 视频生成 ok in 0.2 s, key frame at https://example.org/a?id=7"
    assert written(said).endswith(said)


def test_secrets_are_found_by_name_and_in_their_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-file\n")
    address = tmp_path / "address"
    address.write_text("redis://:of%20redis@10.0.0.7:6379/0\n")
    environ = {
        "DEEPSEEK_API_KEY": "deepseek-key",
        "QUNYING_SERVICE_TOKEN_FILE": str(file),
        "WECOM_BOT_SECRET": "wecom-secret",
        "AMAP_API_KEY_FILE": str(tmp_path / "missing"),
        "SHORT_KEY": "no",
        "HOME": "not-secret",
        "QUNYING_BROKER_URL_FILE": str(address),
        "QUNYING_WEB_PASSWORD": 'sesame"&',
    }
    told = {"deepseek-key", "from-a-file", "wecom-secret", "of redis", 'sesame"&'}
    assert given_secrets(environ) == told | {"of%20redis", "sesame%22%26", 'sesame\\"&'}
