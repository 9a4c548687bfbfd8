"""Keys stay where they were put: providers that fail loudly, and repeat every key they were sent.

The whole of it, as a user's shell runs it: several wishes, then `qunying doctor`; afterwards every
byte that was printed or written is searched for what was set in the environment.
"""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from tests.e2e.qunying import Shell
from tests.serving import Answers, serving

CANARIES = {
    "OPENAI_API_KEY": "canary-openai-5f1b77e2",
    "AMAP_API_KEY": "canaryamap0123456789abcdef012345",
    "SPEECH_API_KEY": "canary-speech-77aa01c4",
    "MODERATION_API_KEY": "canary-moderation-1c9d",
    "QUNYING_SERVICE_TOKEN": "canary-service-token-90aa",
    "QUNYING_WORKER_TOKEN": "canary-worker-token-41bc",
    "QUNYING_WEB_PASSWORD": "canary-web-password-7d",
    "WECHATY_PUPPET_SERVICE_TOKEN": "canary-wechaty-66f0",
    "WECOM_BOT_ID": "canary-wecom-id-2b1f",
    "WECOM_BOT_SECRET": "canary-wecom-secret-8e3d",
}
WISHES = ("生成一个小猫跳舞的视频", "从天安门到故宫怎么走", "成都明天天气怎么样", "讲个笑话")
pytestmark = pytest.mark.timeout(400)


class Gossip(Answers):
    """Fails in another way each time, and tells whoever listens what it was asked with."""

    statuses = cycle([401, 500, 429, 403, 400])
    heard: list[str]

    def do_GET(self) -> None:
        said = f"{self.path} {self.headers.get('Authorization')}"
        self.heard.append(said)
        self.body()
        info = {"status": "0", "info": f"INVALID_USER_KEY {said}", "infocode": "10001"}
        body = json.dumps({**info, "error": {"message": f"refused: {said}"}}).encode()
        self.tell(next(self.statuses), body)

    do_POST = do_GET


@contextmanager
def gossip() -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []
    with serving(Gossip, heard=heard) as url:
        yield url, heard


def found(text: str) -> set[str]:
    return {name for name, value in CANARIES.items() if value in text}


def test_no_key_is_printed_logged_or_kept(tmp_path: Path) -> None:
    with gossip() as (url, heard):
        llm, intents = "QUNYING_INTENTS__LLM__", "QUNYING_INTENTS__"
        env = {
            **CANARIES,
            f"{llm}PROVIDER": "compatible",
            f"{llm}BASE_URL": url,
            f"{llm}MODEL": "fake",
            f"{intents}MAPS__AMAP_URL": url,
            f"{intents}WEATHER__FORECAST_URL": url,
            f"{intents}WEATHER__GEOCODING_URL": url,
            "QUNYING_VIDEO_SERVICE__MODEL": "draft",
        }
        shell = Shell(tmp_path, env)
        printed = []
        for wish in WISHES:
            done = shell.run("ask", wish, "--out", str(tmp_path / "out"), "--json")
            printed.append(done.stdout + done.stderr)
        done = shell.run("doctor")
        printed.append(done.stdout + done.stderr)
    assert {"OPENAI_API_KEY", "AMAP_API_KEY"} <= found("\n".join(heard))  # they were told
    assert "视频" in printed[0]
    for text in printed:
        assert found(text) == set()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700  # nobody else on this machine
    files = [it for it in tmp_path.rglob("*") if it.is_file()]
    assert {".log", ".db", ".mp4", ".json"} <= {it.suffix for it in files}
    for file in files:
        assert found(file.read_bytes().decode("utf-8", "replace")) == set(), file
