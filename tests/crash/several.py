# SPDX-License-Identifier: Apache-2.0
"""Three gateways on one PostgreSQL, of which some are killed and some stand still longer than their leases last.

In each round one is stopped in its tracks (SIGSTOP) and another killed, at random instants, under as much load of
sync, signals and answers as one of them can treat. What they held must be taken over by those that are left, and
whoever wakes up again must find that it is no longer his. Judged like the kills: by the ledger of the upstream and the
journal of the host. The last line of the output is one JSON object.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import threading
import time

from tests.crash.crash import SKIPPED, Load
from tests.crash.judge import Journal, judge
from tests.support import postgres
from tests.support.world import Neighbour, World, wait_for

GATEWAYS = 3
# Seconds. A lease lasts 12; one that stands still is away for longer.
LEASE = 12
PAUSES = (LEASE + 2, LEASE + 8)
LONGEST_TAKEOVER = 30
# So much that one of them alone can treat it: what is measured is the take-over, not a queue. The upstream takes its
# time, so that there is always something in the middle of being done.
NEW_WORK_S = 1.2
UPSTREAM_MS = 1500


class Leases:
    """What was leased when somebody went away, and how long it took until none of it was his."""

    def __init__(self, server, database):
        self.server, self.database = server, database
        self.since = time.monotonic()
        self.left = self._leased()
        self.took = 0.0

    def _leased(self):
        text = self.server.ask(self.database, "SELECT id || ' ' || fencing || ' ' || due_ms FROM tasks WHERE owner <> ''")
        rows = (line.split() for line in text.splitlines())
        return {(task, fencing): due for task, fencing, due in rows}

    def taken_over(self):
        """Whoever lives ends his tasks or renews their leases; what is neither is the dead one's still."""
        now = self._leased()
        before = len(self.left)
        self.left = {task: due for task, due in self.left.items() if now.get(task) == due}
        if len(self.left) < before:
            self.took = time.monotonic() - self.since
        return not self.left


class Several(Load):
    def __init__(self, world, seed, server, database):
        super().__init__(world, seed, server.settings(database))
        self.server, self.database = server, database
        self.neighbours = {}
        self.pauses = 0
        self.slowest = 0.0

    def start(self):
        super().start()
        for number in range(2, GATEWAYS + 1):
            self.neighbours[number] = self.world.start_neighbour(number)

    def of(self, number):
        if number > 1:
            return self.neighbours[number]
        return Neighbour(self.world.gateway, self.world.attestation_socket, self.world.folder / "data")

    def start_again(self, number):
        if number == 1:
            self.world.start_gateway(wait=False)
            wait_for(self.ready, "the first gateway to be ready", alive=self.world.gateway)
        else:
            self.neighbours[number] = self.world.start_neighbour(number)

    def move_host(self, number):
        """To a gateway that lives, as a host that is told of another one; in the middle of what it was doing."""
        self.kill(self.host, "host")
        self.host_socket = self.of(number).attestation_socket
        self.start_host()

    def one_round(self):
        paused, killed, survivor = self.random.sample(range(1, GATEWAYS + 1), GATEWAYS)
        self.move_host(survivor)
        # The instants are the experiment: they are drawn, not waited for.
        time.sleep(self.random.random())
        worker = self.of(paused).worker_pid()
        os.kill(worker, signal.SIGSTOP)
        stopped = time.monotonic()
        wakes = stopped + self.random.uniform(*PAUSES)
        try:
            self.pauses += 1
            leases = [Leases(self.server, self.database)]
            time.sleep(3 * self.random.random())
            self.kill(self.of(killed).process, "gateway")
            leases.append(Leases(self.server, self.database))
            wait_for(lambda: all([each.taken_over() for each in leases]), "the work of two gateways to be taken over",
                     seconds=3 * LONGEST_TAKEOVER)
            self.slowest = max(self.slowest, *(each.took for each in leases))
            time.sleep(max(0.0, wakes - time.monotonic()))
        finally:
            os.kill(worker, signal.SIGCONT)
        self.start_again(killed)

    @contextlib.contextmanager
    def under_load(self):
        """Signals and messages without pause."""
        over = threading.Event()
        problems = []
        self.world.fault(kind="delay", delayMs=UPSTREAM_MS, path="/podmi/v1/messages", method="POST")

        def arrive():
            try:
                while not over.wait(NEW_WORK_S):
                    self.arrivals()
            except (AssertionError, OSError) as problem:
                problems.append(problem)
        thread = threading.Thread(target=arrive)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        if problems:
            raise problems[0]


def main():
    parser = argparse.ArgumentParser(prog="./dev test several", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of a pause and a kill (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of instants and victims (default: a new one)")
    parser.add_argument("--keep", action="store_true", help="leave the folder with journal, logs and data")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1 << 32)
    if postgres.programs() is None:
        print("PostgreSQL is not installed: apt-get install postgresql-15")
        return SKIPPED
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        server = postgres.Postgres()
        stack.callback(server.stop)
        world = stack.enter_context(World(os.environ["SEMAFOOR_BUILD"], messages=10, signals=10, keep=asked.keep))
        load = Several(world, seed, server, server.make_database())
        load.start()
        print(f"seed {seed}, folder {world.folder}", file=sys.stderr)
        with load.under_load():
            for number in range(asked.rounds):
                load.one_round()
                print(f"round {number + 1} of {asked.rounds}: slowest take-over so far {load.slowest:.1f} s",
                      file=sys.stderr, flush=True)
        load.move_host(1)
        load.settle(seconds=120)
        verdict = judge(world, load.org, Journal(load.journal).read_on())
    slow = load.slowest > LONGEST_TAKEOVER
    for line in (verdict.lost + verdict.doubled + verdict.unshown)[:50]:
        print(line, file=sys.stderr)
    print(json.dumps({"gateways": GATEWAYS, "seed": seed, "killed": dict(load.kills), "pauses": load.pauses,
                      "lost": len(verdict.lost), "doubled": len(verdict.doubled),
                      "unknown_resolved": verdict.unknown_resolved, "unknown_unshown": len(verdict.unshown),
                      "slowest_takeover_s": round(load.slowest, 1), **verdict.counts,
                      "seconds": round(time.monotonic() - started, 1)}))
    return 1 if verdict.lost or verdict.doubled or verdict.unshown or slow else 0


if __name__ == "__main__":
    sys.exit(main())
