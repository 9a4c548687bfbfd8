"""Celery over a broker: a message is a call for a worker and carries a job's id, nothing else.

It is acknowledged before the work begins. Nothing is lost with it: the job table alone knows what
there is to do and who does it, and calls again. So Redis needs no disk, and no visibility timeout
has to be longer than a film.

BrokerAway           it cannot be reached, or does not want us
"""

import re
import ssl
from collections.abc import Sequence
from typing import get_args
from urllib.parse import urlsplit

from celery import Celery
from kombu.exceptions import KombuError

from video_service.engines.specs import Lane
from video_service.schema.config import BROKER_URL, SettingsError

TASK = "qunying.film"
SOCKET_S = 5.0
REDIS = ("redis", "rediss")
SCHEMES = (*REDIS, "amqp", "amqps")


class BrokerAway(Exception):
    """It cannot be reached, or does not want us; the text never holds its password."""


def check_address(url: str) -> None:
    """SettingsError for what can be no broker's URL; it never shows the URL, nor what it holds."""
    try:
        there = urlsplit(url)
        host = (there.hostname or "").encode("idna")
        whole = there.scheme in SCHEMES and bool(host) and there.port != 0
        if there.scheme in REDIS:
            whole = whole and re.fullmatch(r"/?\d*", there.path) is not None
        if whole:
            open_app(url).connection_for_write()
    except (ValueError, KeyError):  # KeyError: what TLS is told
        whole = False
    if not whole:
        raise SettingsError(
            f"{BROKER_URL}: write an address like redis://:password@host:6379/0; in the password"
            " / ? # [ ] are written %2F %3F %23 %5B %5D"
        )


class Broker:
    """The service's line to it: blocking, for one thread at a time, opened when needed."""

    def __init__(self, url: str) -> None:
        self._app = open_app(url)
        self._line = self._app.connection_for_write()
        self._away = KombuError, OSError, *self._line.connection_errors, *self._line.channel_errors

    def call(self, lane: Lane, jobs: Sequence[str], waiting: int) -> int:
        """Call a worker for each of `jobs`; how many calls were made.

        No more than `waiting` jobs ever need a call: those that nobody has answered yet count.
        """
        try:
            channel = self._line.channel()
            try:
                queue = channel.queue_declare(queue=queue_of(lane), durable=True, auto_delete=False)
                missing = jobs[: max(0, waiting - int(queue.message_count))]
                producer = self._app.amqp.Producer(channel, auto_declare=False)
                for job in missing:
                    self._send(lane, job, producer)
            finally:
                channel.close()
        except self._away as error:
            self.close()
            raise BrokerAway(f"{self.address}: {error}") from error
        return len(missing)

    def _send(self, lane: Lane, job: str, producer: object) -> None:
        self._app.send_task(
            TASK, [job], producer=producer, queue=queue_of(lane), retry=False, ignore_result=True
        )

    @property
    def address(self) -> str:
        """Where it is, without a password."""
        return str(self._line.as_uri())

    def close(self) -> None:
        """Hang up; the next call dials anew."""
        self._line.close()
        self._line = self._app.connection_for_write()


def open_app(url: str) -> Celery:
    """What both sides agree on about the broker at `url`."""
    app = Celery("qunying", broker=url, set_as_current=False)
    app.conf.update(
        task_acks_late=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # only those acked late
        broker_connection_retry=True,
        broker_channel_error_retry=True,  # Redis without memory, or somebody's replica
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=SOCKET_S,
    )
    if urlsplit(url).scheme in REDIS:
        # taken is acknowledged: where Redis dies between the two, kombu waits for room under the
        # prefetch limit for ever. RabbitMQ would hand all calls to the first who asks
        names = [queue_of(lane) for lane in get_args(Lane)]
        app.conf.task_queues = {name: {"exchange": name, "no_ack": True} for name in names}
        alive = {"socket_connect_timeout": SOCKET_S, "socket_keepalive": True}
        app.conf.broker_transport_options = {**alive, "socket_timeout": SOCKET_S}
    if urlsplit(url).scheme == "rediss" and "ssl_cert_reqs" not in url:
        app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    return app


def queue_of(lane: Lane) -> str:
    """The queue whose calls are for this lane."""
    return f"qunying.{lane}"
