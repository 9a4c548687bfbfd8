"""`python -m video_service serve | worker | models`: the service's own program."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from video_service import logs
from video_service.config import ServiceConfig
from video_service.dispatch.posts import Post
from video_service.engines.specs import Lane
from video_service.models import command
from video_service.premises import CannotRun
from video_service.schema.config import BROKER_URL, SettingsError, load, secret
from video_service.schema.settings import Address
from video_service.snapshot import check, take


def main(arguments: list[str] | None = None) -> int:
    """0: stopped as told; 1: could not run here; 2: the settings are wrong."""
    options = _parser().parse_args(arguments)
    if options.data_dir is not None:
        os.environ["QUNYING_DATA_DIR"] = str(options.data_dir)
    try:
        config = load(ServiceConfig)
        if options.verb == "models":
            return command.models(options, config)
        if options.verb == "backup":
            return _backup(options, config)
        (_serve if options.verb == "serve" else _work)(options, config)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m video_service", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    kept = argparse.ArgumentParser(add_help=False)
    kept.add_argument("--data-dir", type=Path, help="数据放在哪里")
    common = argparse.ArgumentParser(add_help=False, parents=[kept])
    common.add_argument("--tied", action="store_true", help="标准输入一关就停")
    serve = verbs.add_parser("serve", parents=[common], help="the HTTP service")
    serve.add_argument("--port", type=int, help="0 = any free one")
    serve.add_argument("--workers", type=int, choices=(0, 1), default=1, help="0 = from elsewhere")
    worker = verbs.add_parser(
        "worker", prog="qunying worker", parents=[common], help="one filming process"
    )
    worker.add_argument("--service", required=True, type=_address, help="生成服务的地址")
    worker.add_argument("--broker", help=f"Redis 的地址；带密码的写在 {BROKER_URL} 里")
    worker.add_argument("--slot", type=int, default=0, help="第几个：同一台机器上一个进程一个号")
    worker.add_argument("--slots", type=int, default=1, help="同时做几个；用 Redis 时只能是 1")
    lane = "做哪些：card 要显卡的，cloud 云端的，finish 加工的"
    worker.add_argument("--lane", choices=get_args(Lane), default="card", help=lane)
    backup = verbs.add_parser("backup", parents=[kept], help="the job table beside its writer")
    backup.add_argument("folder", type=Path, help="where the copy goes, or is")
    backup.add_argument("--check", action="store_true", help="look whether a copy can be used")
    command.add(verbs.add_parser("models", prog="qunying models", parents=[kept], help="weights"))
    return parser


def _address(text: str) -> str:
    try:
        return TypeAdapter(Address).validate_python(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError("write http://192.168.1.5:8601") from error


def _serve(options: argparse.Namespace, config: ServiceConfig) -> None:
    from video_service.serve import Plan, serve  # fastapi: not for workers

    data_dir = config.data_dir.absolute()
    logs.set_up(data_dir, "service")
    settings = config.video_service
    if options.port is not None:
        settings = settings.model_copy(update={"port": options.port})
    serve(Plan(settings, data_dir, options.tied, options.workers, _tell))


def _backup(options: argparse.Namespace, config: ServiceConfig) -> int:
    folder = config.data_dir.absolute() / "service"
    told = check(options.folder) if options.check else take(folder, options.folder)
    sys.stdout.write(f"{told}\n")
    return 0


def _tell(url: str, instance: str) -> None:
    said = {"event": "listening", "url": url, "instance": instance}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _work(options: argparse.Namespace, config: ServiceConfig) -> None:
    from video_service.bench import Bench, work  # engines: not for the HTTP side

    logs.set_up(config.data_dir.absolute(), f"worker-{options.slot}")
    told = Post(options.lane, options.slot, options.slots)
    broker = options.broker or (None if options.tied else secret(BROKER_URL))
    work(Bench(options.service, told, options.tied, config), broker=broker)
