# SPDX-License-Identifier: Apache-2.0
"""Runs the scenarios and closes with one JSON line that counts them.

    python3 -m tests.scenarios.run [FEATURE...] [--name PATTERN] [--engine sqlite|postgresql]
"""

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path

DEBIAN_PYTHON = "/usr/bin/python3"

try:
    from behave.configuration import Configuration
    from behave.runner import Runner
except ModuleNotFoundError:
    # behave is Debian's, and so is the Python that knows it; another one may come first in the path.
    if sys.executable == DEBIAN_PYTHON:
        sys.exit("scenarios: the Debian package python3-behave is missing (packaging/packages-test.txt)")
    os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, "-m", "tests.scenarios.run", *sys.argv[1:]])

HERE = Path(__file__).resolve().parent


class Counts:
    """What became of every scenario; those without steps yet are named apart."""

    def __init__(self, features):
        scenarios = [one for feature in features for one in feature.walk_scenarios()]
        unwritten = [one for one in scenarios if "not-written" in one.effective_tags]
        run = [one for one in scenarios if one not in unwritten and one.status != "skipped"]
        self.failed = [one for one in run if one.status != "passed"]
        self.document = {"scenarios": len(run), "passed": len(run) - len(self.failed), "failed": len(self.failed),
                         "notWritten": len(unwritten), "features": len({one.feature.name for one in run})}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("features", nargs="*", help="files of tests/scenarios/features, or the beginnings of their names")
    parser.add_argument("--name", help="only scenarios whose name matches")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the gateway's store")
    asked = parser.parse_args()
    os.environ["SEMAFOOR_ENGINE"] = asked.engine
    paths = [str(path) for path in sorted((HERE / "features").glob("*.feature"))
             if not asked.features or any(Path(one).name and path.name.startswith(Path(one).name) for one in asked.features)]
    if not paths:
        parser.error("no such feature")
    arguments = ["--tags=~@not-written", "--no-source", "--no-timings", "--no-skipped", "--no-color", "--no-summary",
                 "--format=tests.scenarios.lines:Lines", *(["--name", asked.name] if asked.name else []), *paths]
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    began = time.monotonic()
    runner = Runner(Configuration(arguments))
    with contextlib.redirect_stderr(sys.stdout):
        runner.run()
    counts = Counts(runner.features)
    for one in counts.failed:
        print(f"FAILED  {one.feature.name}: {one.name}")
    print(json.dumps({"suite": "scenarios", "engine": asked.engine, **counts.document, "seconds": round(time.monotonic() - began, 1)}))
    return 1 if counts.failed or counts.document["scenarios"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
