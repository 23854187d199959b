# SPDX-License-Identifier: Apache-2.0
"""A year of one large OCMW, month by month; at its end the sandbox's ledger and the gateway's state are held against each other.

    python3 -m tests.year.year [--dossiers N] [--seed S] [--from YYYY-MM] [--engine sqlite|postgresql] [--keep]

The last line is one JSON object; the exit code is 1 when anything differs.
"""

import argparse
import datetime
import json
import os
import random
import sys
import time

from tests.support import postgres
from tests.support.world import World
from tests.year.agreement import Agreement
from tests.year.calendar_year import add_months, months_from
from tests.year.office import Town
from tests.year.worker import Worker

# Of 30 persons of the sandbox 24 have a dossier, and 4 of them a second one.
PERSONS, DOSSIERS = 30, 28
# Pessimistic share of dossiers with a signal in a month (reference: knipperlichten-ksz 1.6).
SIGNALS_PER_DOSSIER = 0.07
# The part of the year's signals that belongs to the OCMW which joins in the middle.
SMALL_PART = 5
RECALL_MONTHS = (3, 10)
MERGER_AFTER = 6
# Percent of a month's signals that come in a special way; the rest is by mutation and list.
TWICE, AGAIN, LIST_ONLY, MUTATION_ONLY = 6, 6, 4, 3
# Persons whose number is replaced, of those with an open signal in a month; at least this many.
REPLACED_NUMBERS, REPLACED_AT_LEAST = 0.02, 2
FORMATS = ("csv", "zip", "xml")


class Year:
    def __init__(self, world, asked):
        self.world = world
        self.random = random.Random(asked.seed)
        self.dossiers = asked.dossiers
        self.months = months_from(asked.start)
        self.big = Town(world, 0)
        self.small = Town(world, 1)
        self.worker = Worker(self.random)
        self.counts = {"lists": 0, "statements": 0, "replacedNumbers": 0, "withoutIntegration": 0}
        self.merged = False

    def towns(self):
        return [self.big] if self.merged else [self.big, self.small]

    def run(self):
        for number, month in enumerate(self.months):
            if number == MERGER_AFTER:
                self.merge()
            self.month(number, month)
            print(f"{month:%Y-%m}  {sum(len(town.references) for town in (self.big, self.small))} signals so far, "
                  f"{self.worker.answered} answers, {time.monotonic() - self.world.began:.0f} s", flush=True)
        for town in self.towns():
            town.fetch_all()
            self.worker.correct(town)
            town.settle()

    def month(self, number, month):
        for town in self.towns():
            town.set_today(month.replace(day=3))
            if month.month in RECALL_MONTHS:
                self.half_yearly(town, month)
            self.replace_numbers(town)
            town.set_today(month.replace(day=16))
            self.signals(town)
            town.set_today(month.replace(day=20))
            self.papers(town, number, month)
            town.fetch_all()
            self.worker.work(town)
            town.settle()
        if self.merged:
            # What POD MI still sends for persons of the OCMW that is gone.
            self.big.references.extend(self.small.send(1))

    def signals(self, town):
        count = max(4, round(self.dossiers * SIGNALS_PER_DOSSIER / (1 if town is self.big else SMALL_PART)))
        special = {kind: round(count * part / 100) for kind, part in
                   (("same-event", TWICE), ("new-event", AGAIN), ("list", LIST_ONLY), ("mutation", MUTATION_ONLY))}
        plain = count - sum(special.values())
        town.references.extend(town.send(plain, disorder=True))
        for kind in ("same-event", "new-event"):
            town.references.extend(town.send(special[kind], repeat=kind))
        for kind in ("list", "mutation"):
            town.references.extend(town.send(special[kind], channels=kind))
        stranger = town.stranger()
        if stranger:
            self.counts["withoutIntegration"] += 1
            town.references.extend(town.send(1, ssin=stranger))

    def papers(self, town, number, month):
        numbers = "former" if number % 4 == 2 else "current"
        town.publish("monthly", month, format=FORMATS[number % len(FORMATS)], numbers=numbers)
        self.counts["lists"] += 1
        if town is self.big:
            for kind in ("LEEFLOON", "EQUIVALENT-LEEFLOON"):
                town.statement(f"X-MONTHLY-STATEMENT-{kind}")
                self.counts["statements"] += 1

    def half_yearly(self, town, month):
        town.publish("half-yearly", month, mutations=self.random.random() < 0.5, reply=True)
        self.counts["lists"] += 1

    def replace_numbers(self, town):
        """Of persons whose signals are open."""
        seen = sorted(town.persons_seen())
        chosen = self.random.sample(seen, k=min(len(seen), max(REPLACED_AT_LEAST, round(len(seen) * REPLACED_NUMBERS))))
        for ssin in chosen:
            town.replace(ssin)
            self.counts["replacedNumbers"] += 1

    def merge(self):
        self.small.fetch_all()
        self.small.settle()
        self.world.control("POST", "/organisations/merge", {"from": self.small.org, "into": self.big.org})
        self.world.ctl("merge", self.small.org, self.big.org, "--reason", "the municipalities merged", timeout=900)
        self.big.takes_over(self.small)
        self.merged = True
        self.small.wait_until_empty()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    # So that all of it lies in the past, whenever this runs.
    last = add_months(datetime.date.today().replace(day=1), -12)
    parser.add_argument("--from", dest="start", type=lambda text: datetime.datetime.strptime(text, "%Y-%m").date(), default=last)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the gateway's store")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the world")
    asked = parser.parse_args()
    if asked.dossiers < 50:
        parser.error("--dossiers: at least 50")
    return asked


def main():
    asked = read_arguments()
    persons = -(-asked.dossiers * PERSONS // DOSSIERS)
    with postgres.engine(asked.engine) as store_settings, \
            World(os.environ["SEMAFOOR_BUILD"], messages=0, signals=0, organisations=2, persons=persons, seed=asked.seed,
                  keep=asked.keep) as world:
        world.began = time.monotonic()
        world.start_sandbox(seconds=120)
        world.start_gateway(extra=store_settings())
        for index in range(2):
            world.add_organisation(index)
        year = Year(world, asked)
        year.run()
        agreement = Agreement(year)
        differences = agreement.differences()
    for difference in differences[:40]:
        print("DIFFERS ", difference)
    print(json.dumps({"suite": "year", "engine": asked.engine, "dossiers": asked.dossiers, "seed": asked.seed, "from": f"{asked.start:%Y-%m}",
                      **agreement.counts, **year.worker.counts(), **year.counts, "differences": len(differences),
                      "seconds": round(time.monotonic() - world.began, 1)}))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
