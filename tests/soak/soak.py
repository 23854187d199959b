# SPDX-License-Identifier: Apache-2.0
"""The gateway under half its load for a long time: its memory and its descriptors must not grow.

First it is found out how many answers a second the whole chain treats at most; then signals arrive at half that rate,
with messages among them, and a host synchronises, follows every event and answers every signal. Memory is the
private one of the gateway (what the kernel counts as RssAnon); growth is that of a straight line through the samples
after a warm-up. The last line of the output is one JSON object.
"""

import argparse
import json
import os
import statistics
import sys
import time

from tests.support.world import World, wait_for

# Caches fill and pools reach their size in this part of the time; it is not judged.
WARM_UP_SHARE = 0.25
PROBE = 400
MOST_GROWTH_MIB = 1.0


def anonymous_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:")) / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def slope(points):
    """Of the line of least squares."""
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


class Soak:
    def __init__(self, world):
        self.world = world

    def start(self):
        self.world.start_sandbox()
        self.world.start_gateway(interval_s=5, signals_interval_s=1)
        self.org = self.world.add_organisation(0)
        self.host = self.world.start_piped(
            [self.world.bin / "semafoor-crash-host", self.world.plugins, self.org, self.world.attestation_socket,
             self.world.folder / "journal"], self.world.folder / "host.log")

    def counters(self):
        return self.world.status()["organisations"][0]

    def arrive(self, signals, messages=0):
        self.world.control("POST", "/signals", {"organisation": self.org, "count": signals})
        if messages:
            self.world.control("POST", "/messages", {"organisation": self.org, "count": messages,
                                                     "attachmentBytes": 20_000})

    def accepted(self):
        return int(self.counters()["feedbackAccepted"])

    def full_rate(self):
        """Answers a second from arrival to judgement, without pause."""
        before = self.accepted()
        self.arrive(PROBE)
        wait_for(lambda: self.accepted() > before, "the first answers", seconds=60)
        start, base = time.monotonic(), self.accepted()
        wait_for(lambda: self.accepted() >= before + PROBE, "all answers", seconds=120)
        return (before + PROBE - base) / max(time.monotonic() - start, 0.1)

    def run(self, seconds):
        """Samples of (seconds, MiB, descriptors, threads)."""
        rate = max(1.0, self.full_rate() / 2)
        pid = self.world.worker_pid()
        samples = []
        start = time.monotonic()
        arrived = 0
        second = 0
        while (now := time.monotonic() - start) < seconds:
            # One batch a second keeps the rate; the pause is the load, not a wait for something.
            due = int(rate * (second + 1)) - arrived
            if due > 0:
                self.arrive(due, messages=1)
                arrived += due
            second += 1
            time.sleep(max(0.0, second - (time.monotonic() - start)))
            if second % 5 == 0:
                samples.append((now, anonymous_mib(pid), descriptors(pid), threads(pid)))
                print(f"\r{now:6.0f} s of {seconds} s: {samples[-1][1]:.1f} MiB, {samples[-1][2]} descriptors, "
                      f"{samples[-1][3]} threads", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        wait_for(lambda: not int(self.counters()["signalsOpen"]), "every answer to be judged", seconds=120)
        return rate, arrived, samples


def main():
    parser = argparse.ArgumentParser(prog="./dev test soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30, help="how long (default: %(default)s)")
    asked = parser.parse_args()
    seconds = asked.minutes * 60
    with World(os.environ["SEMAFOOR_BUILD"], messages=10, signals=10) as world:
        soak = Soak(world)
        soak.start()
        rate, arrived, samples = soak.run(seconds)
    judged = [sample for sample in samples if sample[0] >= WARM_UP_SHARE * seconds]
    if len(judged) < 6:
        sys.exit("soak: too short to judge; give more minutes")
    growth = slope([(t, mib) for t, mib, _, _ in judged]) * (judged[-1][0] - judged[0][0])
    # Connections come and go; what stays open for ever raises the median.
    first, second = judged[:len(judged) // 2], judged[len(judged) // 2:]
    more_descriptors = statistics.median(s[2] for s in second) - statistics.median(s[2] for s in first)
    good = growth <= MOST_GROWTH_MIB and more_descriptors <= 0
    print(json.dumps({"minutes": asked.minutes, "signals_per_second": round(rate, 1), "signals": arrived,
                      "memory_mib": round(judged[-1][1], 1), "growth_mib": round(growth, 2),
                      "descriptors": judged[-1][2], "more_descriptors": more_descriptors,
                      "threads": judged[-1][3], "met": good}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
