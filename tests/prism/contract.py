# SPDX-License-Identifier: Apache-2.0
"""`./dev test contract`: every suite that holds us to an official contract, and one JSON line of what they counted.

    python3 -m tests.prism.contract BUILD
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77


def run(command):
    """Shows the output as it comes; gives the exit code and the last line as JSON, if it is that."""
    print("==", " ".join(str(part) for part in command[:1]), flush=True)
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    last = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        last = line.strip() or last
    code = process.wait()
    try:
        document = json.loads(last)
    except ValueError:
        document = None
    return code, document if isinstance(document, dict) else None


def main():
    build = Path(sys.argv[1]).resolve()
    sandbox, walk = build / "bin" / "semafoor-sandbox", build / "bin" / "prism_contract_walk"
    suites = [
        [HERE / "walk.sh", sandbox, walk],
        [HERE.parent / "sandbox" / "prism-proxy", "--sandbox", sandbox],
        [HERE / "mock.sh", sandbox, walk, build],
        [HERE / "federation.sh", build],
    ]
    total = {"suite": "contract", "contracts": ["e-Box Message Registry 2.1", "e-Box federation 1.3"], "exchanges": 0, "violations": 0,
             "skipped": 0, "failed": 0, "parts": []}
    for suite in suites:
        code, document = run(suite)
        if code == SKIPPED:
            total["skipped"] += 1
        elif code != 0 or document is None:
            total["failed"] += 1
        if document:
            total["exchanges"] += document.get("exchanges", 0)
            total["violations"] += document.get("violations", 0)
            total["parts"].append(document)
    print(json.dumps(total))
    # A run that validated nothing must not pass for one that found nothing.
    return 1 if total["failed"] or total["violations"] or total["skipped"] else 0


if __name__ == "__main__":
    sys.exit(main())
