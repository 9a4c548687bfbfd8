"""A worker's line to the service: the verbs of /internal/jobs, patient through a restart of it.

LinkError            the service refused for good, or stayed away too long
├── Unwelcome        it does not take our token
├── JobGone          the job is no longer this worker's: drop it
└── ServiceDiskFull  it has no room for the film, and did not get any while we waited
"""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from video_service.client import Artefact
from video_service.engines.specs import Lane
from video_service.errand import Beat, Claim, Done, Errand, Failure, Leave, Offer, Pulse
from video_service.schema.config import WORKER_TOKEN

log = logging.getLogger(__name__)
CLAIM_WAIT_S = 20.0
PATIENCE_S = 120.0  # how long a finished film waits for its service to come back
FULL_S = 30.0  # how long for room on its disk: all that time nobody else is filmed for
DISK_FULL = 507
TOO_SLOW = 408  # a machine that slept within an upload is told so when it wakes
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
SEND_S = 60.0  # an upload
LEAVE_S = 3.0  # whoever told us to stop waits for it
MESSAGE_CHARS = 2000
M = TypeVar("M", bound=BaseModel)


class LinkError(Exception):
    """The service refused for good, or stayed away too long."""


class Unwelcome(LinkError):
    """The service does not take our token."""


class JobGone(LinkError):
    """Somebody else has the job, or it is over."""


class ServiceDiskFull(LinkError):
    """No room for the film."""


class Link:
    """Blocking; safe to use from the worker's beat thread as well."""

    def __init__(self, service: str, token: str, worker: str, lane: Lane = "card") -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=service, headers=headers, timeout=10, trust_env=False)
        self._worker, self._lane = worker, lane
        self._away = False

    def claim(
        self, wait_s: float = CLAIM_WAIT_S, between: Callable[[], None] | None = None
    ) -> Errand | None:
        """The next job, or None after a while without one; waits for the service for ever.

        `between`, called before every pause, may raise to end the waiting.
        """
        said = Claim(worker=self._worker, lane=self._lane, wait_s=wait_s)
        answer = self._insist(
            "POST", "claim", float("inf"), between, json=_json(said), timeout=wait_s + 10
        )
        return _read(Offer, answer).errand

    def beat(self, errand: Errand, stage: str | None = None, progress: int = 0) -> bool:
        """Tell that it goes on; False: stop. A service that is away says nothing against it."""
        said = Beat(token=errand.token, stage=stage, progress=progress)
        try:
            answer = self._http.post(f"/internal/jobs/{errand.id}/heartbeat", json=_json(said))
            if answer.is_success:
                return _read(Pulse, answer).go_on
        except (httpx.TransportError, LinkError) as error:
            log.debug("job %s: beat lost: %r", errand.id, error)
        return True

    def photo(self, errand: Errand) -> bytes | None:
        """The photo to film from, when there is one."""
        if not errand.photo:
            return None
        return self._insist("GET", f"{errand.id}/photo", PATIENCE_S).content

    def given(self, errand: Errand, name: str, to: Path) -> Path:
        """One of the files that the job works from: its music, its voice, a clip; written `to`."""
        to.write_bytes(self._insist("GET", f"{errand.id}/given/{name}", PATIENCE_S).content)
        return to

    def upload(self, errand: Errand, variant: Artefact, file: Path) -> None:
        """Bring one file of the film to the service."""
        params = {"variant": variant, "token": str(errand.token)}
        self._insist(
            "PUT", f"{errand.id}/artefact", PATIENCE_S,
            params=params, content=file.read_bytes(), timeout=SEND_S,
        )  # fmt: skip

    def complete(self, errand: Errand, step_downs: Sequence[str] = ()) -> None:
        """Everything is uploaded; `step_downs`: what was made smaller to fit."""
        said = Done(token=errand.token, step_downs=list(step_downs))
        self._insist("POST", f"{errand.id}/complete", PATIENCE_S, json=_json(said))

    def fail(self, errand: Errand, code: str, message: str, *, retry: bool) -> None:
        """It did not work."""
        said = Failure(token=errand.token, code=code, message=message[:MESSAGE_CHARS], retry=retry)
        self._insist("POST", f"{errand.id}/fail", PATIENCE_S, json=_json(said))

    def leave(self) -> None:
        """Tell that this worker ends. Unheard, the lease does the rest."""
        said = _json(Leave(worker=self._worker))
        try:
            self._http.post("/internal/jobs/leave", json=said, timeout=LEAVE_S)
        except httpx.TransportError as error:
            log.debug("left unheard: %r", error)

    def _insist(
        self, method: str, path: str, patience: float,
        between: Callable[[], None] | None = None, **more: Any,
    ) -> httpx.Response:  # fmt: skip
        """Ask until there is an answer; a service that restarts is asked again."""
        began, tries = time.monotonic(), 0
        while True:
            try:
                answer = self._http.request(method, f"/internal/jobs/{path}", **more)
                if not (answer.is_server_error or answer.status_code == TOO_SLOW):
                    return self._judge(answer)
                full = answer.status_code == DISK_FULL
                trouble = f"{answer.status_code} {answer.text[:200]}"
            except httpx.TransportError as error:
                full, trouble = False, repr(error)
            if time.monotonic() - began > (_until_room(patience) if full else patience):
                raise (ServiceDiskFull if full else LinkError)(f"{method} {path}: {trouble}")
            if tries and not self._away:  # the first miss may be our own end coming
                self._away = True
                what = "has no room" if full else "is away"
                log.warning("the service %s: %s %s: %s", what, method, path, trouble)
            if between:
                between()
            time.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
            tries += 1

    def _judge(self, answer: httpx.Response) -> httpx.Response:
        if self._away:
            log.info("the service is back")
        self._away = False
        if answer.status_code in (404, 409):
            raise JobGone(answer.text[:200])
        if answer.status_code == 401:
            raise Unwelcome(
                f"401: the service does not take our token: set {WORKER_TOKEN} as there"
            )
        if answer.is_error:
            raise LinkError(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
        return answer


def _until_room(patience: float) -> float:
    """Seconds; who has nothing in hand waits for ever."""
    return patience if patience == float("inf") else min(patience, FULL_S)


def _read(kind: type[M], answer: httpx.Response) -> M:
    """What the service said; it may be another program, or another version of it."""
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        what = f"{answer.request.url.path}: cannot be understood: {answer.text[:200]!r}"
        raise LinkError(what) from error


def _json(said: BaseModel) -> dict[str, Any]:
    return said.model_dump(mode="json")
