# SPDX-License-Identifier: Apache-2.0
"""The matrix: every script, at every place it names, under every disturbance. One line a cell; the last is JSON.

    python3 -m tests.chaos.run --build build/dev [--script NAME] [--place NAME] [--disturbance NAME] [--seed N]
"""

import argparse
import json
import os
import queue
import random
import sys
import threading
import time
import tomllib
import traceback
from pathlib import Path

from tests.chaos.cell import Cell, Undefined
from tests.chaos.stage import DATABASE, PLACES, Stage, kind_of
from tests.support import postgres

HERE = Path(__file__).resolve().parent
# A world serves so many cells, then another takes over: lists stay short, and the load is shared.
CELLS_PER_WORLD = 30


def load(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def load_scripts():
    wanted = ("name", "behaviour", "condition", "expectation", "prepare", "act", "settle", "aim")
    scripts = [load(path) for path in sorted((HERE / "scripts").glob("*.toml"))]
    for script in scripts:
        missing = [key for key in wanted if key not in script]
        assert not missing, f"script {script.get('name')}: {', '.join(missing)} missing"
        strange = set(script["aim"]) - set(PLACES)
        assert not strange, f"script {script['name']}: there is no place {', '.join(strange)}"
        for line in [*script["prepare"], *script["act"], *script.get("shown", ()), *script["settle"]]:
            verb = "_".join(word for word in line.replace("-", "").split() if not word.isdigit())
            assert hasattr(Cell, "do_" + verb), f"script {script['name']}: there is no step '{line}'"
    return scripts


def cells_of(options):
    disturbances = load(HERE / "disturbances.toml")["disturbance"]
    for script in load_scripts():
        for place in script["aim"]:
            for disturbance in disturbances:
                if place not in disturbance.get("only", PLACES) or disturbance["name"] in script.get("without", ()):
                    continue
                if disturbance["name"] not in script.get("with", [disturbance["name"]]):
                    continue
                if disturbance["name"] in script.get("slow", ()) and not options.slow:
                    continue
                if all(wanted in (None, name) for wanted, name in (
                        (options.script, script["name"]), (options.place, place),
                        (options.disturbance, disturbance["name"]))):
                    yield script, place, disturbance


class Matrix:
    def __init__(self, options):
        self.options = options
        self.batches = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.failures = []
        self.figures = {"cells": 0, "struck": 0, "defined": 0, "lost": 0, "doubled": 0}
        cells = list(cells_of(options))
        if not cells:
            sys.exit("chaos: no such cell; see tests/chaos/scripts and tests/chaos/disturbances.toml")
        # Neighbours in a world differ from seed to seed.
        random.Random(options.seed).shuffle(cells)
        self.server = None
        if any(place == DATABASE for _, place, _ in cells):
            if postgres.programs() is None:
                print("PostgreSQL is not installed, its cells are left out: apt-get install postgresql-15", flush=True)
                cells = [cell for cell in cells if cell[1] != DATABASE]
            else:
                self.server = postgres.Postgres()
        # The slowest first: nobody waits for them alone.
        for kind in (DATABASE, "clear", "tls"):
            mine = [cell for cell in cells if kind_of(cell[1]) == kind]
            for at in range(0, len(mine), CELLS_PER_WORLD):
                self.batches.put((kind, mine[at:at + CELLS_PER_WORLD]))

    def close(self):
        if self.server is not None:
            self.server.stop()

    def work(self):
        while True:
            try:
                kind, cells = self.batches.get_nowait()
            except queue.Empty:
                return
            while cells:
                cells = self.in_one_world(kind, cells)

    def in_one_world(self, kind, cells):
        """Plays until the end or until a cell failed: what follows a fault starts in a new world. Gives the rest."""
        stage = Stage(self.options.build, self.options.seed, kind, self.server)
        try:
            stage.start()
            for index, (script, place, disturbance) in enumerate(cells):
                if not self.one(stage, script, place, disturbance):
                    return cells[index + 1:]
        except Exception:
            # No cell: the world did not start.
            with self.lock:
                traceback.print_exc()
                self.figures["cells"] += 1
        finally:
            stage.stop()
        return []

    def one(self, stage, script, place, disturbance):
        begin = time.monotonic()
        cell = Cell(stage, script, disturbance, place)
        problem = ""
        try:
            cell.play()
        except Undefined as undefined:
            problem = str(undefined)
        except Exception as failure:
            problem = f"{type(failure).__name__}: {failure}"
        with self.lock:
            figures = self.figures
            figures["cells"] += 1
            figures["struck"] += cell.struck > 0
            figures["defined"] += not problem
            figures["lost"] += cell.lost
            figures["doubled"] += cell.doubled
            said = ",".join(dict.fromkeys(cell.said)) or "-"
            line = (f"{'ok  ' if not problem else 'FAIL'} {script['name']:20} {place:12} {disturbance['name']:16} "
                    f"{time.monotonic() - begin:5.1f} s  {said}")
            print(line, flush=True)
            if problem:
                self.failures.append(f"{line}\n     {problem}")
                print(f"     {problem}", flush=True)
                if self.options.logs:
                    print(stage.gateway_log.read_text()[-3000:], flush=True)
        return not problem


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("SEMAFOOR_BUILD", "build/dev"))
    parser.add_argument("--script")
    parser.add_argument("--place")
    parser.add_argument("--disturbance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", action="store_true", help="also the cells that wait for a patience of 30 s")
    # A cell mostly waits: more worlds than cores.
    parser.add_argument("--jobs", type=int, default=6, help="worlds at the same time")
    parser.add_argument("--logs", action="store_true", help="the gateway's last words after a failed cell")
    matrix = Matrix(parser.parse_args())
    workers = [threading.Thread(target=matrix.work) for _ in range(matrix.options.jobs)]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        matrix.close()
    figures = matrix.figures
    # Once more where a long log is read first.
    print("".join(f"{failure}\n" for failure in matrix.failures), end="")
    print(json.dumps(figures))
    good = figures["cells"] == figures["struck"] == figures["defined"] and not figures["lost"] + figures["doubled"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
