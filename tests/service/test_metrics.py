"""GET /metrics: what happened, counted once, in the format that Prometheus reads."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.service.house import House, open_house
from video_service.job_table import JobTable


async def scraped(house: House) -> dict[str, float]:
    """Every sample as `name{label="value"}`."""
    answer = await house.http.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def test_a_fresh_service_has_nothing_open_and_nobody_working(house: House) -> None:
    seen = await scraped(house)
    assert seen["qunying_jobs{lane=card,status=queued}"] == 0
    assert seen["qunying_workers{lane=card}"] == 0
    assert not any(name.startswith("qunying_jobs_ended_total") for name in seen)


async def test_open_jobs_are_counted_by_lane_and_state(house: House) -> None:
    for name in "abc":
        await house.order(name)
    await house.claim()
    seen = await scraped(house)
    assert seen["qunying_jobs{lane=card,status=queued}"] == 2
    assert seen["qunying_jobs{lane=card,status=in_progress}"] == 1
    assert seen["qunying_jobs{lane=cloud,status=queued}"] == 0
    assert seen["qunying_workers{lane=card}"] == 1


async def test_ends_are_counted_by_engine_and_code(house: House) -> None:
    await house.order("good")
    await house.film()
    await house.order("bad")
    errand = await house.claim()
    assert errand is not None
    said = {"code": "out_of_memory", "message": "too large"}
    assert (await house.end(errand, "fail", **said)).status_code == 204
    dropped = await house.order("dropped")
    await house.http.delete(f"/v1/videos/{dropped['id']}")
    seen = await scraped(house)
    for code in ("completed", "out_of_memory", "cancelled"):
        assert seen[f"qunying_jobs_ended_total{{code={code},engine=draft}}"] == 1
    assert seen["qunying_job_seconds_count{engine=draft}"] == 1


async def test_a_finish_is_no_film_of_its_engine(house: House) -> None:
    film = await house.order("good")
    await house.film()
    await house.http.post(f"/v1/videos/{film['id']}/finish", json={"loop": "loop"})
    assert (await scraped(house))["qunying_jobs{lane=finish,status=queued}"] == 1
    await house.film("finish")
    seen = await scraped(house)
    for kind in ("draft", "finish"):
        assert seen[f"qunying_jobs_ended_total{{code=completed,engine={kind}}}"] == 1
        assert seen[f"qunying_job_seconds_count{{engine={kind}}}"] == 1


async def test_how_long_it_waited_each_stage_and_memory_are_told_by_engine(house: House) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    stages = {"denoise": 30.5, "decode": 4, 'x"} 1': 1, "strange": "long"}
    told = {"stage_seconds": stages, "peak_bytes": 5_000_000_000}
    await house.upload(errand, "sidecar", json.dumps(told).encode())
    await house.upload(errand)
    await house.end(errand, "complete")
    seen = await scraped(house)
    assert seen["qunying_wait_seconds_count{engine=draft}"] == 1
    assert seen["qunying_stage_seconds_sum{engine=draft,stage=denoise}"] == 30.5
    assert seen["qunying_stage_seconds_sum{engine=draft,stage=decode}"] == 4
    assert sum("qunying_stage_seconds_count" in name for name in seen) == 2
    assert seen["qunying_peak_bytes{engine=draft}"] == 5_000_000_000
    assert seen["process_resident_memory_bytes{}"] > 1_000_000


@pytest.mark.parametrize("told", [b"", b"[1]", b'{"stage_seconds": 3, "peak_bytes": "all"}'])
async def test_a_sidecar_that_says_nonsense_counts_as_none(house: House, told: bytes) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.upload(errand, "sidecar", told)
    await house.upload(errand)
    assert (await house.end(errand, "complete")).status_code == 204
    seen = await scraped(house)
    assert not any("stage" in name or "peak" in name for name in seen)


async def test_a_try_that_will_be_repeated_is_no_end(house: House) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.end(errand, "fail", code="engine_failed", message="?", retry=True)
    seen = await scraped(house)
    assert not any(name.startswith("qunying_jobs_ended_total") for name in seen)


async def test_the_log_has_one_line_with_the_seconds_for_a_job_that_failed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.end(errand, "fail", code="out_of_memory", message="too large")
    lines = [line for line in caplog.messages if "out_of_memory" in line]
    assert len(lines) == 1
    assert re.fullmatch(r"job video_\w+: out_of_memory: .*; now failed after \d+\.\d s", lines[0])


async def test_every_step_down_is_counted(house: House) -> None:
    for codes in (["int8", "tiles_200x144"], ["int8"], []):
        await house.order()
        errand = await house.claim()
        assert errand is not None
        await house.upload(errand)
        answer = await house.end(errand, "complete", step_downs=codes)
        assert answer.status_code == 204
    seen = await scraped(house)
    assert seen["qunying_step_downs_total{code=int8,engine=draft}"] == 2
    assert seen["qunying_step_downs_total{code=tiles_200x144,engine=draft}"] == 1


async def test_a_worker_that_names_a_hundred_troubles_makes_no_hundred_series(house: House) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.upload(errand, "sidecar", json.dumps({"stage_seconds": stages()}).encode())
    await house.upload(errand)
    await house.end(errand, "complete")
    seen = await scraped(house)
    assert sum(name.startswith("qunying_stage_seconds_count") for name in seen) == 51
    assert seen["qunying_stage_seconds_count{engine=draft,stage=other}"] == 50


def stages() -> dict[str, float]:
    return {f"{a}{b}": 1.0 for a in "abcdefghij" for b in "abcdefghij"}


async def test_what_a_full_disk_undid_is_not_counted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.upload(errand)
    end = JobTable.end

    def full(table: JobTable, *given: object) -> object:
        end(table, *given)  # type: ignore[arg-type]
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(JobTable, "end", full)
        assert (await house.end(errand, "complete")).status_code == 507
    assert (await house.end(errand, "complete")).status_code == 204
    seen = await scraped(house)
    assert seen["qunying_jobs_ended_total{code=completed,engine=draft}"] == 1


async def test_only_who_may_call_may_look(tmp_path: Path) -> None:
    async with open_house(tmp_path / "service", token="secret") as house:
        assert (await house.stranger.get("/metrics")).status_code == 401
        assert (await house.http.get("/metrics")).status_code == 200
