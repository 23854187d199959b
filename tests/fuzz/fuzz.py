# SPDX-License-Identifier: Apache-2.0
"""libFuzzer on each parser. What is found goes to build/fuzz/corpus; the last line is one JSON object."""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
TARGETS = sorted(path.stem for path in Path(__file__).parent.glob("*.cc") if path.stem != "replay")
# A longer input finds little more in these parsers, and costs time.
LONGEST = 16384


def run(name, seconds):
    """(runs, new inputs, file of the input that crashed it or None)."""
    found = BUILD / "corpus" / name
    crashes = BUILD / "crashes" / name
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    before = {path.name for path in crashes.iterdir()}
    known = len(list(found.iterdir()))
    environment = {**os.environ, "ASAN_OPTIONS": "detect_container_overflow=0", "UBSAN_OPTIONS": "halt_on_error=1"}
    done = subprocess.run(
        [str(BUILD / "bin" / f"fuzz_{name}"), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
         f"-max_len={LONGEST}", f"-artifact_prefix={crashes}/", str(found), str(ROOT / "tests/fuzz/corpus" / name)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment)
    (BUILD / f"{name}.log").write_text(done.stdout)
    runs = re.findall(r"^Done (\d+) runs|^#(\d+)", done.stdout, re.M)
    crash = next((path for path in sorted(crashes.iterdir()) if path.name not in before), None)
    if done.returncode != 0 and crash is None:
        sys.exit(f"fuzz: {name} ended with {done.returncode}; see {BUILD / name}.log")
    return int(next(filter(None, runs[-1]))) if runs else 0, len(list(found.iterdir())) - known, crash


def main():
    parser = argparse.ArgumentParser(prog="./dev test fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: %(default)s)")
    parser.add_argument("--only", choices=TARGETS, help="one target")
    asked = parser.parse_args()
    targets = [asked.only] if asked.only else TARGETS
    subprocess.run(["cmake", "--build", str(BUILD), "--target", *(f"fuzz_{name}" for name in targets)], check=True)
    total = {"targets": len(targets), "runs": 0, "new": 0, "crashes": 0}
    for name in targets:
        print(f"{name} ...", end=" ", flush=True)
        runs, new, crash = run(name, asked.seconds)
        total["runs"] += runs
        total["new"] += new
        print(f"{runs} runs, {new} new inputs")
        if crash is not None:
            total["crashes"] += 1
            print(f"  crashed by {crash}; what it said is in {BUILD / name}.log; again:\n"
                  f"  {BUILD / 'bin' / f'fuzz_{name}'} {crash}\n"
                  f"  mended, its input belongs into tests/fuzz/corpus/{name}/")
    print(json.dumps(total))
    return 1 if total["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())
