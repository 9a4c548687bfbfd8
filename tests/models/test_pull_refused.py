"""What is not fetched: no room, no right, no path of ours, nobody there."""

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from tests.models.hubs import Hub
from tests.models.pulling import HUBS, contents, get, repo
from video_service.engines.folder import read_folder
from video_service.engines.specs import I2VGENXL
from video_service.models import pull
from video_service.models.errors import ModelsError, NoRoom, Refused, Unreachable
from video_service.models.hubs import HubName, RemoteFile, Repo, repo_of
from video_service.premises import locked

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize("name", HUBS)
def test_a_token_is_shown_to_the_hub_and_not_to_the_host_with_the_bytes(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch, name: HubName
) -> None:
    hub.gated = {repo(name).id: "open-sesame"}
    with pytest.raises(Refused, match="401") as refused:
        get(home, name)
    variable = "HF_TOKEN" if name == "huggingface" else "MODELSCOPE_API_TOKEN"
    assert variable in refused.value.say
    monkeypatch.setenv(variable, "wrong")
    with pytest.raises(Refused, match="403"):
        get(home, name)
    monkeypatch.setenv(variable, "open-sesame")
    get(home, name)
    assert read_folder(home)
    assert hub.tokens_abroad == []


def test_what_does_not_fit_on_the_disk_is_not_begun(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(home)
    needed = sum(len(content) for content in contents(home).values())
    shutil.rmtree(home)
    hub.asked.clear()
    just_short = Usage(10**9, 0, int(needed * 1.04))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: just_short)
    with pytest.raises(NoRoom, match="missing") as refused:
        get(home)
    assert "腾出地方" in refused.value.say
    assert set(hub.asked) == {"model_index.json"}

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, int(needed * 1.06)))
    get(home)
    assert read_folder(home)


def test_a_disk_that_fills_up_on_the_way_is_told_and_goes_on_later(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(NoRoom) as refused:
            get(home)
    assert "磁盘满了" in refused.value.say
    get(home)
    assert read_folder(home)


def test_a_model_that_is_not_there_and_a_hub_that_is_not_there_are_two_things(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.folders.clear()
    for name in HUBS:
        with pytest.raises(Refused) as refused:
            get(home, name)
        assert "--from" in refused.value.say
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="cannot be reached"):
        get(home)
    assert not home.exists()
    assert repo_of(I2VGENXL, "modelscope") is None


@pytest.mark.parametrize("path", ["../evil.json", "/etc/passwd", "vae/../../evil.json", "a\\b"])
def test_a_listing_that_leads_out_of_the_folder_is_refused(
    hub: Hub, home: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Repo.files

    def files(self: Repo, client: Any) -> Any:
        return [*listed(self, client), RemoteFile(path, 1, "sha256:0")]

    monkeypatch.setattr(Repo, "files", files)
    with pytest.raises(Refused, match="no path inside"):
        get(home)


def test_a_page_that_is_no_listing_is_told_as_such(
    home: Path, monkeypatch: pytest.MonkeyPatch, hub: Hub
) -> None:
    monkeypatch.setattr("tests.models.hubs._modelscope_row", lambda *_: {"login": "please"})
    with pytest.raises(Unreachable, match="shape of its own") as odd:
        get(home)
    assert "镜像" in odd.value.say


def test_a_second_download_waits_for_nobody(hub: Hub, home: Path) -> None:
    home.parent.mkdir()
    with locked(home.with_name(pull.LOCK)), pytest.raises(ModelsError) as taken:
        get(home)
    assert "另一个下载" in taken.value.say
