"""The `qunying` command: options in, exit code out. What they do is in bot/commands."""

import os
import sys
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot import messages
from bot.commands.failures import foreseen
from bot.commands.life import INTERRUPTED, live, log_to
from bot.settings import Settings, load_settings

ABOUT = "群影：听得懂一家人说话的群助手，一句话拍一段小视频"
cli = typer.Typer(
    help=ABOUT, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def main() -> None:
    """A failure that was foreseen is a plain line or two on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Chinese shows what it can
            stream.reconfigure(errors="replace")
    with foreseen():
        cli()


def _show_version(wanted: bool) -> None:
    if wanted:
        Console().print(f"qunying {version('qunying')}", highlight=False)
        raise typer.Exit


@cli.callback(help=ABOUT)
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本")
    ] = False,  # nothing is left to do with it: typer has run its callback
) -> None:
    """Options that stand before any command."""


@cli.command()
def run(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="启动它的进程没了，它也停下")
    ] = False,
) -> None:
    """打开网页上的模拟家庭群，小爱和生成服务一起启动"""
    from bot.commands.run import run as work  # every command loads only what it needs

    settings = load_settings()
    _stay(settings, lambda: work(settings, settings.bot.channels, Path("out")), with_parent)


@cli.command()
def chat(
    out: Annotated[Path, typer.Option("--out", help="片子存到哪里")] = Path("out"),
) -> None:
    """在终端里和小爱说话"""
    from bot.commands.run import run as work

    settings = load_settings()
    _stay(settings, lambda: work(settings, ("console",), out), False)


@cli.command()
def serve(
    port: Annotated[int | None, typer.Option(help="端口；不写就用设置里的")] = None,
) -> None:
    """只启动生成服务（OpenAI 的 /v1/videos 接口）"""
    flags = () if port is None else ("--port", str(port))
    os.execv(sys.executable, [sys.executable, "-m", "video_service", "serve", *flags])


@cli.command(
    add_help_option=False,  # all that follows is the service's own business, --help too
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def models(context: typer.Context) -> None:
    """模型：list 看有哪些，pull 名字 下载，check 名字 试拍"""
    words = context.args or ["--help"]
    os.execv(sys.executable, [sys.executable, "-m", "video_service", "models", *words])


@cli.command(
    add_help_option=False,  # as above
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def worker(context: typer.Context) -> None:
    """给另一台机器上的生成服务拍片子，见 docs/operate.md"""
    words = context.args or ["--help"]
    os.execv(sys.executable, [sys.executable, "-m", "video_service", "worker", *words])


@cli.command()
def ask(
    text: Annotated[str, typer.Argument(help="要说的话，例如：生成一个熊猫吃竹子的视频")],
    photo: Annotated[Path | None, typer.Option(help="一起发的照片")] = None,
    sender: Annotated[str, typer.Option("--as", help="谁在说")] = "我",
    room: Annotated[str, typer.Option(help="在哪个房间说；同一个房间记得前面的话")] = "ask",
    out: Annotated[Path, typer.Option(help="片子存到哪里")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="最多等多少秒")] = 1800,
) -> None:
    """说一句，等到结果，把片子存进文件夹；没拍成就以非零结束"""
    from bot.commands.ask import Wish
    from bot.commands.ask import ask as work

    settings = load_settings()
    log_to(settings.data_dir, "ask", aloud=False)
    wish = Wish(text, photo, sender, room, out, timeout, as_json)
    raise typer.Exit(live(work(settings, wish)))


@cli.command()
def batch(
    file: Annotated[
        Path, typer.Argument(help="CSV 表格，每行一句要拍的话；怎么写见 docs/batch.md")
    ],
    out: Annotated[Path, typer.Option(help="片子存到哪里；再运行一次就接着拍没拍成的")],
    style: Annotated[str, typer.Option(help="整批用一种画风，例如 水彩")] = "",
    parallel: Annotated[int, typer.Option(min=1, max=20, help="最多同时拍几个")] = 3,
) -> None:
    """照一张表格成批拍，可以停下再接着拍；有没拍成的就以非零结束"""
    from bot.commands.batch import Order
    from bot.commands.batch import batch as work

    settings = load_settings()
    log_to(settings.data_dir, "batch", aloud=False)
    raise typer.Exit(live(work(settings, Order(file, out, style, parallel))))


@cli.command()
def deliveries(
    verb: Annotated[
        str, typer.Argument(help="不写就列出来；resend 再送一次，drop 不送了")
    ] = "list",
    number: Annotated[int | None, typer.Argument(help="列出来的编号")] = None,
    every: Annotated[bool, typer.Option("--all", help="送到了的也列出来")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="只列放下的和没办成的")] = False,
) -> None:
    """欠着谁什么、为什么还没送到；运行着也能看能改"""
    from bot.commands.deliveries import Asked
    from bot.commands.deliveries import deliveries as work

    raise typer.Exit(live(work(load_settings(), Asked(verb, number, every, failed))))


@cli.command()
def trace(
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="编号、日志里的名字，或者任务的编号")
    ] = None,
    last: Annotated[int | None, typer.Option("--last", min=1, max=200, help="最近几条")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="打印成 JSON")] = False,
) -> None:
    """小爱听到什么、当成什么、怎么拍的、发了什么；运行着也能看"""
    from bot.commands.trace import Asked
    from bot.commands.trace import trace as work

    raise typer.Exit(live(work(load_settings(), Asked(id_, last, as_json))))


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="存成哪个文件，例如 qunying-backup.tar.gz")],
    force: Annotated[bool, typer.Option("--force", help="文件已经有了就盖掉它")] = False,
) -> None:
    """把聊天、片子、没做完的和没送到的都备份成一个文件；运行着也可以"""
    from bot.commands.backup import backup as work

    raise typer.Exit(live(work(load_settings(), file, force=force)))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="qunying backup 存的文件")],
    force: Annotated[bool, typer.Option("--force", help="已有的数据挪到一边")] = False,
) -> None:
    """从备份恢复；没做完的任务和没送到的消息，启动后接着做"""
    from bot.commands.restore import restore as work

    raise typer.Exit(live(work(load_settings(), file, force=force)))


@cli.command()
def mcp() -> None:
    """给别的程序里的智能体用：拍片子、让照片动、画图，见 docs/agents.md"""
    from bot.commands.mcp import mcp as work

    settings = load_settings()
    log_to(settings.data_dir, "mcp", aloud=False)
    raise typer.Exit(live(work(settings)))


@cli.command()
def doctor() -> None:
    """检查一遍，哪里不对就说该怎么办"""
    from bot.commands.doctor import doctor as work

    raise typer.Exit(live(work(load_settings())))


def _stay(
    settings: Settings, work: Callable[[], Coroutine[Any, Any, int]], with_parent: bool
) -> None:
    """Run until told to stop; being told to is the ordinary end."""
    log_to(settings.data_dir, "bot", aloud=True)
    code = live(work(), with_parent=with_parent)
    if code == INTERRUPTED:
        Console(stderr=True).print(messages.STOPPED)
    raise typer.Exit(0 if code == INTERRUPTED else code)
