"""Who calls himself 妈妈 is not her: an admin is known by channel and contact, and by typing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.admin.commands import command
from bot.limits.gate import HouseGate
from bot.limits.ledger import Ledger
from bot.limits.settings import LimitsSettings
from intents.dialogue import Turn

MUM = Turn(
    id="1", channel="wecom", room="r", sender="wm-1", name="妈妈", text="小爱 暂停",
    at=datetime.now(UTC), said="暂停",
)  # fmt: skip
ADMINS = frozenset({"wecom:wm-1"})


@pytest.fixture
def gate() -> HouseGate:
    return HouseGate(Ledger.__new__(Ledger), LimitsSettings(), ADMINS, None)


def test_mum_herself_is_obeyed(gate: HouseGate) -> None:
    assert gate.is_admin(MUM)
    assert command(MUM, admin=True)


@pytest.mark.parametrize(
    "pretender",
    [
        replace(MUM, sender="wm-2"),
        replace(MUM, sender="wm-1 "),
        replace(MUM, sender="WM-1"),
        replace(MUM, channel="wechaty"),
        replace(MUM, channel="wecom:wm-1", sender=""),
        replace(MUM, channel="", sender="wecom:wm-1"),
        replace(MUM, sender="妈妈"),
    ],
)
def test_nobody_else_is(pretender: Turn, gate: HouseGate) -> None:
    assert not gate.is_admin(pretender)
    assert command(pretender, admin=False) is None


@pytest.mark.parametrize(
    "said",
    [
        "请暂停",
        "暂停一下",
        "暂停。",
        "“暂停”",
        "暂 停",
        "暂停\n继续",
        "额度 @小明 9999",
        "额度 小明 5",
        "取消 1 2",
        "取消 一",
        "状态？",
        "她说：暂停",
    ],
)
def test_even_from_her_only_the_very_words_count(said: str) -> None:
    assert command(replace(MUM, said=said), admin=True) is None
