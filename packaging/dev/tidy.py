#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on every source of ours but the tests, several at once; skips what passed before with the same
inputs."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

IMPORT = re.compile(r'^\s*import\s+"([^"]+)"', re.M)
GENERATED = re.compile(r"(semafoor/v1/\w+?)\.(?:grpc\.)?pb\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def closure(source, root, seen):
    """The file and every header of ours that it includes, directly or not."""
    if source in seen or not source.is_file():
        return
    seen.add(source)
    text = source.read_text(encoding="utf-8", errors="replace")
    if source.suffix == ".proto":
        for imported in IMPORT.findall(text):
            closure(root / "proto" / imported, root, seen)
        return
    for include in INCLUDE.findall(text):
        # What is generated changes with the schema it is made from.
        if schema := GENERATED.match(include):
            closure(root / "proto" / f"{schema[1]}.proto", root, seen)
            continue
        for base in (root, source.parent, root / "plugin-api/include", root / "plugins/runtime/include",
                     root / "host-shim/include"):
            candidate = (base / include)
            if candidate.is_file():
                closure(candidate.resolve(), root, seen)
                break


def key_of(source, root, rules):
    seen = set()
    closure(source, root, seen)
    digest = hashlib.sha256(rules)
    for path in sorted(seen):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--cache", required=True, type=Path)
    options = parser.parse_args()
    root = Path.cwd().resolve()
    options.cache.mkdir(parents=True, exist_ok=True)
    rules = (root / ".clang-tidy").read_bytes()
    commands = json.loads((options.build / "compile_commands.json").read_text())
    sources = sorted({Path(entry["file"]).resolve() for entry in commands})
    sources = [s for s in sources if root in s.parents and s.suffix == ".cc" and not s.stem.endswith("_test") and not s.stem.startswith("test_")
               and not {"build", "tests", "testing"} & set(s.relative_to(root).parts)]
    # What GCC takes and clang does not know.
    for entry in commands:
        entry["command"] = entry["command"].replace(" -fno-gnu-unique", "")
    (options.cache / "compile_commands.json").write_text(json.dumps(commands))
    todo = [(s, options.cache / key_of(s, root, rules)) for s in sources]
    fresh = [(s, mark) for s, mark in todo if not mark.exists()]
    print(f"clang-tidy: {len(sources)} files, {len(fresh)} to read", file=sys.stderr)

    def run(item):
        source, mark = item
        done = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(options.cache), str(source)],
                              capture_output=True, text=True)
        if done.returncode == 0:
            mark.touch()
        return source, done

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (source, done) in enumerate(pool.map(run, fresh), 1):
            if number % 20 == 0:
                print(f"clang-tidy: {number}/{len(fresh)}", file=sys.stderr)
            if done.returncode != 0:
                bad += 1
                print(f"--- {source.relative_to(root)}\n{done.stdout}{done.stderr}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
