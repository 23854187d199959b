#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Today's layout against the frozen one: members stay where they were, structs may only grow at their end."""

import subprocess
import sys


def read(text):
    types, current = {}, None
    for line in text.splitlines():
        name, *numbers = line.split()
        numbers = tuple(map(int, numbers))
        if line.startswith("  "):
            current[1][name] = numbers
        else:
            current = types[name] = (numbers, {})
    return types


def problems(frozen, today):
    for name, ((size, alignment), members) in frozen.items():
        if name not in today:
            yield f"{name} is gone"
            continue
        (now_size, now_alignment), now_members = today[name]
        if now_alignment != alignment or now_size < size:
            yield f"{name}: size and alignment were {size} {alignment}, are {now_size} {now_alignment}"
        for member, place in members.items():
            if now_members.get(member) != place:
                yield f"{name}.{member}: offset and size were {place}, are {now_members.get(member)}"


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: compare_layout.py FROZEN PROGRAM [ARGUMENT...]")
    today = read(subprocess.run(sys.argv[2:], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout)
    with open(sys.argv[1], encoding="utf-8") as file:
        frozen = read(file.read())
    found = list(problems(frozen, today))
    print("\n".join(found) or f"{len(frozen)} structs, {sum(len(m) for _, m in frozen.values())} members: as in 1.0")
    return 1 if found or not frozen else 0


if __name__ == "__main__":
    sys.exit(main())
