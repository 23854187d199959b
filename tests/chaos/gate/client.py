# SPDX-License-Identifier: Apache-2.0
"""A test's hand on the gate."""

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.support.world import wait_for

ROOT = Path(__file__).resolve().parents[3]


class GateClient:
    """Starts a gate of its own; ends it with close()."""

    def __init__(self, folder, seed=1):
        path = Path(folder) / "gate.sock"
        log = open(Path(folder) / "gate.log", "ab")
        self.process = subprocess.Popen([sys.executable, "-m", "tests.chaos.gate.gate", "--control", str(path),
                                         "--seed", str(seed)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        self.socket = socket.socket(socket.AF_UNIX)

        def connected():
            try:
                self.socket.connect(str(path))
                return True
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        wait_for(connected, "the gate to listen", alive=self.process)
        self.lines = self.socket.makefile("rw")

    def close(self):
        self.lines.close()
        self.socket.close()
        self.process.kill()
        self.process.wait()

    def ask(self, do, **request):
        self.lines.write(json.dumps({"do": do, **request}) + "\n")
        self.lines.flush()
        answer = json.loads(self.lines.readline() or '{"error": "the gate has ended"}')
        if "error" in answer:
            raise AssertionError(f"gate: {do} {request}: {answer['error']}")
        return answer

    def open(self, place, to, dialect, listen=None):
        """The address to connect to: (host, port) or a path."""
        address = self.ask("open", place=place, to=to, dialect=dialect, listen=listen)["address"]
        return address if isinstance(address, str) else tuple(address)

    def shut(self, place):
        self.ask("close", place=place)

    def set(self, **rule):
        return self.ask("set", rule=rule)["id"]

    def clear(self):
        self.ask("clear")

    def wait_struck(self, rule, times=1, seconds=10.0):
        """How often it has struck, at the latest after `seconds`."""
        return self.ask("wait", id=rule, times=times, seconds=seconds, **{"for": "struck"})["count"]

    def wait_gave_up(self, rule, times=1, seconds=10.0):
        """How many clients that met this "drop" have left by themselves, at the latest after `seconds`."""
        return self.ask("wait", id=rule, times=times, seconds=seconds, **{"for": "gave_up"})["count"]

    def hang_up(self, place):
        self.ask("hang_up", place=place)

    def read(self):
        return self.ask("read")
