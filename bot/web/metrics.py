"""GET /metrics of the page: what was sent, what is owed and what was refused, for Prometheus.

    qunying_parts{channel, kind, state}     parts of answers: pending, sent, failed, dropped
    qunying_failed_sends{channel}           tries that a channel refused
    qunying_oldest_owed_seconds             for how long the oldest part waits; 0 = nothing is owed
    qunying_turns{channel, outcome}         answered turns: ok, declined, broken

Read from bot.db, so a restart changes nothing, and what retention deletes is counted no longer.
"""

import asyncio
import time
from pathlib import Path

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.locks import DataUnusable
from bot.owed import NoTable, reading

URL = "/metrics"
PARTS = """
    SELECT channel, kind, outbox.state AS state, count(*) AS count
    FROM outbox JOIN turns ON turns.n = outbox.turn GROUP BY 1, 2, 3
"""
REFUSED = """
    SELECT channel, sum(attempts) AS count
    FROM outbox JOIN turns ON turns.n = outbox.turn GROUP BY 1
"""
OLDEST = "SELECT min(since) AS since FROM outbox WHERE state = 'pending'"
TURNS = """
    SELECT channel, outcome, count(*) AS count FROM turns WHERE state = 'answered' GROUP BY 1, 2
"""


def build_metrics(file: Path) -> APIRouter:
    """The route over `file`, bot.db."""
    routes = APIRouter()

    @routes.get(URL, response_class=Response)
    async def metrics() -> Response:
        try:
            page = await asyncio.to_thread(_page, file)
        except (NoTable, DataUnusable):
            return Response(status_code=503)
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    return routes


def _page(file: Path) -> bytes:
    all_of = CollectorRegistry()
    parts = Gauge("qunying_parts", "parts of answers", ["channel", "kind", "state"],
                  registry=all_of)  # fmt: skip
    refused = Gauge("qunying_failed_sends", "refused tries", ["channel"], registry=all_of)
    oldest = Gauge("qunying_oldest_owed_seconds", "the oldest part's wait", registry=all_of)
    turns = Gauge("qunying_turns", "answered turns", ["channel", "outcome"], registry=all_of)
    with reading(file) as it:
        for row in it.execute(PARTS):
            parts.labels(row["channel"], row["kind"], row["state"]).set(row["count"])
        for row in it.execute(REFUSED):
            refused.labels(row["channel"]).set(row["count"])
        for row in it.execute(TURNS):
            turns.labels(row["channel"], row["outcome"]).set(row["count"])
        since = it.execute(OLDEST).fetchone()["since"]
    oldest.set(max(0.0, time.time() - since) if since else 0)
    return generate_latest(all_of)
