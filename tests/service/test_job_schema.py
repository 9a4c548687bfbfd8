"""A table of jobs from an earlier version is taken over with all that is in it."""

import sqlite3
from pathlib import Path

import pytest

from tests.service.table import Clock, open_table
from video_service.job_schema import MIGRATIONS
from video_service.schema import Status

ROW = (
    "INSERT INTO jobs(id, owner, fingerprint, request, shot, photo, status, progress, created_at)"
    """ VALUES ('video_old', 'mum', 'f', '{"prompt": "熊猫", "seed": 7}', '{"model": "draft","""
    """ "prompt": "熊猫", "width": 720, "height": 480, "frames": 81, "fps": 16, "steps": 0,"""
    """ "guidance": 0.0, "seed": 7}', 1, 'queued', 0, 1800000000)"""
)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_jobs_of_an_earlier_version_are_still_there_and_can_be_done(
    tmp_path: Path, version: int
) -> None:
    file = tmp_path / "jobs.db"
    old = sqlite3.connect(file)
    old.executescript("".join(MIGRATIONS[:version]) + f"PRAGMA user_version={version};")
    old.execute(ROW)
    old.commit()
    old.close()
    with open_table(file, Clock()) as table:
        job = table.claim()
        told = job.wire()
        assert (job.id, job.lane, job.clips, job.joined) == ("video_old", "card", 0, ())
        assert (told.seed, told.has_photo, told.has_music, told.finish) == (7, True, False, None)
        done = table.leases.complete(job.id, job.lease_token)
        assert done.status is Status.completed
