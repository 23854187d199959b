#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a host with all three plugins many times, leaving in every way a host may leave. No run may crash or grow."""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.world import World  # noqa: E402

MODES = ["clean", "no-destroy", "no-stop", "fork"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--kind", choices=["plain", "foreign"], default="plain")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--cycles", type=int, default=60, help="load-call-stop cycles inside one process")
    options = parser.parse_args()
    program = options.build / "bin" / ("exit_host" if options.kind == "plain" else "exit_host_foreign")

    with World(options.build, messages=0, signals=0) as world:
        world.start_sandbox()
        world.start_gateway()
        org = world.add_organisation(0)
        base = [str(program), str(world.plugins), str(world.attestation_socket), org]

        def run(number):
            mode = MODES[number % len(MODES)]
            done = subprocess.run([*base, mode], capture_output=True, text=True, timeout=60)
            good = done.returncode == 0 and done.stdout.strip().endswith("done")
            return None if good else f"run {number} ({mode}): exit {done.returncode}\n{done.stderr}"

        with ThreadPoolExecutor(2) as pool:
            bad = [text for text in pool.map(run, range(options.runs)) if text]
        grown = subprocess.run([*base, "cycles", str(options.cycles)], capture_output=True, text=True, timeout=300)
        if grown.returncode != 0:
            bad.append(f"cycles: exit {grown.returncode}\n{grown.stdout}{grown.stderr}")
        for text in bad[:5]:
            print(text, file=sys.stderr)
        figures = {"kind": options.kind, "runs": options.runs, "bad": len(bad)}
        if grown.returncode == 0:
            figures.update(json.loads(grown.stdout.splitlines()[0]))
        print(json.dumps(figures))
        return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
