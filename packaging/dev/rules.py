#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house rules that a compiler does not check: who may include whom, SPDX lines, no machine paths, that the tests which the
threat model names are there, and that every error code is explained and has its texts."""

import re
import subprocess
import sys
from pathlib import Path

import error_codes

# gateway room -> rooms it may include (architecture, section 3). A room may always include itself.
ROOMS = {
    "os": set(),
    "domain": set(),
    "vault": {"os", "domain"},
    "pairing": {"domain", "vault"},
    "data": {"domain"},
    "sheets": {"domain"},
    "store": {"os", "domain", "vault"},
    "audit": {"os", "domain", "store", "upstream", "duties"},
    "upstream": {"domain", "vault"},
    "documents": {"domain", "data", "upstream"},
    "duties": {"os", "domain", "store", "upstream"},
    "mailbox": {"domain", "store", "upstream", "data", "duties"},
    "intake": {"os", "domain", "store", "data", "duties", "mailbox"},
    "probe": {"domain", "vault", "store", "upstream", "duties", "mailbox"},
    "history": {"domain", "store"},
    "codes": {"domain", "store", "data"},
    "signals": {"domain", "store", "upstream", "data", "duties", "history", "codes"},
    "feedback": {"domain", "store", "upstream", "data", "duties", "history", "codes", "channels"},
    "proposals": {"domain", "store", "codes", "signals", "feedback"},
    "lists": {"domain", "data", "documents", "store", "duties", "mailbox", "signals", "codes", "history"},
    "backup": {"os", "domain", "store"},
    "custody": {"os", "domain", "vault", "store", "backup"},
    "rpc": {"os", "domain", "store", "audit", "backup", "custody", "mailbox", "intake", "pairing", "signals", "feedback", "lists", "changeover",
            "codes", "proposals", "work", "reports"},
    "ctl": {"os", "domain", "data", "audit", "documents", "codes", "work"},
    "app": {"os", "domain", "audit", "backup", "custody", "vault", "store", "upstream", "mailbox", "intake", "signals", "feedback", "rpc",
            "data", "duties", "probe", "pairing", "documents", "lists", "changeover", "sheets", "codes",
            "proposals", "work", "reports"},
    "channels": {"domain", "store"},
    "changeover": {"domain", "store", "upstream", "duties", "history", "sheets", "channels", "signals", "feedback"},
    "work": {"domain", "store", "duties", "history", "signals"},
    "reports": {"domain", "store", "history", "sheets", "data"},
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
MACHINE = re.compile(r"((?<![\w.])/work/|/home/[a-z]|/root/|/tmp/bash_jobs)")
THREAT_MODEL = Path("docs/threat-model.md")
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
    if not room or name.endswith(("_test.cc", "_bench.cc")) or path.name.startswith("test_"):
        return
    allowed = ROOMS.get(room.group(1))
    if allowed is None:
        yield f"gateway/{room.group(1)} is not in the table of rooms"
        return
    for include in includes:
        target = re.match(r"gateway/(\w+)/", include)
        if target and target.group(1) != room.group(1) and target.group(1) not in allowed:
            yield f'gateway/{room.group(1)} may not include "{include}"'


def unknown_tests(files):
    """`Suite.Name` of GoogleTest, `file_test.py: test_name`, `./dev test suite`: in the last column of each threat."""
    there = set()
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace") if path.name.endswith(("_test.cc", "_test.py")) else ""
        there.update(".".join(names) for names in re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", text, re.M))
        there.update(f"{path.name}: {name}" for name in re.findall(r"^ *def (test_\w+)", text, re.M))
    suites = re.search(r"^suites=\((.*)\)", Path("packaging/dev/test").read_text(encoding="utf-8"), re.M)[1]
    there.update(f"./dev test {suite}" for suite in [*suites.split(), "fuzz", "soak"])
    for line in THREAT_MODEL.read_text(encoding="utf-8").splitlines():
        cells = line.strip("|").split("|")
        if len(cells) != 3 or not line.startswith("|") or cells[2].strip() in ("test", "---"):
            continue
        named = re.findall(r"`([^`]+)`", cells[2])
        yield from (f"there is no test '{name}'" for name in named if name not in there)


def main():
    count = 0
    files = tracked()
    for problem in unknown_tests(files):
        print(f"{THREAT_MODEL}: {problem}")
        count += 1
    for path, problem in error_codes.problems(files):
        print(f"{path}: {problem}")
        count += 1
    for path in files:
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
