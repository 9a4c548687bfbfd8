"""What a hub lists for one model and where each file is: ModelScope and Hugging Face.

Both give a listing with sizes and checksums and serve files in ranges; nothing else is asked of
them. `MODELSCOPE_ENDPOINT` and `HF_ENDPOINT` name a mirror, as for the hubs' own tools.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import httpx

from video_service.engines.specs import EngineSpec
from video_service.models import wording
from video_service.models.errors import Refused, Unreachable
from video_service.schema.config import secret

HubName = Literal["modelscope", "huggingface"]
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
PLAIN = {"Accept-Encoding": "identity", "User-Agent": "qunying"}  # ranges count plain bytes


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as listed; `digest` is "sha256:…", or "git:…" for a small one on Hugging Face."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Repo:
    """One published model on one hub."""

    hub: HubName
    id: str
    base: str  # the hub's address
    token: str | None

    @property
    def name(self) -> str:
        """What its folder is called."""
        return self.id.rpartition("/")[2]

    def address(self, path: str) -> str:
        """Where the file's bytes are; large ones answer with a redirect to another host."""
        if self.hub == "modelscope":
            where = f"{self.base}/api/v1/models/{self.id}/repo"
            return f"{where}?Revision=master&FilePath={quote(path, safe='')}"
        return f"{self.base}/{self.id}/resolve/main/{quote(path)}"

    def open(self) -> httpx.Client:
        """A client with our token, which httpx does not carry on to other hosts."""
        headers = dict(PLAIN)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
            if self.hub == "modelscope":  # its older interface asks for a cookie
                headers["Cookie"] = f"m_session_id={self.token}"
        return httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=True)

    def files(self, client: httpx.Client) -> list[RemoteFile]:
        """All its files; Refused or Unreachable."""
        return (_from_modelscope if self.hub == "modelscope" else _from_huggingface)(self, client)

    def no(self, response: httpx.Response) -> Refused | Unreachable:
        """The hub's refusal, in words that help."""
        status, told = response.status_code, response.headers.get("X-Error-Code")
        what = f"{self.hub} answered {status} for {self.id}"
        if status in (404, 410) or told == "RepoNotFound":
            return Refused(what, wording.NOT_THERE.format(id=self.id, hub=wording.HUBS[self.hub]))
        if status in (401, 403):
            page = f"{self.base}/{'models/' if self.hub == 'modelscope' else ''}{self.id}"
            return Refused(what, wording.GATED[self.hub].format(page=page))
        return Unreachable(what, wording.BUSY.format(hub=wording.HUBS[self.hub], status=status))

    def silent(self, error: httpx.TransportError) -> Unreachable:
        """No answer at all."""
        what = f"{self.base} cannot be reached: {type(error).__name__}: {error}"
        return Unreachable(what, wording.NO_NETWORK.format(base=self.base))


def repo_of(spec: EngineSpec, hub: HubName) -> Repo | None:
    """Where `hub` has the engine's folder; None: it has none."""
    if hub == "modelscope":
        id, base = spec.source.modelscope, "https://modelscope.cn"
        base, token = os.environ.get("MODELSCOPE_ENDPOINT") or base, secret("MODELSCOPE_API_TOKEN")
    else:
        id, base = spec.source.huggingface, "https://huggingface.co"
        base, token = os.environ.get("HF_ENDPOINT") or base, secret("HF_TOKEN")
    return Repo(hub, id, base.rstrip("/"), token) if id else None


def _from_modelscope(repo: Repo, client: httpx.Client) -> list[RemoteFile]:
    url = f"{repo.base}/api/v1/models/{repo.id}/repo/files?Revision=master&Recursive=True"
    response = _ask(repo, client, url)
    with _understood(repo):
        rows = response.json()["Data"]["Files"]
        return [
            RemoteFile(row["Path"], int(row["Size"]), f"sha256:{row['Sha256']}")
            for row in rows
            if row["Type"] != "tree"
        ]


def _from_huggingface(repo: Repo, client: httpx.Client) -> list[RemoteFile]:
    page: str | None = f"{repo.base}/api/models/{repo.id}/tree/main?recursive=true"
    files: list[RemoteFile] = []
    while page:
        response = _ask(repo, client, page)
        with _understood(repo):
            rows = response.json()
            files += [_huggingface_file(row) for row in rows if row["type"] == "file"]
        page = response.links.get("next", {}).get("url")
    return files


def _huggingface_file(row: dict[str, Any]) -> RemoteFile:
    large = row.get("lfs")
    digest = f"sha256:{large['oid']}" if large else f"git:{row['oid']}"
    return RemoteFile(row["path"], int(row["size"]), digest)


def _ask(repo: Repo, client: httpx.Client, url: str) -> httpx.Response:
    try:
        response = client.get(url)
    except httpx.TransportError as error:
        raise repo.silent(error) from error
    if not response.is_success:
        raise repo.no(response)
    return response


@contextmanager
def _understood(repo: Repo) -> Iterator[None]:
    """A mirror that is none, or a hotel's login page, answers something else."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        what = f"{repo.base} listed {repo.id} in a shape of its own: {error!r}"
        raise Unreachable(what, wording.ODD.format(base=repo.base)) from error
