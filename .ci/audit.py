"""Known holes in what we depend on: pip-audit over constraints.txt, as `make audit` and CI run it.

Exit code 1 when a package has a known hole. Where no database of holes can be asked (a mirror
without it, no network) it says so and exits 0: nothing was found out, and nothing is claimed.
"""

import json
import subprocess
import sys
from typing import Any

COMMAND = (
    "pip-audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip",
    "--format", "json", "--progress-spinner", "off", "--timeout", "15",
)  # fmt: skip
LONGEST_S = 300


def say(line: str) -> None:
    sys.stdout.write(f"audit: {line}\n")


def judge(found: list[dict[str, Any]]) -> int:
    """`found`: pip-audit's `dependencies`, each with `vulns` or a `skip_reason`."""
    asked = [it for it in found if "skip_reason" not in it]
    bad = [it for it in asked if it["vulns"]]
    for it in bad:
        for hole in it["vulns"]:
            cure = ", ".join(hole["fix_versions"]) or "none yet"
            say(f"{it['name']} {it['version']}: {hole['id']}, fixed in {cure}")
    if not asked:
        say("skipped: the package index here has no database of known holes")
    else:
        skipped = len(found) - len(asked)
        say(f"{len(asked)} packages asked about, {len(bad)} with known holes, {skipped} unknown")
    return 1 if bad else 0


def main() -> int:
    try:
        done = subprocess.run(
            [sys.argv[1] if len(sys.argv) > 1 else COMMAND[0], *COMMAND[1:]],
            capture_output=True, text=True, timeout=LONGEST_S, check=False,
        )  # fmt: skip
        return judge(json.loads(done.stdout)["dependencies"])
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        say(f"skipped: pip-audit did not answer: {type(error).__name__}")
        return 0


if __name__ == "__main__":
    sys.exit(main())
