"""What the service counts for Prometheus: jobs by state, how they ended, what was stepped down.

    qunying_jobs{lane, status}                     open jobs now
    qunying_workers{lane}                          1 when somebody works for this lane
    qunying_jobs_ended_total{engine, code}         code: completed, cancelled, or why it failed
    qunying_step_downs_total{engine, code}         what was made smaller so that a film fitted
    qunying_job_seconds{engine}                    from its last start to completion, a histogram
    qunying_wait_seconds{engine}                   from the order to its last start, a histogram
    qunying_stage_seconds{engine, stage}           load, denoise, decode, …, a histogram
    qunying_peak_bytes{engine}                     the most memory that its last film took
    process_resident_memory_bytes, …               of the service itself, without its workers

Counted since this process began. What is only finished or joined counts as engine `finish`. Codes
and stages are named by workers: beyond fifty names they count as `other`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from video_service.engines.specs import Lane
from video_service.job_table import Job
from video_service.schema import Status

MEDIA_TYPE = CONTENT_TYPE_LATEST
LANES: tuple[Lane, ...] = get_args(Lane)
OPEN = (Status.queued, Status.in_progress)
STAGE = re.compile(r"[a-z_]{1,20}")  # what a worker says becomes a label
MOST_NAMES, OTHER = 50, "other"
SECONDS = (1, 5, 15, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 7200)


class Metrics:
    """One a service; its verbs may be called from any thread."""

    def __init__(self) -> None:
        self._all = all_of = CollectorRegistry()
        self._open = Gauge("qunying_jobs", "open jobs", ["lane", "status"], registry=all_of)
        self._workers = Gauge(
            "qunying_workers", "whether somebody works for it", ["lane"], registry=all_of
        )
        self._ended = Counter(
            "qunying_jobs_ended", "jobs that are over", ["engine", "code"], registry=all_of
        )
        self._step_downs = Counter(
            "qunying_step_downs", "made smaller to fit", ["engine", "code"], registry=all_of
        )
        self._seconds = Histogram(
            "qunying_job_seconds", "start to completion", ["engine"],
            registry=all_of, buckets=SECONDS,
        )  # fmt: skip
        self._waited = Histogram(
            "qunying_wait_seconds", "order to start", ["engine"],
            registry=all_of, buckets=SECONDS,
        )  # fmt: skip
        self._stages = Histogram(
            "qunying_stage_seconds", "one stage of a film", ["engine", "stage"],
            registry=all_of, buckets=SECONDS,
        )  # fmt: skip
        self._peak = Gauge(
            "qunying_peak_bytes", "the most memory of the last film", ["engine"], registry=all_of
        )
        ProcessCollector(registry=all_of)
        self._seen: defaultdict[str, set[str]] = defaultdict(set)

    def made(self, engine: str, told: Mapping[str, Any]) -> None:
        """A film is here; `told` is what its sidecar says, as far as a worker wrote one."""
        stages, peak = told.get("stage_seconds"), told.get("peak_bytes")
        for stage, seconds in stages.items() if isinstance(stages, dict) else ():
            if STAGE.fullmatch(stage) and isinstance(seconds, int | float):
                named = self._known("stage", stage)
                self._stages.labels(engine, named).observe(max(0.0, seconds))
        if isinstance(peak, int | float):
            self._peak.labels(engine).set(peak)

    def ended(self, job: Job) -> None:
        """A job is over, whichever way."""
        engine = job.kind
        done = job.status is Status.completed
        code = job.status if done else job.error_code or "engine_failed"
        self._ended.labels(engine, self._known("end", code)).inc()
        for step in job.step_downs:
            self._step_downs.labels(engine, self._known("step", step)).inc()
        if job.started_at is not None:
            self._waited.labels(engine).observe(max(0.0, job.started_at - job.created_at))
        if done and job.started_at is not None and job.finished_at is not None:
            self._seconds.labels(engine).observe(max(0.0, job.finished_at - job.started_at))

    def _known(self, kind: str, name: str) -> str:
        """`name`, or `other` when workers have thought of too many: each is a series of its own."""
        seen = self._seen[kind]
        if len(seen) < MOST_NAMES:
            seen.add(name)
        return name if name in seen else OTHER

    def page(self, jobs: Mapping[tuple[Lane, Status], int], present: Mapping[Lane, bool]) -> bytes:
        """All of it as Prometheus reads it; `jobs` are the open ones now."""
        for lane in LANES:
            self._workers.labels(lane).set(present[lane])
            for status in OPEN:
                self._open.labels(lane, status).set(jobs.get((lane, status), 0))
        return generate_latest(self._all)


def read_told(sidecar: Path) -> Mapping[str, Any]:
    """What a worker wrote about its film; empty when that is nothing. Blocking."""
    try:
        told = json.loads(sidecar.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
