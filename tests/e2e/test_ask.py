"""`qunying ask`: the command a script, a curious owner and a checker use."""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import av
import httpx
import psutil
import pytest
from PIL import Image

from tests.e2e.qunying import QUNYING, Shell, sidecar, video
from tests.fake_llm import running_llm
from tests.service.running import running_service

PANDA = "生成一个熊猫吃竹子的视频"
pytestmark = pytest.mark.timeout(400)


def probe(path: str) -> dict[str, Any]:
    """What ffprobe says of a film; the test machine has it, the product does not need it."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def frames(path: str) -> str:
    """One fingerprint of every decoded frame."""
    digest = hashlib.sha256()
    with av.open(path) as film:
        for frame in film.decode(video=0):
            digest.update(frame.to_ndarray(format="rgb24").tobytes())
    return digest.hexdigest()


def test_a_sentence_becomes_a_file_that_every_phone_plays(tmp_path: Path) -> None:
    result = Shell(tmp_path).ask(PANDA)
    clip = video(result)
    told = probe(clip["path"])
    stream = told["streams"][0]
    assert (stream["codec_name"], stream["pix_fmt"]) == ("h264", "yuv420p")
    assert stream["width"] % 2 == stream["height"] % 2 == 0
    assert (stream["width"], stream["height"]) == (clip["width"], clip["height"])
    assert float(told["format"]["duration"]) > 2
    data = Path(clip["path"]).read_bytes()
    assert len(data) <= 10 * 2**20
    assert data.index(b"moov") < data.index(b"mdat"), "not faststart"
    assert result["intent"] == "视频生成"
    assert result["model"] == "draft"
    assert result["job_id"]
    assert any("草稿" in reply.get("text", "") for reply in result["replies"])
    assert sidecar(clip)["draft"] is True


def test_a_picture_without_any_key_is_a_draft_that_says_so_with_its_sidecar(
    tmp_path: Path,
) -> None:
    result = Shell(tmp_path).ask("画一张窗台上的小猫")
    said, drawn = result["replies"]
    assert (said["type"], drawn["type"]) == ("text", "image")
    assert "草稿" in said["text"]
    path = Path(drawn["path"])
    assert (path.suffix, path.parent.name) == (".png", "out")
    assert path.name.startswith("画一张窗台上的小猫")
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size == (drawn["width"], drawn["height"])
    told = sidecar(drawn)
    assert (told["draft"], told["prompt"]) == (True, "窗台上的小猫")
    assert result["intent"] == "图片生成"
    assert result["model"] == told["model"] == "draft-picture"
    assert (result["prompt"], bool(result["job_id"])) == (told["prompt"], True)


def test_a_film_that_only_the_language_model_understands_finds_its_service(tmp_path: Path) -> None:
    with running_llm() as llm:
        result = Shell(tmp_path, llm.environ).ask("熊猫吃竹子，短片就行")
    assert video(result)["seconds"] > 2
    assert result["intent"] == "视频生成"


def test_a_photo_is_moved_and_the_next_ask_remembers_the_room(tmp_path: Path) -> None:
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(tmp_path / "flower.jpg")
    with running_service(tmp_path / "data") as service:  # of the same folder: it is found and used
        shell, photo = Shell(tmp_path), str(tmp_path / "flower.jpg")
        first = shell.ask("让它动起来", "--photo", photo, "--as", "奶奶")
        assert video(first)["seconds"] > 2
        again = shell.ask("再让它动一次，让它动起来", "--as", "奶奶")
        assert video(again)["path"] != video(first)["path"]
        for job_id in (first["job_id"], again["job_id"]):
            assert service.http.get(f"/v1/videos/{job_id}").status_code == 200


def test_the_real_pipeline_films_an_english_prompt_and_the_seed_repeats(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the video extra is not installed: make test does it")
    from tests import tiny_model

    folder = str(tiny_model.write(tmp_path / "tiny", frames=17))
    with (
        running_llm() as llm,
        running_service(tmp_path / "data", QUNYING_VIDEO_SERVICE__MODEL=folder) as service,
    ):
        result = Shell(tmp_path, llm.environ).ask(PANDA)
        clip, told = video(result), sidecar(video(result))
        assert frames(clip["path"]) == frames(_again(tmp_path, service.http, told))
    assert result["model"] == told["model"] == "cogvideox-2b"
    assert told["prompt"] == result["prompt"]
    assert result["prompt"].isascii()
    assert "panda" in result["prompt"].lower()
    assert told["draft"] is False


def _again(tmp_path: Path, http: httpx.Client, told: dict[str, Any]) -> str:
    """The same order and seed once more, straight to the service; path of the film."""
    order = {
        "prompt": told["prompt"],
        "seed": told["seed"],
        "num_frames": told["frames"],
        "num_inference_steps": told["steps"],
    }
    refused = http.post("/v1/videos", json=order | {"num_frames": 12})
    assert refused.status_code == 400
    assert "9 or 17" in refused.json()["error"]["message"]
    job = http.post("/v1/videos", json=order).json()
    while job["status"] in ("queued", "in_progress"):  # the limit of the test ends it
        job = http.get(f"/v1/videos/{job['id']}", params={"wait": 60}, timeout=90).json()
    assert job["status"] == "completed", job
    film = tmp_path / "again.mp4"
    film.write_bytes(http.get(f"/v1/videos/{job['id']}/content").content)
    return str(film)


def test_an_engine_that_reads_english_only_declines_without_a_writer(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the video extra is not installed: make test does it")
    from tests import tiny_model

    folder = tiny_model.write(tmp_path / "tiny", frames=17)
    shell = Shell(tmp_path, {"QUNYING_VIDEO_SERVICE__MODEL": str(folder)})
    done = shell.run("ask", PANDA, "--out", str(tmp_path / "out"), "--json")
    assert done.returncode != 0
    result = json.loads(done.stdout)
    assert [reply["type"] for reply in result["replies"]] == ["text"]
    assert result["job_id"] is None


@pytest.mark.parametrize(
    "words",
    [
        ["", "--json"],
        ["让它动起来", "--photo", "nowhere.jpg"],
        ["你好", "--timeout", "soon"],
        ["你好", "--json", "--out", "/dev/null/out"],
    ],
    ids=["nothing said", "no such photo", "no number", "nowhere to write"],
)
def test_a_misused_command_says_so_in_one_line_and_exits_2(
    tmp_path: Path, words: list[str]
) -> None:
    done = Shell(tmp_path).run("ask", *words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_asked_back_it_is_not_done_and_still_tells_one_object(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    done = shell.run("ask", "生成一个视频", "--json")
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert (result["intent"], result["job_id"]) == ("视频生成", None)
    (asked,) = result["replies"]
    assert "熊猫吃竹子" in asked["text"]


def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("bot:\n  nmae: 小爱\n", "utf-8")
    done = Shell(tmp_path).run("ask", "你好")
    assert done.returncode == 2
    assert "bot.nmae" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_read_by_a_pager_that_closes_early_leaves_no_trace_and_no_process(
    tmp_path: Path,
) -> None:
    shell = Shell(tmp_path)
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [QUNYING, "doctor"],
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=shell.environ,
    )
    os.close(writer)
    heard = b""
    while "生成服务".encode() not in heard:
        heard += os.read(reader, 64)
    os.close(reader)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(p.info)]
