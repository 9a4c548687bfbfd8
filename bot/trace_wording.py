"""A decision trace in Chinese: labelled facts for the page, lines for the terminal."""

import json
from collections.abc import Iterator

from bot.channels.names import name_of
from bot.owed_wording import reason
from bot.traced import Film, Part, Trace
from bot.web.making_of import making_of

NOTHING = "还没有记下什么：跟小爱说句话再来看"
NO_SUCH = "没有找到 {id}；编号看 qunying trace --last 20"
NO_DATA = "这个数据文件夹里还没有聊天：先运行一次 make run，或者看看 QUNYING_DATA_DIR 指对了没有"
MISUSED = "可以写：qunying trace 编号，或者 qunying trace --last 20，都可以加 --json"
HOW = "看一条的全部：qunying trace 编号"
BY = {"llm": "语言模型听懂的", "patterns": "按句式听懂的"}
NOT_GUESSED = "不用猜：照字面的话，或者接着刚才的问题"
OUTCOMES = {"ok": "答好了", "declined": "婉拒了", "broken": "没办成，说明了原因"}
OPEN = "还在想"
STATUSES = {"queued": "排着队", "in_progress": "正在做", "completed": "做好了", "failed": "没做成"}
CALLED_OFF = "取消了"
STATES = {"pending": "欠着", "sent": "送到了", "failed": "没办成，已经说明", "dropped": "放下了"}
KINDS = {"text": "一句话", "question": "一个问题", "ticket": "片子或图", "clip": "再送一次的片子"}
CAME_WITH = {"photo": "照片", "quoted": "引用的照片", "voice": "语音"}
SENT = {"photo": "[图]", "video": "[片子]"}
SHORTEST = 30
Fact = tuple[str, str]


def brief(it: Trace) -> Iterator[str]:
    """One trace in two lines."""
    yield f"{it.n}  {it.at.astimezone():%m-%d %H:%M:%S}  {_where(it)}：{_short(_heard(it))}"
    end = f"，{times}" if (times := _times(it)) else ""
    yield f"    {it.intent or '没有意图'}，{_by(it)}，{_outcome(it)}{end}"


def facts(it: Trace) -> Iterator[Fact]:
    """All of one trace, in the order in which it happened; values may hold line breaks."""
    yield "编号", str(it.n)
    yield "什么时候", f"{it.at.astimezone():%Y-%m-%d %H:%M:%S}"
    yield "在哪里", _where(it)
    yield "听到", _heard(it)
    yield "意图", f"{it.intent or '没有'}（{_by(it)}）"
    if slots := {name: value for name, value in it.slots.items() if value}:
        yield "填了", json.dumps(slots, ensure_ascii=False)
    yield "结果", _outcome(it)
    if times := _times(it):
        yield "用时", times
    for film in it.films:
        yield from _film(film)
    if it.sent:
        yield (
            "发出",
            "\n".join(
                f"{said.at.astimezone():%H:%M:%S} {SENT.get(said.kind, '')}{said.text}"
                for said in it.sent
            ),
        )
    for part in it.parts:
        if part.state != "sent" or part.attempts:
            yield "送信", _part(part)
    yield "日志里叫", it.key


def title(it: Trace) -> str:
    """One line for a list."""
    return f"{it.at.astimezone():%m-%d %H:%M} {it.name}：{_short(_heard(it))}"


def _film(film: Film) -> Iterator[Fact]:
    told = dict(film.told)
    width, _, height = str(told.get("size") or "").partition("x")
    told = {"width": width, "height": height, **told}
    made = making_of(told)
    status = STATUSES.get(str(told.get("status")), str(told.get("status")))
    if error := told.get("error"):
        status = CALLED_OFF if error == "cancelled" else f"{status}（{error}）"
    yield "任务", f"{film.job} {status}"
    if made.prompt:
        yield "拍摄说明", made.prompt
    if made.settings:
        yield "参数", "，".join(f"{label} {value}" for label, value in made.settings)
    if times := (*_waited(told), *made.times):
        yield "各步用时", "，".join(f"{label} {value}" for label, value in times)


def _waited(told: dict[str, object]) -> Iterator[Fact]:
    ordered, started = told.get("ordered"), told.get("started")
    if isinstance(ordered, int) and isinstance(started, int) and started > ordered:
        yield "排队", f"{started - ordered}秒"


def _part(part: Part) -> str:
    tried = f"，试了 {part.attempts} 次，上一次：{reason(part.last_error)}" if part.attempts else ""
    return f"{KINDS.get(part.kind, part.kind)}{STATES.get(part.state, part.state)}{tried}"


def _times(it: Trace) -> str:
    told = (
        ("听懂", it.understood_s), ("答好", it.answered_s), ("拍好", it.filmed_s),
        ("送到", it.sent_s),
    )  # fmt: skip
    return "，".join(f"{what} {seconds:.1f} 秒" for what, seconds in told if seconds is not None)


def _where(it: Trace) -> str:
    channel = name_of(it.channel)
    alone = it.private or it.channel == "web"  # the page has one room
    return f"{channel} {it.name}" if alone else f"{channel} {it.room}（{it.name}）"


def _heard(it: Trace) -> str:
    came = "".join(f"[{CAME_WITH.get(kind, kind)}×{n}]" for kind, n in it.with_.items())
    return f"{it.heard}{came}" or "（没有说话）"


def _by(it: Trace) -> str:
    return BY.get(it.by, NOT_GUESSED)


def _outcome(it: Trace) -> str:
    return OPEN if it.state == "open" else OUTCOMES.get(it.outcome, it.outcome)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHORTEST else f"{text[:SHORTEST]}…"
