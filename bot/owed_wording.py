"""What `qunying deliveries` tells the owner, in Chinese."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.channels.names import name_of
from bot.owed import Owed, Verb, Which
from bot.records import Makes

NOTHING: dict[Which, str] = {
    "owed": "没有欠着的：该送的都送到了",
    "failed": "没有放下的，也没有没办成的",
    "all": "还什么都没有送过",
}
NO_MORE = "只列了最新的 {most} 条"
HOW = "再送一次：qunying deliveries resend 编号；不送了：qunying deliveries drop 编号"
DONE: dict[Verb, str] = {
    "resend": "{id} 号这就再送；送没送到看 qunying deliveries",
    "drop": "{id} 号不再送了",
}
LATER: dict[Verb, str] = {**DONE, "resend": "{id} 号记下了，小爱启动以后就送"}  # nobody is there
CANNOT: dict[Verb, str] = {
    "resend": "{id} 号没法再送：问题只在当时问，没拍成的要请家里人再说一次",
    "drop": "{id} 号已经不欠着了，没有什么可放下的",
}
MISUSED = "可以写：qunying deliveries [--all 或 --failed]，或者 deliveries resend 编号、drop 编号"
NO_SUCH = "没有 {id} 号；编号看 qunying deliveries --all"
NO_DATA = "这个数据文件夹里还没有聊天：先运行一次 make run，或者看看 QUNYING_DATA_DIR 指对了没有"
NOT_TAKEN = "正在运行的小爱没有理会，什么也没改；看看它的日志，或者停下它再试"
TRIED = "有 {count} 条消息还没送到，一直在试"
TRIED_CURE = "看看欠着谁、为什么：.venv/bin/qunying deliveries"
GIVEN_UP = "有 {count} 条消息好几天没送到，放下了；片子都在片库里"
GIVEN_UP_CURE = "看看是哪些，要再送就写编号：.venv/bin/qunying deliveries --failed"
UNREADABLE = "聊天数据库读不了（{why}）"
UNREADABLE_CURE = "看看磁盘和权限；要是坏了，就从备份恢复：qunying restore 备份文件 --force"
ALL_OUT = "答应的都送到了"
STATES = {"pending": "欠着", "sent": "送到了", "failed": "没办成，已经说明", "dropped": "放下了"}
KINDS = {"text": "一句话", "question": "一个问题", "clip": "再送一次的片子"}
MADE: dict[Makes, str] = {"video": "片子", "image": "图"}
SHUT = "    {where}现在没有打开：写进 bot.channels 再启动才会送"
SHUT_TERMINAL = "    终端里的，等打开 qunying chat 才送"
SHORTEST = 24
TIMED_OUT = "等了两分钟没有回音"
REASONS = (  # what stands in the channels' own words, and what it means to the owner
    ("gateway is away", "微信群网关没连上，或者微信没登录"),
    ("not connected to WeCom", "企业微信没连上"),
    ("nobody is logged in", "微信还没登录，或者这个人还没说过话"),
    ("no longer in the settings", "这位家人已经不在设置里"),
    ("command that asked this has ended", "问的那条命令已经结束"),
    ("TimeoutError()", TIMED_OUT),
    ("channel is not open", "这个入口一直没有打开"),
    ("days, no answer", "生成服务一直没有回音"),
    ("cannot be saved", "片子存不进文件夹"),
    ("cannot be read", "片子文件读不出来"),
)
NOT_TAKEN_IN = "聊天那边没收下（{why}）"


def lines(it: Owed, now: datetime, channels: Sequence[str]) -> Iterator[str]:
    """One part in a line or two; `channels` are those of the settings."""
    what = MADE["image" if it.makes == "image" else "video"] if it.kind == "ticket" else ""
    what = what or KINDS[it.kind]
    if it.text and it.kind == "text":
        what = f"{what}「{_short(it.text)}」"
    to = it.name if it.private else f"{it.room}（{it.name}）"
    where, since = name_of(it.channel), (now - it.since).total_seconds()
    yield f"{it.id}  {STATES[it.state]}  {what}，给 {where} 的 {to}，{_ago(since)}答应的"
    if it.attempts and it.state != "sent":
        yield f"    试了 {it.attempts} 次；上一次：{reason(it.last_error)}"
    elif it.in_vain:
        yield f"    {reason(it.last_error)}"
    yield from shut(it, channels)


def shut(it: Owed, channels: Sequence[str]) -> Iterator[str]:
    """That its way into the chat is not open, and what opens it."""
    if it.state == "pending" and it.channel not in channels:
        console = it.channel == "console"
        yield SHUT_TERMINAL if console else SHUT.format(where=name_of(it.channel))


def reason(error: str) -> str:
    """Why it did not go out, as far as the owner can do something about it."""
    if not error:
        return TIMED_OUT
    known = (plain for words, plain in REASONS if words in error)
    return next(known, NOT_TAKEN_IN.format(why=error))


def _ago(seconds: float) -> str:
    for name, length in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {name}前"
    return "刚刚"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHORTEST else f"{text[:SHORTEST]}…"
