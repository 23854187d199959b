#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house rules that a compiler does not check: who may include whom, SPDX lines, no machine paths."""

import re
import subprocess
import sys
from pathlib import Path

# gateway room -> rooms it may include (architecture, section 3). A room may always include itself.
ROOMS = {
    "os": set(),
    "domain": set(),
    "vault": {"os", "domain"},
    "data": {"domain"},
    "store": {"os", "domain"},
    "upstream": {"domain", "vault"},
    "duties": {"domain", "store", "upstream"},
    "mailbox": {"domain", "store", "upstream", "data", "duties"},
    "signals": {"domain", "store", "upstream", "data", "duties"},
    "feedback": {"domain", "store", "upstream", "data", "duties"},
    "backup": {"os", "domain", "store"},
    "rpc": {"os", "domain", "store", "backup", "mailbox", "signals", "feedback"},
    "ctl": {"os"},
    "app": {"os", "domain", "backup", "vault", "store", "upstream", "mailbox", "signals", "feedback", "rpc", "data",
            "duties"},
}
# folder -> prefixes of quoted includes that it must not use.
FORBIDDEN = {
    "plugins/": ("gateway/", "host-shim/", "tests/"),
    "gateway/": ("plugins/", "host-shim/", "plugin-api/", "semafoor/plugin.h", "tests/"),
    "host-shim/": ("gateway/", "plugins/", "tests/"),
    "plugin-api/": ("gateway/", "plugins/", "host-shim/", "tests/"),
    "tests/sandbox/": ("gateway/", "plugins/", "host-shim/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
MACHINE = re.compile(r"(/work/|/home/[a-z]|/root/|/tmp/bash_jobs)")
SPDX_KINDS = {".h", ".hpp", ".cc", ".c", ".proto", ".py", ".cmake", ".sh"}


def tracked():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                         check=True, capture_output=True, text=True).stdout
    return [Path(line) for line in out.splitlines() if Path(line).is_file()]


def problems_of(path, text):
    name = str(path)
    if text.strip() and path.suffix in SPDX_KINDS and "SPDX-License-Identifier: Apache-2.0" not in text[:400]:
        yield "no SPDX line at the top"
    if name != "packaging/dev/rules.py" and MACHINE.search(text):
        yield "names a path of a machine: " + MACHINE.search(text).group(0)
    if path.suffix not in {".h", ".hpp", ".cc", ".c"}:
        return
    includes = INCLUDE.findall(text)
    for folder, banned in FORBIDDEN.items():
        if name.startswith(folder):
            for include in includes:
                if include.startswith(banned):
                    yield f'"{include}" must not be included from {folder}'
    room = re.match(r"gateway/(\w+)/", name)
    if not room or name.endswith("_test.cc") or path.name.startswith("test_"):
        return
    allowed = ROOMS.get(room.group(1))
    if allowed is None:
        yield f"gateway/{room.group(1)} is not in the table of rooms"
        return
    for include in includes:
        target = re.match(r"gateway/(\w+)/", include)
        if target and target.group(1) != room.group(1) and target.group(1) not in allowed:
            yield f'gateway/{room.group(1)} may not include "{include}"'


def main():
    count = 0
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for problem in problems_of(path, text):
            print(f"{path}: {problem}")
            count += 1
    if count:
        print(f"{count} house rules broken", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
