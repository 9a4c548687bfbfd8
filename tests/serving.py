"""A real HTTP server of a test's own: in a thread of this process, for as long as a block lasts."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    """What such servers do alike; whose they are is an attribute that `serving` gives them."""

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def tell(
        self, status: int, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> None:
        """One whole answer; with `kind` empty, it does not say of which."""
        with suppress(OSError):  # the other side had no more patience
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who wants to know what was asked keeps it."""


@contextmanager
def serving(kind: type[Answers], port: int = 0, **given: object) -> Iterator[str]:
    """The address of a server, such as http://127.0.0.1:4711; `given` is on each of its `kind`."""
    handler = type(kind.__name__, (kind,), given)
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(url: str) -> None:
    """Stand until Ctrl+C; whoever started the program reads the address on its first line."""
    sys.stdout.write(url + "\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
