"""npm packages beside a test, once for all of its processes; skipped where they cannot be had."""

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

INSTALL_S = 600
NO_NODE = "node is missing: apt-get install nodejs npm (or see nodejs.org), version 18 or newer"


def install(folder: Path) -> None:
    """What the package.json of `folder` names, in its node_modules."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(NO_NODE)
    with (Path(tempfile.gettempdir()) / f"qunying-npm-{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes installs
        done, wanted = folder / "node_modules" / ".done", (folder / "package.json").read_text()
        if done.exists() and done.read_text() == wanted:
            return
        npm = subprocess.run(
            ["npm", "install", "--no-package-lock"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
        )
        if npm.returncode:
            pytest.skip(f"npm install in {folder.name} failed: {npm.stderr.strip()[-300:]}")
        done.write_text(wanted)
