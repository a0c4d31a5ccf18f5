"""Make sure the page's tests find axe-core, which checks it for what hinders people: from npm, once, into .cache/.

Where npm is missing or reaches no registry, those tests are skipped and say so; under CI that is an error instead,
because a page nobody checked is not accessible by itself. axe-core (MPL-2.0) is a tool of the tests, and is not part
of the product.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
# Of axe.min.js: the tests run it inside the page.
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
AXE = Path(__file__).resolve().parents[1] / ".cache" / f"axe-core-{VERSION}" / "axe.min.js"
SECONDS = 120


def fetch() -> str | None:
    """Put axe.min.js in its place; what is wrong, or None."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm was not found"
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--ignore-scripts"]
        try:
            finished = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"npm did not deliver axe-core {VERSION} within {SECONDS} seconds"
        packed = list(Path(folder).glob("*.tgz"))
        if finished.returncode or not packed:
            return f"npm could not deliver axe-core {VERSION}: {finished.stderr.strip() or 'no reason given'}"
        with tarfile.open(packed[0]) as archive:
            member = archive.extractfile("package/axe.min.js")
            script = member.read() if member else b""
    if hashlib.sha256(script).hexdigest() != SHA256:
        return f"what npm delivered is not axe-core {VERSION}"
    AXE.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: the tests take the file for what it says.
    made = AXE.with_suffix(f".{os.getpid()}")
    made.write_bytes(script)
    made.replace(AXE)
    return None


def main() -> int:
    """Exit code 0 where the tests may go on."""
    if AXE.is_file():
        return 0
    print("Fetching axe-core for the page's tests (once) ...", flush=True)
    problem = fetch()
    if problem is None:
        return 0
    print(
        f"{problem[0].upper()}{problem[1:]}: the accessibility tests will be skipped. Install Node.js with npm to "
        "run them.",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
