#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every requirement in ABI.md is numbered once, and the tests that its row names exist in this build."""

import json
import re
import subprocess
import sys


def registered(build):
    """Names of the tests CTest knows in this build."""
    shown = json.loads(subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                                      capture_output=True, text=True).stdout)
    return {test["name"] for test in shown["tests"]}


def main():
    page, build = sys.argv[1:3]
    with open(page, encoding="utf-8") as file:
        rows = re.findall(r"^\| ([PH])-(\d+) \|(.*)\|$", file.read().replace("\\|", "/"), re.M)
    known = registered(build)
    problems = []
    for kind in "PH":
        numbers = [int(number) for letter, number, _ in rows if letter == kind]
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append(f"{kind}: the numbers are {numbers}")
    named = set()
    for letter, number, cells in rows:
        if cells.count("|") != 3 or not all(cell.strip() for cell in cells.split("|")):
            problems.append(f"{letter}-{number} has not its requirement, consequence, enforcement and proof")
        tests = re.findall(r"`([a-z0-9_]+)`", cells.split("|")[-1])
        named.update(tests)
        if not tests:
            problems.append(f"{letter}-{number} names no test")
        problems += [f"{letter}-{number} names {test}, which is no test of this build"
                     for test in tests if test not in known]
    print("\n".join(problems) or f"{len(rows)} requirements, proven by {len(named)} tests")
    return 1 if problems or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
