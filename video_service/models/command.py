"""`python -m video_service models list | pull NAME | check [NAME]`: what `qunying models` runs."""

import argparse
import logging
from collections.abc import Callable

from rich.console import Console

from video_service.config import ServiceConfig
from video_service.models import wording
from video_service.models.errors import ModelsError

log = logging.getLogger(__name__)
HERE = "--here"  # check's own flag for its child: try it in this process, print JSON


def add(parser: argparse.ArgumentParser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="models", required=True, metavar="list | pull | check")
    listing = verbs.add_parser("list", help="有哪些引擎：多大、在不在、这块显卡放不放得下")
    listing.add_argument("--json", action="store_true", help="只打印一个 JSON 数组")
    pulling = verbs.add_parser("pull", help="下载一个引擎的权重；断了再来一次，会接着下")
    pulling.add_argument("name", help="引擎的名字，见 list")
    pulling.add_argument("--from", dest="hub", choices=tuple(wording.HUBS), help="从哪一家下载")
    pulling.add_argument("--force", action="store_true", help="在的也逐个核对校验和，坏的重下")
    checking = verbs.add_parser("check", help="真的拍一个最小的，看看多久、占多少内存")
    checking.add_argument("name", nargs="?", help="不写就试所有能用的本机模型")
    checking.add_argument("--yes", action="store_true", help="云端引擎也真拍一个")
    checking.add_argument("--json", action="store_true", help="只打印一个 JSON 数组")
    checking.add_argument(HERE, action="store_true", help=argparse.SUPPRESS)


def models(options: argparse.Namespace, config: ServiceConfig) -> int:
    """The exit code: 0 done; 1 it went wrong, and why is said."""
    try:
        return _verb(options.models)(options, config)
    except ModelsError as error:
        log.info("%s", error)
        Console(stderr=True).print(
            error.say, style="red", markup=False, highlight=False, soft_wrap=True
        )
        return 1


def _verb(name: str) -> Callable[[argparse.Namespace, ServiceConfig], int]:
    """Met only now: the service and its workers need none of it."""
    if name == "list":
        from video_service.models.verb_list import run
    elif name == "pull":
        from video_service.models.verb_pull import run
    else:
        from video_service.models.verb_check import run
    return run
