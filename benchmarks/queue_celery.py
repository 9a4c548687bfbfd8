"""Plain Celery as its manual advises for long jobs: acknowledged late, nothing else of ours."""

import os

from celery import Celery

from benchmarks import queue_film

app = Celery("plain", broker=os.environ["QUEUE_BROKER"])
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
)
film = app.task(queue_film.film)
