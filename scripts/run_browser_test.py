"""Serves PHOTOS, waits for its index, runs pytest on Tests/Browser, stops the server: PHOTOS WORK [PYTEST OPTION…].

The tests find in their environment:
GLIMPSE_URL     where the server answers, as in http://127.0.0.1:41234
GLIMPSE_PHOTOS  the folder that is served, for a picture to drop on the page
"""

import os
import pathlib
import signal
import subprocess
import sys

from glimpse_server import ROOT, GlimpseServer, ServerError


def main(photos: pathlib.Path, work: pathlib.Path, options: list[str]) -> int:
    # A timeout must still stop the server: it lives in a session of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    binary = ROOT / ".build/debug/glimpse"
    log = ROOT / ".build/browser-test-server.log"
    try:
        with GlimpseServer(binary, photos, work / "home", log) as server:
            stats = server.wait_until_indexed(seconds=400)
            print(f"glimpse: {stats['total']} pictures indexed, {stats['failed_count']} failed", flush=True)
            command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "Tests/Browser", *options]
            environment = {**os.environ, "GLIMPSE_URL": server.url, "GLIMPSE_PHOTOS": str(photos)}
            status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
            if status != 0:
                print(server.last_lines(), file=sys.stderr)
            return status
    except ServerError as error:
        print(f"glimpse: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]))
