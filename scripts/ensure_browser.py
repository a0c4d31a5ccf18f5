"""Make sure the page's tests find a Chromium: use the system's, else install it where that is possible.

Where it is not (no root, no apt), the browser tests are skipped and say so; under CI that is an error instead,
because a page nobody opened has not been tested.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """Path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Exit code 0 where the tests may go on."""
    if find_browser():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the page's tests (once) ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core"],
        ):
            finished = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
            if finished.returncode:
                print(f"{' '.join(command)} failed with exit code {finished.returncode}", file=sys.stderr)
                break
    if find_browser():
        return 0
    print(
        "No Chromium found: the browser tests will be skipped. Install 'chromium' to run them.",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
