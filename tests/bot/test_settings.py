"""Settings: the shipped config.yaml tells every key, and a mistake is one plain line."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.settings import Settings, load_settings
from video_service.schema.config import SettingsError

REPO = Path(__file__).parents[2]
SHIPPED = REPO / "config.yaml"


def keys(model: type[BaseModel], *path: str) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, *path, name)
        else:
            yield (*path, name)


def look_up(tree: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)


def test_the_shipped_file_names_every_key_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))
    assert [path for path in keys(Settings) if not look_up(shipped, path)] == []
    bare = load_settings()
    monkeypatch.setenv("QUNYING_CONFIG", str(SHIPPED))
    assert load_settings() == bare


def test_every_key_of_the_shipped_file_has_a_chinese_comment_above_it() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    bare = [
        line
        for above, line in pairwise(lines)
        if ":" in line and not line.lstrip().startswith("#") and not above.lstrip().startswith("#")
    ]
    assert bare == []


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text("bot: {web: {port: 8800}, name: 爱爱}\n", "utf-8")
    assert load_settings().bot.web.port == 8800
    monkeypatch.setenv("QUNYING_BOT__WEB__PORT", "8900")
    monkeypatch.setenv("QUNYING_DATA_DIR", "elsewhere")
    settings = load_settings()
    assert (settings.bot.web.port, settings.bot.name) == (8900, "爱爱")
    assert settings.bot_dir == Path("elsewhere/bot")


def test_port_is_short_for_the_port_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8701")
    assert load_settings().bot.web.port == 8701


def test_a_wrong_port_is_named_as_it_was_written_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "abc")
    with pytest.raises(SettingsError, match=r"^PORT: .*\(not 'abc'\)$"):
        load_settings()
    monkeypatch.setenv("PORT", "8701")
    load_settings()
    monkeypatch.delenv("PORT")
    assert load_settings().bot.web.port == 8600


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_page_may_listen_on_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNYING_BOT__WEB__HOST", host)
    assert load_settings().bot.web.host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com", ""])
def test_without_a_password_it_listens_nowhere_else(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_BOT__WEB__HOST", host)
    with pytest.raises(SettingsError, match="QUNYING_WEB_PASSWORD"):
        load_settings()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("bot: {nmae: 小爱}", "bot.nmae: there is no such setting"),
        ("bot: {name: ' '}", "bot.name:"),
        ("bot: {name: 小爱}\nbot: {}", "is not YAML: line 2: bot stands there twice"),
        ("bot: {name: 小爱, name: 爱爱}", "is not YAML: line 1: name stands there twice"),
        ("? [bot]\n: 1", "is not YAML:"),
        ("bot: {channels: [wechat]}", "bot.channels.0:"),
        ("bot: {channels: [web, wecom, web]}", "bot.channels: name at least one, and each once"),
        ("bot: {wecom: {ws_url: 'http://x'}}", "bot.wecom.ws_url: must begin with wss://"),
        ("bot: {ilink: {base_url: 'ftp://x'}}", "bot.ilink.base_url: write an address like"),
        ("bot: {ilink: {members: [妈妈, 妈妈]}}", "bot.ilink.members: name each member once"),
        ("bot: {wechaty: {endpoint: here}}", "bot.wechaty.endpoint: must be a host and a port"),
        ("bot: {web: {port: many}}", "bot.web.port:"),
        ("bot: {web: {members: ['']}}", "bot.web.members.0: a name must not be empty"),
        ("bot: {web: {members: []}}", "bot.web.members: name at least one"),
        ("boot: {}", "boot: there is no such section"),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(
    tmp_path: Path, file: str, line: str
) -> None:
    (tmp_path / "config.yaml").write_text(file, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(f"config.yaml: {line}")


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNYING_BOT__WEB__PROT", "1")
    with pytest.raises(SettingsError, match="QUNYING_BOT__WEB__PROT: there is no such setting"):
        load_settings()


@pytest.mark.parametrize("url", ["192.168.1.5:8601", "http://[bad", "ftp://there", "http://", "x"])
def test_an_address_that_is_none_is_refused_at_the_start(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", url)
    with pytest.raises(SettingsError, match=r"^QUNYING_VIDEO_SERVICE__URL: write an address like"):
        load_settings()


def test_an_address_is_taken_with_or_without_its_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", "http://192.168.1.5:8601/")
    assert load_settings().video_service.url == "http://192.168.1.5:8601"
