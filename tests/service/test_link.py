"""The worker's line to the service is patient, and gives up only where waiting cannot help."""

from pathlib import Path

import httpx
import pytest

from tests.service.test_worker import SHOT
from video_service import link
from video_service.errand import Errand
from video_service.link import JobGone, Link, LinkError, ServiceDiskFull

ERRAND = Errand(id="video_1", token=3, attempt=1, shot=SHOT, photo=True, lease_s=9, beat_s=9)


class Service:
    """Answers from a script; the last line is repeated."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        self.script, self.heard = list(script), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, Exception):
            raise said
        return said


def linked(service: Service, monkeypatch: pytest.MonkeyPatch) -> Link:
    made = Link("http://service", "token", "local/0")
    made._http.close()
    headers = made._http.headers
    made._http = httpx.Client(
        base_url="http://service", headers=headers, transport=httpx.MockTransport(service)
    )
    monkeypatch.setattr(link, "PAUSES_S", (0.0,))
    return made


def test_it_asks_again_until_the_service_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = {"errand": ERRAND.model_dump(mode="json")}
    service = Service(
        httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(408),
        httpx.Response(200, json=offer),
    )  # fmt: skip
    assert linked(service, monkeypatch).claim() == ERRAND
    assert len(service.heard) == 4
    assert service.heard[0].headers["authorization"] == "Bearer token"


def test_a_finished_film_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(link, "PATIENCE_S", 0.0)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    away = linked(Service(httpx.Response(507, text="disk_full")), monkeypatch)
    with pytest.raises(ServiceDiskFull):
        away.upload(ERRAND, "video", film)


@pytest.mark.parametrize("status", [404, 409])
def test_a_job_that_is_gone_is_dropped_at_once(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    service = Service(httpx.Response(status, text="lease_lost"))
    with pytest.raises(JobGone):
        linked(service, monkeypatch).complete(ERRAND)
    assert len(service.heard) == 1


def test_a_wrong_token_is_no_reason_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LinkError, match="401"):
        linked(Service(httpx.Response(401, text="no")), monkeypatch).claim()


def test_a_lost_beat_says_nothing_against_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    script = httpx.ReadTimeout("slow"), httpx.Response(500), httpx.Response(200, json={"go_on": 0})
    line = linked(Service(*script), monkeypatch)
    assert [line.beat(ERRAND) for _ in range(3)] == [True, True, False]


def test_what_cannot_be_understood_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = linked(Service(httpx.Response(200, text="<html>log in")), monkeypatch)
    with pytest.raises(LinkError, match=r"/claim: cannot be understood: '<html>log in'"):
        line.claim()
    assert line.beat(ERRAND)


def test_a_failure_fits_through_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(httpx.Response(204))
    linked(service, monkeypatch).fail(ERRAND, "engine_failed", "x" * 9999, retry=True)
    assert len(service.heard[0].content) < 3000
