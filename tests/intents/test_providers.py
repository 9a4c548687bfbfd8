"""Which language model the settings and the environment mean."""

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from intents.settings import LlmSettings, ProviderName
from intents.tools.providers import LADDER, PROVIDERS, choose
from video_service.schema.config import SettingsError

KEYED: list[tuple[str, ProviderName]] = [
    ("ZHIPUAI_API_KEY", "zhipu"),
    ("ZAI_API_KEY", "zhipu"),
    ("DEEPSEEK_API_KEY", "deepseek"),
    ("MOONSHOT_API_KEY", "moonshot"),
    ("DASHSCOPE_API_KEY", "dashscope"),
    ("SILICONFLOW_API_KEY", "siliconflow"),
]


def test_without_any_key_no_model_is_used() -> None:
    assert choose(LlmSettings()) is None


@pytest.mark.parametrize(("variable", "name"), KEYED)
def test_the_usual_key_variable_is_enough(
    variable: str, name: ProviderName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "k-123")
    chosen = choose(LlmSettings())
    assert chosen is not None
    assert (chosen.name, chosen.key) == (name, "k-123")
    assert chosen.base_url == PROVIDERS[name].base_url
    assert chosen.model


@pytest.mark.parametrize(("variable", "name"), KEYED)
def test_a_named_provider_without_its_key_says_which_variable(
    variable: str, name: ProviderName
) -> None:
    with pytest.raises(SettingsError, match=f"intents.llm.provider: {name} needs .*{variable}"):
        choose(LlmSettings(provider=name))


def test_a_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from-file\n")
    monkeypatch.setenv("DEEPSEEK_API_KEY_FILE", str(tmp_path / "key"))
    chosen = choose(LlmSettings())
    assert chosen is not None
    assert chosen.key == "from-file"


def test_none_means_none_even_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "k")
    assert choose(LlmSettings(provider="none")) is None


def test_a_given_address_wins_over_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "k")
    chosen = choose(LlmSettings(base_url="http://192.168.1.5:8000/v1", model="qwen"))
    assert chosen is not None
    assert (chosen.name, chosen.model, chosen.key) == ("compatible", "qwen", "")


def test_the_address_of_a_named_provider_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZAI_API_KEY", "k")
    chosen = choose(LlmSettings(provider="zhipu", base_url="https://relay.example/v1", model="m"))
    assert chosen is not None
    assert (chosen.base_url, chosen.model) == ("https://relay.example/v1", "m")


def test_a_compatible_model_needs_an_address_and_a_name() -> None:
    with pytest.raises(SettingsError) as caught:
        choose(LlmSettings(provider="compatible"))
    address, name = str(caught.value).splitlines()
    assert "intents.llm.base_url" in address
    assert "QUNYING_INTENTS__LLM__MODEL" in name


def test_openai_variables_are_enough_together_with_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://box.example/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    chosen = choose(LlmSettings(model="m"))
    assert chosen is not None
    assert (chosen.base_url, chosen.key) == ("http://box.example/v1", "k")


def test_an_address_for_other_programs_is_only_mentioned(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://box.example/v1")
    with caplog.at_level(logging.WARNING):
        assert choose(LlmSettings()) is None
    assert "intents.llm.model" in caplog.text


def test_ollama_needs_no_key_and_is_only_used_by_name() -> None:
    chosen = choose(LlmSettings(provider="ollama", model="qwen3:4b"))
    assert chosen is not None
    assert chosen.key == ""


def test_a_strange_address_is_refused_by_the_settings() -> None:
    with pytest.raises(ValidationError):
        LlmSettings(base_url="api.deepseek.com")


def test_the_key_never_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "canary-77")
    assert "canary-77" not in repr(choose(LlmSettings()))


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_profile_can_end_in_plain_text(name: str) -> None:
    profile = PROVIDERS[name]
    assert profile.modes[-1] == "text"
    assert set(profile.modes) <= set(LADDER)
    assert profile.base_url == "" or profile.base_url.startswith(("https://", "http://127.0.0.1"))
