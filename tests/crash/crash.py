# SPDX-License-Identifier: Apache-2.0
"""SIGKILL at random instants of gateway, worker and host, under full load of sync, signals and answers.

The upstream lives on and keeps its ledger, which is the judge; so does the journal of the host, which says what it was
promised. After the last kill everything is left alone until it is quiet, and then nothing may be lost and nothing
doubled. The last line of the output is one JSON object.
"""

import argparse
import collections
import contextlib
import json
import os
import random
import sys
import time
import urllib.request

from tests.crash.judge import Journal, judge
from tests.crash.rotator import Rotator
from tests.support import postgres
from tests.support.wine import WineWorld
from tests.support.world import World, free_port, wait_for

# For CTest.
SKIPPED = 77
# Who is hit how often. "gateway" is the supervisor, whose worker goes with it; after a death of the worker alone the
# supervisor starts another.
VICTIMS = {"host": 0.2, "gateway": 0.35, "worker": 0.45}
# One more within a minute, and a supervisor pauses.
DEATHS_IN_A_ROW = 5
# Some die while they start; the others live, once they serve, at most so many seconds, and mostly shorter.
STILLBORN_SHARE = 0.15
LONGEST_LIFE = 0.6
# The receipt of an answer gets lost at the upstream's side, so that unknown outcomes come up apart from kills too.
LOST_RECEIPT_SHARE = 0.15


class Load:
    """One world with its kills."""

    def __init__(self, world, seed, store=""):
        self.world = world
        self.store = store
        self.random = random.Random(seed)
        self.kills = collections.Counter()
        self.deaths = 0  # of workers of this supervisor
        self.journal = world.folder / "journal"
        self.host = None
        self.host_socket = world.attestation_socket
        self.signals_made = 0
        self.messages_made = 0

    def start(self):
        self.world.start_sandbox()
        self.front = f"127.0.0.1:{free_port()}"
        self.world.start_gateway(interval_s=1, signals_interval_s=1, metrics=self.front, extra=self.store,
                                 upstream="connect_timeout_ms = 2000\nstall_timeout_ms = 2000")
        self.org = self.world.add_organisation(0)
        self.start_host()
        wait_for(lambda: int(self.world.status()["organisations"][0]["signalsTotal"]), "the first signals")

    def start_host(self):
        self.host = self.world.start_piped(
            [self.world.bin / "semafoor-crash-host", self.world.plugins, self.org, self.host_socket, self.journal],
            self.world.folder / "host.log")

    def arrivals(self):
        """A few more signals and messages than one life can treat."""
        signals, messages = self.random.randint(1, 6), self.random.randint(0, 2)
        self.world.control("POST", "/signals", {"organisation": self.org, "count": signals})
        self.signals_made += signals
        if messages:
            self.world.control("POST", "/messages", {"organisation": self.org, "count": messages,
                                                     "attachmentBytes": self.random.choice([10, 3000, 200_000])})
            self.messages_made += messages

    def one_life(self):
        draw = self.random.random
        self.arrivals()
        if draw() < LOST_RECEIPT_SHARE:
            self.world.fault(path="/podmi/v1/messages", method="POST", kind="reset", effect="after", times=1)
        if draw() < 0.1:
            self.world.control("POST", "/evaluations", {"evaluation": "REFUSED", "code": "X-0001", "times": 1,
                                                        "organisation": self.org})
        # The instant is the experiment: it is drawn, not waited for.
        if draw() < STILLBORN_SHARE:
            time.sleep(0.03 * draw())
        else:
            wait_for(self.ready, "the gateway to be ready", alive=self.world.gateway)
            time.sleep(LONGEST_LIFE * draw() ** 2)
        victim = self.random.choices(list(VICTIMS), VICTIMS.values())[0]
        if victim == "worker" and self.kill_worker():
            return
        if victim == "host":
            self.kill(self.host, "host")
            self.start_host()
        else:
            self.kill(self.world.gateway, "gateway")
            self.world.start_gateway(wait=False)
            self.deaths = 0

    def kill_worker(self):
        """Says whether there was one that may be killed."""
        if self.deaths >= DEATHS_IN_A_ROW or not self.world.kill_worker():
            return False
        self.deaths += 1
        self.kills["worker"] += 1
        return True

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.front}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self, process, what):
        if process.poll() is not None:
            raise AssertionError(f"the {what} had ended by itself with {process.returncode}; see its log in "
                                 f"{self.world.folder}")
        self.world.kill(process)
        self.kills[what] += 1

    def settle(self, seconds):
        """Leaves everything alone until all is answered and judged."""
        self.world.clear_faults()
        self.world.wait_ready()
        wanted = {signal["signalReference"] for signal in self.world.expected()["signals"]}

        shown = [None]

        def quiet():
            status = self.world.status()["organisations"][0]
            waiting = {name: int(status[name]) for name in
                       ("feedbackQueued", "feedbackSent", "feedbackUnknown", "attachmentsPending", "signalsOpen")}
            if waiting != shown[0]:
                shown[0] = waiting
                print(f"settling: {waiting}", file=sys.stderr, flush=True)
            return int(status["signalsTotal"]) >= len(wanted) and not any(waiting.values())
        wait_for(quiet, "every answer to be judged", seconds=seconds, alive=self.world.gateway)
        # Events follow their changes by a moment; whether each came is the judge's question.
        journal = Journal(self.journal)
        try:
            wait_for(lambda: not journal.read_on().events_missing(), "the host to be told of everything", seconds=60,
                     alive=self.host)
        except AssertionError as late:
            print(late, file=sys.stderr)
        self.host.stdin.close()
        if self.host.wait(timeout=30) != 0:
            raise AssertionError(f"the host did not end well; see {self.world.folder}/host.log")


def options():
    parser = argparse.ArgumentParser(prog="./dev test crash", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of the instants and victims (default: a new one)")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rotate", action="store_true", help="the organisation's key is rotated all the time")
    parser.add_argument("--wine", action="store_true", help="the programs are for Windows")
    parser.add_argument("--keep", action="store_true", help="leave the folder with journal, logs and data")
    return parser.parse_args()


def main():
    asked = options()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1 << 32)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        store = ""
        if asked.engine == "postgresql":
            if postgres.programs() is None:
                print("PostgreSQL is not installed: apt-get install postgresql-15")
                return SKIPPED
            server = postgres.Postgres()
            stack.callback(server.stop)
            store = server.settings(server.make_database())
        kind = WineWorld if asked.wine else World
        world = stack.enter_context(kind(os.environ["SEMAFOOR_BUILD"], messages=10, signals=10, keep=asked.keep))
        load = Load(world, seed, store)
        load.start()
        print(f"seed {seed}, folder {world.folder}", file=sys.stderr)
        rotator = Rotator(world, load.org, "client-0") if asked.rotate else None
        if rotator:
            rotator.start()
        for number in range(asked.kills):
            load.one_life()
            if (number + 1) % 20 == 0:
                print(f"\r{number + 1} of {asked.kills} kills, {load.signals_made} signals, "
                      f"{load.messages_made} messages", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        world.wait_ready()
        if rotator:
            rotator.stop()
        load.settle(seconds=60 + asked.kills * 0.5)
        verdict = judge(world, load.org, Journal(load.journal).read_on())
        refused = world.control("GET", "/ledger/summary")["tokens"]["client-0"]["refused"] if rotator else 0
    rotation = {"rotations": rotator.rotations, "key_failures": rotator.failures, "tokens_refused": refused} if rotator else {}
    unkeyed = rotator and (rotator.failures or refused or not rotator.rotations)
    bad = verdict.lost or verdict.doubled or verdict.unshown or unkeyed
    for line in (verdict.lost + verdict.doubled + verdict.unshown)[:50]:
        print(line, file=sys.stderr)
    print(json.dumps({"engine": asked.engine, "seed": seed, "kills": sum(load.kills.values()),
                      "killed": dict(load.kills), "lost": len(verdict.lost), "doubled": len(verdict.doubled),
                      "unknown_resolved": verdict.unknown_resolved, "unknown_unshown": len(verdict.unshown),
                      **rotation, **verdict.counts, "seconds": round(time.monotonic() - started, 1)}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
