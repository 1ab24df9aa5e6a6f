"""Servers for the site's tests, loopback only: the site, Pyodide's CDN, and a proxy that sees every request to another host."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import mimetypes
import select
import socket
import socketserver
import ssl
import sys
import threading
from pathlib import Path

COMPRESSED = (
    "text/",
    "application/json",
    "application/javascript",
    "application/wasm",
    "image/svg",
)  # as static hosts do
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".ipynb": "application/json"}


class _Quiet:
    """A server that says nothing of readers who hang up."""

    daemon_threads = True

    def handle_error(self, *_):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*_)


class _Web(_Quiet, http.server.ThreadingHTTPServer):
    pass


class _Tunnel(_Quiet, socketserver.ThreadingTCPServer):
    pass


class Folder:
    """Serves a folder over HTTP, or HTTPS with a certificate; counts the bytes that go over the wire.

    ``instead``: path in the folder -> bytes that are answered instead of the file's.

    ``url``: with a slash at its end; ``sent``: path -> bytes of all answers to it; ``missing``: paths that were asked for in vain.
    """

    def __init__(self, folder: Path, certificate: Path | None = None, prefix: str = "/", instead: dict | None = None):
        self.sent: dict[str, int] = {}
        self.missing: list[str] = []
        self._lock, self._zipped, self._instead, outer = threading.Lock(), {}, instead or {}, self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer._answer(self, folder, prefix)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self._server = _Web(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request, folder: Path, prefix: str) -> None:
        path = request.path.split("?")[0].split("#")[0]
        file = folder / path.removeprefix(prefix).lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        if not path.startswith(prefix) or not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
            with self._lock:
                self.missing.append(path)
            request.send_error(404)
            return
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        zipped = kind.startswith(COMPRESSED) and "gzip" in request.headers.get("Accept-Encoding", "")
        body = self._instead.get(file.relative_to(folder).as_posix()) or file.read_bytes()
        if zipped:
            body = self._gzip(file, body)
        with self._lock:
            self.sent[path] = self.sent.get(path, 0) + len(body)
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Access-Control-Allow-Origin", "*")
        if zipped:
            request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        if request.command == "GET":
            with contextlib.suppress(ConnectionError):  # the reader went on to another page
                request.wfile.write(body)

    def _gzip(self, file: Path, body: bytes) -> bytes:
        if file not in self._zipped:
            self._zipped[file] = gzip.compress(body, 6)
        return self._zipped[file]


class Proxy:
    """A forward proxy that records who was called and lets nobody through but ``answers``: host -> loopback port.

    Unlike the page's own events it also sees what workers and the service worker ask for.
    """

    def __init__(self, answers: dict[str, int] | None = None):
        self.called: list[str] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                line = self.rfile.readline().decode("latin-1").split()
                while self.rfile.readline().strip():
                    pass
                if len(line) < 2:
                    return
                host = line[1].split("//")[-1].split("/")[0].split(":")[0]
                outer.called.append(host)
                port = (answers or {}).get(host) if line[0] == "CONNECT" else None
                if port is None:
                    self.wfile.write(b"HTTP/1.1 502 Nobody is let through\r\nContent-Length: 0\r\n\r\n")
                    return
                self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                with socket.create_connection(("127.0.0.1", port)) as other:
                    _pass_on(self.connection, other)

        self._server = _Tunnel(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (other if ready is one else one).sendall(data)
