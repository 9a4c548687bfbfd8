"""The queues that are compared: how each starts a worker, and how each takes a job."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.queue_film import LOG

HERE = Path(__file__).parents[1]
START_S = 30.0
TOKEN = "a-token-for-the-benchmark"
Enqueue = Callable[[str, float], object]


@dataclass(frozen=True, slots=True)
class System:
    """`worker` makes the command of worker number n, `enqueue` takes a name and its seconds."""

    name: str
    worker: Callable[[int], list[str]]
    enqueue: Enqueue
    environment: Mapping[str, str]


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A process and all that it starts, killed at the end."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, cwd=HERE, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        tree = psutil.Process(process.pid)
        try:
            yield tree
        finally:
            kill(tree)


def kill(tree: psutil.Process) -> None:
    """kill -9 of it and of its children."""
    with suppress(psutil.NoSuchProcess):
        for one in (*tree.children(recursive=True), tree):
            with suppress(psutil.NoSuchProcess):
                one.kill()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def listening(port: int) -> None:
    """Wait until somebody listens there."""
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"nobody listens on port {port}")


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of our own that keeps nothing; its URL without the database."""
    port = free_port()
    told = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with running(told, {}):
        listening(port)
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def ours(broker: str, folder: Path, log: Path) -> Iterator[System]:
    """The service with its workers called over Celery, its settings as they are shipped."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        LOG: str(log), "QUNYING_BROKER_URL": broker, "QUNYING_WORKER_TOKEN": TOKEN,
        "QUNYING_DATA_DIR": str(folder), "QUNYING_VIDEO_SERVICE__DISPATCH": "celery",
        "QUNYING_VIDEO_SERVICE__MODEL": "draft",
    }  # fmt: skip
    python = [sys.executable, "-m"]
    with ExitStack() as stack:
        serve = ["video_service", "serve", "--tied", "--workers", "0", "--port", str(port)]
        stack.enter_context(running([*python, *serve], environment))
        listening(port)
        http = stack.enter_context(httpx.Client(base_url=url, timeout=30, trust_env=False))

        def enqueue(name: str, seconds: float) -> None:
            wish = {"prompt": f"{name} {seconds}", "seconds": "2"}
            http.post("/v1/videos", json=wish).raise_for_status()

        def worker(number: int) -> list[str]:
            return [*python, "benchmarks.queue_worker", url, broker, str(number)]

        yield System("群影 + Celery", worker, enqueue, environment)


def plain_celery(broker: str, log: Path) -> System:
    """Acknowledged late, with the visibility timeout as it is."""
    environment = {LOG: str(log), "QUEUE_BROKER": broker}
    os.environ["QUEUE_BROKER"] = broker
    from benchmarks.queue_celery import film

    told = ["celery", "-A", "benchmarks.queue_celery", "worker", "-c", "1", "--loglevel", "error"]

    def worker(number: int) -> list[str]:
        return [sys.executable, "-m", *told, "-n", f"w{number}@bench"]

    def enqueue(name: str, seconds: float) -> None:
        film.delay(name, seconds)

    return System("Celery acks_late", worker, enqueue, environment)


def rq(broker: str, log: Path) -> System:
    """With retries asked for."""
    from redis import Redis
    from rq import Queue, Retry

    queue = Queue("films", connection=Redis.from_url(broker))
    program = str(Path(sys.executable).with_name("rq"))

    def worker(number: int) -> list[str]:
        return [program, "worker", "films", "--url", broker, "--quiet"]

    def enqueue(name: str, seconds: float) -> None:
        queue.enqueue("benchmarks.queue_film.film", name, seconds, retry=Retry(max=3))

    return System("RQ", worker, enqueue, {LOG: str(log)})


def dramatiq(broker: str, log: Path) -> System:
    """As its guide starts it, one job at a time."""
    os.environ["QUEUE_BROKER"] = broker
    from benchmarks.queue_dramatiq import film

    told = ["dramatiq", "benchmarks.queue_dramatiq", "--processes", "1", "--threads", "1"]

    def worker(number: int) -> list[str]:
        return [sys.executable, "-m", *told]

    def enqueue(name: str, seconds: float) -> None:
        film.send(name, seconds)

    return System("dramatiq", worker, enqueue, {LOG: str(log), "QUEUE_BROKER": broker})
