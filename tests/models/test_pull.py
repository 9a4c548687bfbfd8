"""A folder comes from a hub whole, checked and once, or not at all; a kill costs nothing twice."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.models.hubs import Hub
from tests.models.pulling import HUBS, WEIGHTS, Told, contents, get, repo
from video_service.engines.folder import BadFolder, read_folder
from video_service.models import fetch, pull
from video_service.models.errors import Broken, Unreachable
from video_service.models.hubs import HubName, Repo


@pytest.mark.parametrize("name", HUBS)
def test_what_the_pipeline_reads_comes_and_nothing_else(
    hub: Hub, home: Path, tiny: Path, name: HubName
) -> None:
    told = get(home, name)
    assert contents(home) == {**contents(tiny), "README.md": b"# CogVideoX"}
    assert read_folder(home).spec.name == "cogvideox-2b"
    assert told.done == told.total == sum(len(content) for content in contents(home).values())
    assert [f.name for f in home.parent.iterdir() if not f.name.startswith(".")] == ["CogVideoX-2b"]


def test_a_killed_download_goes_on_where_it_was(hub: Hub, home: Path, published: Path) -> None:
    hub.hold = threading.Event()
    child = subprocess.Popen([sys.executable, "-c", PULL, str(home)])
    assert hub.held.wait(60)
    part = home.with_name("CogVideoX-2b.part")
    wait_for(lambda: any(file.stat().st_size for file in part.rglob("*.part")))
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not home.exists()  # no engine takes the half of it for a model
    hub.hold.set()
    hub.hold = None
    before = {f.relative_to(part).as_posix(): f.stat().st_size for f in part.rglob("*.part")}
    hub.sent.clear()
    get(home)
    for name, size in before.items():
        path = name.removesuffix(".part")
        assert hub.sent[path] == (published / path).stat().st_size - size
    assert read_folder(home)


PULL = """
import sys
from pathlib import Path
from tests.models.pulling import get
get(Path(sys.argv[1]))
"""


def test_a_line_that_breaks_is_taken_up_again_without_a_byte_twice(
    hub: Hub, home: Path, published: Path
) -> None:
    size = (published / WEIGHTS).stat().st_size
    hub.break_after = {WEIGHTS: size // 3}
    told = get(home)
    assert hub.asked[WEIGHTS] == 2
    assert hub.sent[WEIGHTS] == size
    assert told.done == told.total


def test_a_cache_that_knows_no_ranges_begins_again(hub: Hub, home: Path, tiny: Path) -> None:
    hub.deaf, hub.break_after = True, {WEIGHTS: 5000}
    told = get(home)
    assert (home / WEIGHTS).read_bytes() == (tiny / WEIGHTS).read_bytes()
    assert told.done == told.total


@pytest.mark.parametrize("name", HUBS)
@pytest.mark.parametrize("path", [WEIGHTS, "vae/config.json"])
def test_a_wrong_byte_is_noticed_and_fetched_again(
    hub: Hub, home: Path, tiny: Path, name: HubName, path: str
) -> None:
    hub.corrupt[path] = 1
    told = get(home, name)
    assert (home / path).read_bytes() == (tiny / path).read_bytes()
    assert hub.asked[path] == 2
    assert told.done == told.total


def test_bytes_that_never_add_up_are_given_up(hub: Hub, home: Path) -> None:
    hub.corrupt[WEIGHTS] = 99
    with pytest.raises(Broken, match="checksum") as broken:
        get(home)
    assert WEIGHTS in broken.value.say
    assert not home.exists()
    assert hub.asked[WEIGHTS] == fetch.COPIES


def test_an_answer_longer_than_the_file_is_not_taken_for_it(
    hub: Hub, home: Path, published: Path
) -> None:
    listed = repo().files
    long = (published / WEIGHTS).read_bytes() + b"and more"

    class Liar(Repo):
        def files(self, client: Any) -> Any:
            rows = listed(client)
            (published / WEIGHTS).write_bytes(long)
            return rows

    liar = Liar("modelscope", repo().id, hub.url, None)
    with pytest.raises(Broken):
        pull.pull(liar, home, Told(), half=False)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hub_that_is_busy_is_asked_again(hub: Hub, home: Path, status: int) -> None:
    hub.refuse = {WEIGHTS: (status, 2)}
    get(home)
    assert hub.asked[WEIGHTS] == 3
    hub.refuse = {WEIGHTS: (status, 99)}
    shutil.rmtree(home)
    with pytest.raises(Unreachable, match=str(status)):
        get(home)


def test_a_folder_that_lacks_a_file_is_mended_without_fetching_the_rest(
    hub: Hub, home: Path
) -> None:
    get(home)
    (home / WEIGHTS).unlink()
    with pytest.raises(BadFolder):
        read_folder(home)
    hub.asked.clear()
    get(home)
    assert set(hub.asked) == {WEIGHTS}
    assert read_folder(home)


def test_a_byte_that_rotted_on_the_disk_is_found_when_all_is_summed(
    hub: Hub, home: Path, tiny: Path
) -> None:
    get(home)
    rotten = bytearray((home / WEIGHTS).read_bytes())
    rotten[100] ^= 1
    (home / WEIGHTS).write_bytes(rotten)
    hub.asked.clear()
    assert get(home).checked == []  # sizes alone do not show it
    told = get(home, sum_all=True)
    assert WEIGHTS in told.checked
    assert set(hub.asked) == {WEIGHTS}
    assert (home / WEIGHTS).read_bytes() == (tiny / WEIGHTS).read_bytes()


def test_halves_come_under_the_plain_name_for_a_model_that_runs_in_halves(
    hub: Hub, home: Path
) -> None:
    told = Told()
    pull.pull(repo(), home, told, half=True)
    assert (home / "vae/diffusion_pytorch_model.safetensors").read_bytes() == b"half" * 5000
    assert told.done == told.total


def wait_for(happened: Callable[[], bool]) -> None:
    """Look until it has; the test's own deadline ends a hopeless wait."""
    pause = threading.Event()
    while not happened():
        pause.wait(0.005)
