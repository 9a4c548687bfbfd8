"""dramatiq with its own defaults."""

import os

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks import queue_film

broker = RedisBroker(url=os.environ["QUEUE_BROKER"])
dramatiq.set_broker(broker)
film = dramatiq.actor(queue_film.film)
