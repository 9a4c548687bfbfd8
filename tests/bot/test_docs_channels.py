"""docs/channels.md promises nothing that is not there: settings, variables, commands, scripts."""

import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from bot.channels.registry import OUTSIDE
from bot.cli import cli
from bot.settings import ChannelName, Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "channels.md").read_text("utf-8")
CODE = re.findall(r"`([^`\n]+)`", PAGE)
BLOCKS = re.findall(r"^( *)```(\w+)\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """Blocks of one kind, moved to the left edge."""
    return [
        "\n".join(line.removeprefix(indent) for line in text.splitlines())
        for indent, found, text in BLOCKS
        if found == kind
    ]


def our_source() -> str:
    files = [*ROOT.glob("bot/channels/**/*.py"), *ROOT.glob("intents/**/*.py")]
    files += [ROOT / "video_service" / "schema" / "config.py"]
    files += [file for file in ROOT.glob("gateway/*") if file.suffix in (".mjs", ".json")]
    return "\n".join(file.read_text("utf-8") for file in files)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_piece_of_settings_is_taken_as_it_stands(text: str) -> None:
    assert Settings.model_validate(yaml.safe_load(text))


@pytest.mark.parametrize("path", sorted({it for it in CODE if re.match(r"(bot|intents)\.\w", it)}))
def test_every_setting_that_is_named_exists(path: str) -> None:
    model: type[BaseModel] = Settings
    for name in path.split("."):
        assert name in model.model_fields, path
        field = model.model_fields[name]
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            model = field.annotation


def test_every_short_setting_exists_somewhere_in_its_section() -> None:
    known = re.findall(r"^\s+#?\s*(\w+):", (ROOT / "config.yaml").read_text("utf-8"), re.MULTILINE)
    short = {it.split(":")[0] for it in CODE if re.fullmatch(r"[a-z]+_[a-z]+|\w+: \w+", it)}
    assert short
    assert short <= set(known)


def test_every_variable_is_one_that_somebody_reads() -> None:
    wanted = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", PAGE)) - {"_FILE"}
    names = {name.removesuffix("_FILE") for name in wanted}
    assert {"WECOM_BOT_ID", "WECHATY_PUPPET_SERVICE_TOKEN", "QUNYING_WEB_PASSWORD"} <= names
    source = our_source()
    assert not [name for name in names if name not in source]


def test_every_channel_stands_in_the_table_with_a_section_of_its_own() -> None:
    row = next(line for line in PAGE.splitlines() if "`bot.channels`" in line and "|" in line)
    assert sorted(re.findall(r"`(\w+)` \|", row)) == sorted(get_args(ChannelName))
    assert set(OUTSIDE) <= set(get_args(ChannelName))
    titles = re.findall(r"^## (.+)", PAGE, re.MULTILINE)
    for title in ("网页", "终端", "微信私聊（iLink）", "企业微信", "微信群网关（wechaty）"):
        assert title in titles


def test_every_command_exists() -> None:
    ours = {command.callback.__name__ for command in cli.registered_commands if command.callback}
    said = "\n".join([*blocks("sh"), *CODE])
    assert set(re.findall(r"bin/qunying (\w+)", said)) <= ours
    targets = re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bmake (\w+)", said)) <= set(targets)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(re.findall(r"'\.\[(\w+)\]'", said)) <= set(extras["optional-dependencies"])
    scripts = json.loads((ROOT / "gateway" / "package.json").read_text("utf-8"))["scripts"]
    assert set(re.findall(r"npm run (\w+)", said)) <= set(scripts)
    assert "npm start" not in said or "start" in scripts


def test_every_file_and_every_import_is_there() -> None:
    for path in (it for it in CODE if re.fullmatch(r"[\w/]+\.py", it)):
        assert (ROOT / path).is_file(), path
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / link).is_file(), link
    for module in re.findall(r"^from ([\w.]+) import", "\n".join(blocks("python")), re.MULTILINE):
        file = ROOT / module.replace(".", "/")
        assert file.is_dir() or file.with_suffix(".py").is_file(), module


def test_the_risk_is_said_plainly_and_what_was_not_tried_is_said() -> None:
    for words in ("会封号", "非官方", "备用", "没有用真的微信号试过", "没有试过的"):
        assert words in PAGE
