"""Fourteen kills among service, workers and Redis: every job that was taken is done, once."""

from pathlib import Path

import pytest

from tests.cluster.cell import needs_cluster
from tests.cluster.chaos import chaos

pytestmark = needs_cluster


def test_twenty_jobs_survive_fourteen_kills(tmp_path: Path) -> None:
    outcome = chaos(tmp_path, 7)
    assert outcome.right, outcome


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_survive_other_kills_as_well(tmp_path: Path, seed: int) -> None:
    outcome = chaos(tmp_path, seed)
    assert outcome.right, outcome
