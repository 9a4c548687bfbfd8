"""What Celery says, in our words: once that the broker is away, and once that it is back."""

import logging

from celery.signals import setup_logging
from celery.worker.consumer.consumer import CONNECTION_ERROR, CONNECTION_RETRY

log = logging.getLogger(__name__)
CONSUMER = "celery.worker.consumer.consumer"
CONNECTION = "celery.worker.consumer.connection"
REQUEST = "celery.worker.request"
UNACKED, RESTARTS = "Couldn't ack", "Frequent restarts detected"


class BrokerNews(logging.Filter):
    """Lets nothing through of Celery's lines about the connection, and tells what changed."""

    def __init__(self) -> None:
        super().__init__()
        self._away = False

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.args if isinstance(record.args, tuple) else ()
        if record.msg == CONNECTION_ERROR:
            where, why, *_ = told
            return self._lost(f"{where}: {why}")
        if told and told[0] == CONNECTION_RETRY:
            return self._lost(told[1])
        if record.name == CONNECTION:
            if self._away:
                log.info("the broker is back")
            self._away = False
            return False
        # nothing is to be acknowledged (see broker.py), and that it waits was told already
        return not str(record.msg).startswith((UNACKED, RESTARTS))

    def _lost(self, why: object) -> bool:
        if not self._away:
            log.warning("the broker is away: %s; waiting", why)
        self._away = True
        return False


def listen() -> None:
    """From here on; our own handlers and levels stay."""
    setup_logging.connect(_leave_alone, weak=False)
    logging.getLogger("celery").setLevel(logging.WARNING)
    news = BrokerNews()
    for name in (CONSUMER, CONNECTION, REQUEST):
        logging.getLogger(name).addFilter(news)
    logging.getLogger(CONNECTION).setLevel(logging.INFO)


def _leave_alone(**_: object) -> None:
    """Celery asks who sets up logging."""
    pass  # that somebody answers is enough: ours is set up already
