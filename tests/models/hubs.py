"""Both hubs on this machine, in their true shapes, serving folders; faults can be ordered.

A file tracked by LFS is answered by a redirect to another host, as both hubs do; the rest at once.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.serving import Answers, serving

LFS = (".safetensors", ".bin", ".model")
COMMIT = "1137dacfc2c9c012bed6a0793f4ecf2ca8e7ba01"
LONG = 50_000


@dataclass
class Hub:
    """What both hubs publish, and what they are told to do wrong.

    `folders`: by id, such as "ZhipuAI/CogVideoX-2b". `gated`: ids that want this token.
    `break_after`: after so many bytes of a file's body the line goes dead, by path, once each.
    `corrupt`: how many times to send a file with one wrong byte, by path. `refuse`: the status
    that answers a file, by path, so many times. `deaf`: ignore Range, as some caches do.
    """

    folders: dict[str, Path] = field(default_factory=dict)
    gated: dict[str, str] = field(default_factory=dict)
    break_after: dict[str, int] = field(default_factory=dict)
    corrupt: Counter[str] = field(default_factory=Counter)
    refuse: dict[str, tuple[int, int]] = field(default_factory=dict)
    deaf: bool = False
    sent: Counter[str] = field(default_factory=Counter)  # bytes by path
    asked: Counter[str] = field(default_factory=Counter)  # requests by path
    tokens_abroad: list[str] = field(default_factory=list)  # what the other host was told
    hold: threading.Event | None = None  # a long body stops half-way; the line dies when it is set
    held: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    store: str = ""  # the other host, where the large files are


@contextmanager
def open_hubs(hub: Hub) -> Iterator[Hub]:
    """Both hosts, for as long as the block lasts."""
    with serving(_Pages, hub=hub) as hub.url, serving(_Store, hub=hub) as store:
        hub.store = store.replace("127.0.0.1", "localhost")  # another origin
        yield hub


class _Files(Answers):
    """What both hubs share: JSON, and a file in ranges."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def say(self, status: int, told: object, **headers: str) -> None:
        self.tell(status, json.dumps(told).encode(), **headers)

    def give(self, repo: str, path: str) -> None:
        """The file's bytes from where the Range header begins, with the faults ordered for it."""
        hub = self.hub
        hub.asked[path] += 1
        status, times = hub.refuse.get(path, (0, 0))
        if times:
            hub.refuse[path] = (status, times - 1)
            self.say(status, {"error": "not now"}, Retry_After="0")
            return
        content = bytearray((hub.folders[repo] / path).read_bytes())
        if hub.corrupt[path]:
            hub.corrupt[path] -= 1
            content[-1] ^= 1
        start = 0 if hub.deaf else self._start()
        if start >= len(content) > 0:
            self.say(416, {}, Content_Range=f"bytes */{len(content)}")
            return
        self._send(path, bytes(content), start)

    def _send(self, path: str, content: bytes, start: int) -> None:
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{_git_name(content)}"')
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.command == "HEAD":
            return
        if (ends := self.hub.break_after.pop(path, None)) is not None:
            self._write(path, content[start:ends])
            self.close_connection = True
            self.connection.close()
            return
        if self.hub.hold is not None and len(content) > LONG:
            middle = start + (len(content) - start) // 2
            self._write(path, content[start:middle])
            self.hub.held.set()
            self.hub.hold.wait()
            self.close_connection = True
            return
        self._write(path, content[start:])

    def _write(self, path: str, some: bytes) -> None:
        self.wfile.write(some)
        self.wfile.flush()
        self.hub.sent[path] += len(some)

    def _start(self) -> int:
        wanted = self.headers.get("Range", "bytes=0-")
        return int(wanted.removeprefix("bytes=").split("-")[0])


class _Store(_Files):
    """The other host: it knows no token, and must not be told one."""

    def do_GET(self) -> None:
        if token := self.headers.get("Authorization"):
            self.hub.tokens_abroad.append(token)
        _, owner, name, *path = unquote(urlsplit(self.path).path).split("/")
        self.give(f"{owner}/{name}", "/".join(path))


class _Pages(_Files):
    """The hubs themselves: listings, small files, and where the large ones are."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        words = {name: values[0] for name, values in parse_qs(at.query).items()}
        match unquote(at.path).strip("/").split("/"):
            case ["api", "v1", "models", owner, name, "repo", "files"]:
                self._modelscope_files(f"{owner}/{name}", words)
            case ["api", "v1", "models", owner, name, "repo"]:
                self._file(f"{owner}/{name}", words["FilePath"], huggingface=False)
            case ["api", "models", owner, name, "tree", _]:
                self._huggingface_tree(f"{owner}/{name}", words)
            case [owner, name, "resolve", _, *path]:
                self._file(f"{owner}/{name}", "/".join(path), huggingface=True)
            case _:
                self.say(404, {"error": "no such page"})

    def _modelscope_files(self, repo: str, words: dict[str, str]) -> None:
        if repo not in self.hub.folders:
            told = {
                "Code": 10010205001,
                "Message": "模型不存在",
                "RequestId": "0",
                "Success": False,
            }
            self.say(404, told)
            return
        folder = self.hub.folders[repo]
        files = [_modelscope_row(file, folder) for file in _everything(folder)]
        data = {"Files": files, "IsVisual": 0, "LatestCommitter": None}
        ok = {"Code": 200, "Data": data, "Message": "success", "RequestId": "0", "Success": True}
        self.say(200, ok)

    def _huggingface_tree(self, repo: str, words: dict[str, str]) -> None:
        if repo not in self.hub.folders:  # it tells strangers nothing of what is not there
            self.say(401, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
            return
        folder = self.hub.folders[repo]
        rows = [_huggingface_row(file, folder) for file in _everything(folder)]
        start = int(words.get("cursor", 0))
        ends = start + 7  # as small pages as make a second one necessary
        more = {}
        if ends < len(rows):
            at = f"{self.hub.url}{urlsplit(self.path).path}?recursive=true&cursor={ends}"
            more = {"Link": f'<{at}>; rel="next"'}
        self.say(200, rows[start:ends], **more)

    def _file(self, repo: str, path: str, *, huggingface: bool) -> None:
        token = self.hub.gated.get(repo)
        if token is not None and self.headers.get("Authorization") != f"Bearer {token}":
            status = 403 if "Authorization" in self.headers else 401
            self.say(status, {"error": "Access is restricted"}, X_Error_Code="GatedRepo")
        elif not (self.hub.folders[repo] / path).is_file():
            self.say(404, {"error": "Entry not found"}, X_Error_Code="EntryNotFound")
        elif _is_large(self.hub.folders[repo] / path):
            there = f"{self.hub.store}/{repo}/{quote(path)}?X-Amz-Signature=abc"
            self.say(302, {}, Location=there, **_linked(self.hub.folders[repo] / path))
        else:
            self.give(repo, path)


def _everything(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def _is_large(file: Path) -> bool:
    return file.suffix in LFS


def _linked(file: Path) -> dict[str, str]:
    """What Hugging Face tells of a large file before it sends one away to get it."""
    content = file.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    return {"X_Repo_Commit": COMMIT, "X_Linked_Size": str(len(content)), "X_Linked_ETag": etag}


def _modelscope_row(file: Path, folder: Path) -> dict[str, Any]:
    path = file.relative_to(folder).as_posix()
    row: dict[str, Any] = {
        "CommitMessage": "upload",
        "CommittedDate": 1722846081,
        "InCheck": False,
        "Name": file.name,
        "Path": path,
        "Revision": "1b5e5ee2bd26a9e2bd4b31a2ed1b4f2a9f5e9cb6",
        "Type": "tree" if file.is_dir() else "blob",
    }
    if file.is_dir():
        return {**row, "IsLFS": False, "Mode": "", "Sha256": "", "Size": 0}
    content = file.read_bytes()
    told = hashlib.sha256(content).hexdigest()
    large = _is_large(file)
    return {**row, "IsLFS": large, "Mode": "33188", "Sha256": told, "Size": len(content)}


def _huggingface_row(file: Path, folder: Path) -> dict[str, Any]:
    path = file.relative_to(folder).as_posix()
    if file.is_dir():
        return {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}
    content = file.read_bytes()
    row = {"type": "file", "oid": _git_name(content), "size": len(content), "path": path}
    if not _is_large(file):
        return row
    sha256 = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\n".encode()
    lfs = {"oid": sha256, "size": len(content), "pointerSize": 135}
    return {**row, "oid": _git_name(pointer), "lfs": lfs}


def _git_name(content: bytes) -> str:
    named = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return named.hexdigest()
