"""A `glimpse serve` that runs while a test or a measurement needs it, and is gone afterwards.

Standard library only. Used by scripts/browser-test and the benchmarks:

    with GlimpseServer(binary, photos, home) as server:
        server.wait_until_indexed()
        server.post("/search/text", {"query": "a dog"})
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


class ServerError(Exception):
    """The server did not do what was waited for; the message ends with its last lines."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class GlimpseServer:
    """Starts `binary serve` on a free port over `photos`, with all data under `home`."""

    def __init__(self, binary: pathlib.Path, photos: pathlib.Path, home: pathlib.Path, log: pathlib.Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [str(binary), "serve", "--photos", str(photos), "--port", str(self.port)]
        self._environment = {**os.environ, "GLIMPSE_HOME": str(home)}
        self._log = log
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "GlimpseServer":
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait_until_it_answers(seconds=60)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int | None:
        """Asks the server to end, insists after 10 s; returns its exit status."""
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                pass
        # Whatever it left behind in its own session, such as a decoding child, goes with it.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return process.wait()

    def get(self, path: str, timeout: float = 20):
        with urllib.request.urlopen(self.url + path, timeout=timeout) as response:
            return json.load(response)

    def post(self, path: str, body: dict, timeout: float = 60):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return json.load(response)

    def wait_until_indexed(self, seconds: float) -> dict:
        """Waits for the first indexing run to end; returns `/stats`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._check_alive()
            status = self.get("/reindex/status")
            if status["state"] == "failed":
                raise ServerError(f"indexing failed: {status.get('error')}\n{self.last_lines()}")
            if status["state"] in ("idle", "succeeded"):
                stats = self.get("/stats")
                if stats["total"] + stats["failed_count"] > 0:
                    return stats
            time.sleep(0.2)
        raise ServerError(f"indexing did not end within {seconds:.0f} s\n{self.last_lines()}")

    def last_lines(self, count: int = 20) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(["the server's last lines:", *lines])

    def _wait_until_it_answers(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._check_alive()
            try:
                self.get("/health", timeout=2)
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise ServerError(f"the server did not answer within {seconds:.0f} s\n{self.last_lines()}")

    def _check_alive(self) -> None:
        assert self._process is not None
        status = self._process.poll()
        if status is not None:
            raise ServerError(f"the server ended with status {status}\n{self.last_lines()}")
