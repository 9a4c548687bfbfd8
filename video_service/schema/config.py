"""config.yaml and QUNYING_* variables, typed; a mistake is one line: file or variable, key, cure.

Precedence: environment, then the file, then the defaults. `QUNYING_BOT__WEB__PORT=8700` overrides
`bot: {web: {port: …}}`. Secrets never stand in the file: they come from the environment, each
also as `NAME_FILE` holding a path.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

SECTIONS = ("bot", "intents", "video_service", "data_dir")
LOG_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SERVICE_TOKEN, WORKER_TOKEN = "QUNYING_SERVICE_TOKEN", "QUNYING_WORKER_TOKEN"
IMAGES_KEY = "QUNYING_IMAGES_API_KEY"
BROKER_URL = "QUNYING_BROKER_URL"  # it may hold a password
WEB_PASSWORD = "QUNYING_WEB_PASSWORD"
SECRETS = (SERVICE_TOKEN, WORKER_TOKEN, IMAGES_KEY, BROKER_URL, WEB_PASSWORD)
CONFIG = "QUNYING_CONFIG"  # the path of another config.yaml
PREFIX = "QUNYING_"


class SettingsError(Exception):
    """The configuration cannot be used; one line a mistake."""


class Section(BaseModel):
    """One part of config.yaml: every key typed, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Config(BaseSettings):
    """What one process reads: subclasses name the sections it runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )
    data_dir: Path = Field(Path("data"), description="所有数据放在哪里")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, _FileSource(settings_cls, config_file()))


class _FileSource(InitSettingsSource):
    """The parts of config.yaml that this process runs."""

    def __init__(self, settings_cls: type[BaseSettings], path: Path | None) -> None:
        raw = _read(path) if path else {}
        super().__init__(
            settings_cls, {k: v for k, v in raw.items() if k in settings_cls.model_fields}
        )


C = TypeVar("C", bound=Config)


def config_file() -> Path | None:
    """$QUNYING_CONFIG, else ./config.yaml when there is one."""
    if named := os.environ.get(CONFIG):
        return Path(named)
    return Path("config.yaml") if Path("config.yaml").exists() else None


def load(cls: type[C]) -> C:
    """The settings of this process, or SettingsError with one line a mistake."""
    if unknown := list(_unknown_variables(cls)):
        raise SettingsError("\n".join(unknown))
    try:
        return cls()
    except ValidationError as error:
        lines = [_explain(e) for e in error.errors()]
        raise SettingsError("\n".join(lines)) from error


def secret(name: str) -> str | None:
    """The secret `name` from the environment or from the file that `NAME_FILE` points at."""
    value, path = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE")
    if not value and path:
        try:
            value = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise SettingsError(f"{name}_FILE: cannot read {path}: {why}") from error
    if value and not re.fullmatch("[!-~]+", value):  # it travels in an HTTP header
        raise SettingsError(f"{name}: only letters, digits and signs of ASCII, and no spaces")
    return value or None


class _EachOnce(yaml.SafeLoader):
    """YAML takes the last of two that are called alike: settings pasted below lose those above."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = set[str]()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in names:
                line = key.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: {key.value} stands there twice: make it one")
            names.add(key.value)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text("utf-8"), _EachOnce) or {}
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = str(getattr(error, "problem_mark", "")).strip() or str(error)
        raise SettingsError(f"{path}: is not YAML: {' '.join(where.split())}") from error
    if not isinstance(raw, dict):
        raise SettingsError(f"{path}: must be a mapping with the keys {', '.join(SECTIONS)}")
    strange = [str(key) for key in raw if key not in SECTIONS]
    if strange:
        lines = (
            f"{path}: {k}: there is no such section; use {', '.join(SECTIONS)}" for k in strange
        )
        raise SettingsError("\n".join(lines))
    return {k: v for k, v in raw.items() if v is not None}


def _unknown_variables(cls: type[Config]) -> Iterator[str]:
    """pydantic-settings ignores a misspelt variable; a family's owner would never find out."""
    known = {CONFIG, *SECRETS, *(f"{name}_FILE" for name in SECRETS)}
    for name in sorted(n for n in os.environ if n.startswith(PREFIX)):
        steps = name.removeprefix(PREFIX).lower().split("__")
        if name in known or (steps[0] in SECTIONS and steps[0] not in cls.model_fields):
            continue  # another process checks its own section
        if not _leads_somewhere(cls, steps):
            yield f"{name}: there is no such setting; variables are QUNYING_<SECTION>__<KEY>"


def _leads_somewhere(model: type[BaseModel], steps: list[str]) -> bool:
    field = model.model_fields.get(steps[0])
    if field is None or len(steps) == 1:
        return field is not None
    inner = field.annotation
    is_model = isinstance(inner, type) and issubclass(inner, BaseModel)
    return is_model and _leads_somewhere(inner, steps[1:])  # type: ignore[arg-type]


def _explain(problem: Any) -> str:
    steps = [str(step) for step in problem["loc"]]
    variable = PREFIX + "__".join(steps).upper()
    source = variable if variable in os.environ else f"{config_file() or 'config.yaml'}"
    where = source if source == variable else f"{source}: {'.'.join(steps)}"
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message} (not {problem['input']!r:.80})"
