#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what docs/benchmarks.md promises, each row against a floor or peer of the same run."""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.world import World, last_json, wait_for  # noqa: E402


def row(name, value, unit, floor, ratio, target, met, **more):
    return {"name": name, "value": value, "unit": unit, "floor": floor,
            "ratio": None if ratio is None else round(ratio, 3), "target": target, "met": met, **more}


def private_mib(pid):
    """What the supervisor costs beside its worker: the pages of the executable they share are in the worker's figure."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def rss_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


class Floor:
    """The bare gRPC server of floor_server.cc."""

    def __init__(self, world, unary_bytes, chunks):
        self.socket = world.folder / "floor.sock"
        self.socket.unlink(missing_ok=True)
        self.started = time.monotonic()
        self.process = subprocess.Popen([world.bin / "bench_floor_server", self.socket, str(unary_bytes), str(chunks)],
                                        stdout=subprocess.PIPE, text=True)
        world.processes.append(self.process)
        assert self.process.stdout.readline().strip() == "ready"
        self.ready_seconds = time.monotonic() - self.started

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def calls_and_stream(build):
    """ABI call and attachment stream, next to raw gRPC."""
    with World(build, messages=20, signals=0, sandbox_args=["--big-attachment", 64]) as world:
        world.start_sandbox()
        world.start_gateway()
        org = world.add_organisation(0)
        world.host("sync", "--wait")
        messages = world.host("list", "messages", "--all")["messages"]
        message = messages[len(messages) // 2]
        big = max(((int(a["sizeBytes"]), m["messageId"], a["attachmentId"]) for m in messages
                   for a in m["attachments"]))
        reply = world.host("show", "message", message["messageId"])
        size = int(reply.get("protobufBytes", 0)) or len(json.dumps(reply)) // 2
        floor = Floor(world, size, big[0] // 65536)
        common = [str(world.plugins), str(world.attestation_socket), org, str(floor.socket)]
        for what, message_id, attachment in (("unary", message["messageId"], ""), ("stream", big[1], big[2])):
            done = world.run([world.bin / "bench_abi", what, *common, message_id, attachment, size], timeout=300)
            for line in done.stdout.splitlines():
                yield json.loads(line)
        floor.stop()


# Otherwise the gateway leaves main contents of some families for their opening, and has less to do than its floor.
ALL_ON_ARRIVAL = '[read_policy]\non_arrival = ["MESSAGE_FAMILY_OTHER"]'


def sync_speed(build, messages=2000, kib=100):
    """A full synchronisation, next to curl --parallel of the same attachments into flushed files."""
    with World(build, messages=messages, signals=0, sandbox_args=["--attachment-bytes", kib * 1024, "--no-annexes"]) as world:
        world.start_sandbox()
        world.start_gateway(extra=ALL_ON_ARRIVAL)
        org = world.add_organisation(0)
        token = world.access_token(0)
        base = f"{world.base}/ebox/messageRegistry/v2/ebox/messages"
        wanted = [(m["messageId"], a["attachmentId"]) for m in world.expected()["messages"]
                  for a in m["attachments"]]
        ratios, values, floors = [], [], []
        for attempt in range(3):
            folder = world.folder / f"curl-{attempt}"
            folder.mkdir()
            config = folder / "list"
            config.write_text("\n".join(
                f'url = "{base}/{message}/attachments/{attachment}/content"\noutput = "{folder}/{i}"'
                for i, (message, attachment) in enumerate(wanted)))
            start = time.monotonic()
            subprocess.run(["curl", "-sS", "--parallel", "--parallel-max", "8", "-H", f"Authorization: Bearer {token}",
                            "--config", str(config)], check=True)
            for i in range(len(wanted)):
                descriptor = os.open(folder / str(i), os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)
            floors.append(time.monotonic() - start)
            subprocess.run(["rm", "-rf", str(folder)], check=True)
            if attempt:
                world.stop_gateway()
                subprocess.run(["rm", "-rf", str(world.folder / "data")], check=True)
                world.start_gateway()
                world.ctl("organisations", "add", org, "--name-nl", "OCMW Voorbeeld", "--client-id", "client-0",
                          "--key", "client-0")
                world.ctl("modules", "enable", org, "ebox")
            start = time.monotonic()
            world.host("sync", "--wait", timeout=600)
            values.append(time.monotonic() - start)
            ratios.append(values[-1] / floors[-1])
        ratio = statistics.median(ratios)
        yield row("sync_2000x100KiB", round(statistics.median(values), 2), "s", round(statistics.median(floors), 2),
                  ratio, "<= 1.25", ratio <= 1.25, attachments=len(wanted))


# As the gateway does it (mailbox/mailbox_sync.h).
PAGE, DOWNLOADERS = 100, 8


def peak_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmHWM")


def requests_of_initial_sync(world):
    """What an initial synchronisation asks for: the names behind the ids, the pages, each content once; no details,
    because the pages have them."""
    base = f"{world.base}/ebox/messageRegistry/v2"
    messages = world.expected()["messages"]
    lines = [f"L {base}/referenceData/{what}?page=1&pageSize=100" for what in ("senderOrganizations", "messageTypes")]
    lines += [f"L {base}/ebox/messages?page={page + 1}&pageSize={PAGE}" for page in range(-(-len(messages) // PAGE))]
    lines += [f"D {base}/ebox/messages/{m['messageId']}/attachments/{a['attachmentId']}/content"
              for m in messages for a in m["attachments"]]
    return "\n".join(lines) + "\n"


def initial_sync(build, messages, kib=16, rounds=1, delay_ms=0):
    """Seconds of the gateway, seconds of bare libcurl, and the gateway's peak of memory, each the median of the rounds.
    Each round has a gateway and a store of its own."""
    with World(build, messages=messages, signals=0, sandbox_args=["--attachment-bytes", kib * 1024, "--no-annexes"]) as world:
        # It makes the messages first.
        world.start_sandbox(seconds=120)
        world.start_gateway(extra=ALL_ON_ARRIVAL)
        org = world.add_organisation(0, modules=("ebox",))
        requests = requests_of_initial_sync(world)
        if delay_ms:
            world.fault(kind="delay", delayMs=delay_ms)
        floors, values, peaks = [], [], []
        for attempt in range(rounds):
            # Not beside the gateway's own.
            token = world.control("POST", "/tokens", {"organisation": org})["access_token"]
            done = world.run([world.bin / "bench_curl_floor", DOWNLOADERS, token], input=requests, timeout=900)
            floors.append(json.loads(done.stdout)["seconds"])
            if attempt:
                world.stop_gateway()
                subprocess.run(["rm", "-rf", str(world.folder / "data")], check=True)
                world.start_gateway()
                world.ctl("organisations", "add", org, "--client-id", "client-0", "--key", "client-0")
                world.ctl("modules", "enable", org, "ebox")
            start = time.monotonic()
            world.ctl("sync", org, "--wait", timeout=900)
            values.append(time.monotonic() - start)
            peaks.append(peak_mib(world.worker_pid()))
            (status,) = world.status()["organisations"]
            assert int(status["messages"]) == messages, status
            assert int(status["attachmentsPending"]) == 0, status
        return statistics.median(values), statistics.median(floors), max(peaks)


def initial_syncs(build):
    """An initial synchronisation of 20,000 messages next to bare libcurl, and its memory next to that of 2,000."""
    small = initial_sync(build, 2_000)
    value, floor, peak = initial_sync(build, 20_000, rounds=3)
    yield row("sync_initial_20000", round(value, 2), "s", round(floor, 2), value / floor, "<= 1.15", value <= 1.15 * floor)
    # As over the internet: each answer begins after so long.
    far, far_floor, _ = initial_sync(build, 20_000, delay_ms=20)
    yield row("sync_initial_20000_at_20ms", round(far, 2), "s", round(far_floor, 2), far / far_floor, "<= 1.15",
              far <= 1.15 * far_floor)
    yield row("sync_initial_20000_memory", round(peak, 1), "MiB peak", round(small[2], 1), peak / small[2], "<= 1.2",
              peak <= 1.2 * small[2])


def synchronisations(build):
    yield from sync_speed(build)
    yield from initial_syncs(build)


def measured_by(program, *options):
    """The rows of a program that measures by itself: a JSON object a line."""
    def rows(build):
        done = subprocess.run([str(Path(build) / "bin" / program), *options], capture_output=True, text=True, check=True, timeout=300)
        for line in done.stdout.splitlines():
            yield json.loads(line)
    return rows


def national(build):
    """The whole country for a year. Some minutes, and some GB of disk."""
    with tempfile.TemporaryDirectory(prefix="semafoor-national-", dir=build) as folder:
        process = subprocess.Popen([str(Path(build) / "bin" / "bench_national"), "--folder", folder],
                                   stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            yield json.loads(line)
        assert process.wait() == 0, "bench_national failed"


def flush_time(file):
    """One fdatasync after 4 KiB over old bytes, in milliseconds."""
    os.pwrite(file, os.urandom(4096), 0)
    start = time.perf_counter()
    os.fdatasync(file)
    return (time.perf_counter() - start) * 1000


def signal_to_event(build, rounds=40):
    """From the last byte of a signal at the upstream to the event that comes out of the plugin. The gateway polls each
    second, so that nothing else runs when a signal comes."""
    with World(build, messages=0, signals=0) as world:
        world.start_sandbox()
        world.start_gateway(signals_interval_s=1)
        org = world.add_organisation(0)
        host = subprocess.Popen([world.bin / "bench_event_times", world.plugins, world.attestation_socket, org],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        world.processes.append(host)
        disk = os.open(world.folder / "bare", os.O_RDWR | os.O_CREAT)
        os.pwrite(disk, b"\0" * 4096, 0)
        os.fsync(disk)
        flushes, told = [], {}
        for _ in range(rounds):
            flushes.append(flush_time(disk))
            world.control("POST", "/signals", {"organisation": org, "count": 1})
            at, signal_id = host.stdout.readline().split()
            told[signal_id] = int(at)
        os.close(disk)
        host.stdin.close()
        host.wait(timeout=30)
        left = {entry["signalReference"]: entry["deliveredAtUs"] for entry in world.ledger()["signals"]}
        times = [(told[one["signalId"]] - left[one["signalReference"]]) / 1000
                 for one in world.host("list", "signals", "--all")["signals"]]
        assert len(times) == rounds, f"{len(times)} of {rounds} signals came"
        value, flush = statistics.median(times), statistics.median(flushes)
        yield row("signal_to_plugin_event", round(value, 2), "ms p50", round(flush, 2), value / flush,
                  "<= 1 fsync + 2 ms", value <= flush + 2)


# Of somebody else.
BACKLOG = 100_000


def open_answers(world, index):
    counted = world.status()["organisations"][index]
    return sum(int(counted[state]) for state in ("feedbackQueued", "feedbackSent", "feedbackUnknown"))


def backlog_of(world, org, index):
    """An organisation with 100,000 signals, each answered, and an upstream that takes none of the answers."""
    world.fault(kind="status", status=503, path="/podmi/v1/messages", method="POST", organisation=org)
    for _ in range(BACKLOG // 10_000):
        world.control("POST", "/signals", {"organisation": org, "count": 10_000})
    world.ctl("sync", org)
    shown = [0]

    def arrived():
        count = int(world.status()["organisations"][index]["signalsTotal"])
        if count >= shown[0] + 10_000:
            shown[0] = count
            print(f"  {count} of {BACKLOG} signals of another organisation", file=sys.stderr, flush=True)
        return count >= BACKLOG
    wait_for(arrived, "the signals of the backlog", seconds=900, alive=world.gateway)
    print("  their answers ...", file=sys.stderr, flush=True)
    world.run([world.bin / "bench_neighbour", world.plugins, world.attestation_socket, org, "all"], timeout=900)
    assert open_answers(world, index) == BACKLOG, f"{open_answers(world, index)} answers are open"


def neighbours(build, rounds=1500):
    """What 100,000 open answers of one organisation, all of them being tried, do to another."""
    with World(build, messages=0, signals=0, organisations=2) as world:
        world.start_sandbox()
        world.start_gateway()
        busy, quiet = world.add_organisation(0), world.add_organisation(1)
        world.control("POST", "/signals", {"organisation": quiet, "count": 2 * rounds + 100})
        world.ctl("sync", quiet, "--wait")
        program = [world.bin / "bench_neighbour", world.plugins, world.attestation_socket, quiet]
        world.run([*program, 50])
        idle = last_json(world.run([*program, rounds], timeout=300).stdout)
        backlog_of(world, busy, 0)
        beside = last_json(world.run([*program, rounds], timeout=600).stdout)
        still_open = open_answers(world, 0)
        for what in ("list", "submit", "sent"):
            value, floor = beside[what]["p99"], idle[what]["p99"]
            yield row(f"neighbour_{what}", round(value), "us p99", round(floor), value / floor, "<= 2", value <= 2 * floor,
                      p50=round(beside[what]["p50"]), p50_idle=round(idle[what]["p50"]), others_open=still_open)
        yield from restart_with_backlog(world, rounds=5)


def restart_with_backlog(world, rounds):
    """From the death of the worker to another one that is ready."""
    times = []
    for _ in range(rounds):
        seen = world.gateway_log.stat().st_size
        start = time.monotonic()
        os.kill(world.worker_pid(), signal.SIGKILL)
        wait_for(lambda: b'"event":"ready"' in world.gateway_log.read_bytes()[seen:], "another worker to be ready")
        times.append(time.monotonic() - start)
    value = max(times)
    yield row("worker_restart_100k_open", round(value, 2), "s worst", None, None, "<= 2 s", value <= 2)


def idle_gateway(build):
    """Memory of an idle gateway with one organisation, and its time from start to ready."""
    with World(build, messages=0, signals=0) as world:
        floor = Floor(world, 100, 1)
        bare = rss_mib(floor.process.pid)
        world.start_sandbox()
        world.start_gateway()
        world.add_organisation(0)
        memory = rss_mib(world.worker_pid()) + private_mib(world.gateway.pid)
        yield row("gateway_idle_memory", round(memory, 1), "MiB", round(bare, 1), memory / bare, "<= 40 MiB", memory <= 40)
        times = []
        for _ in range(5):
            world.stop_gateway()
            seen = world.gateway_log.stat().st_size
            start = time.monotonic()
            world.start_gateway(wait=False)
            wait_for(lambda: b'"event":"ready"' in world.gateway_log.read_bytes()[seen:], "the gateway to be ready")
            times.append(time.monotonic() - start)
        value = statistics.median(times)
        yield row("gateway_start_to_ready", round(value, 3), "s", round(floor.ready_seconds, 3),
                  value / floor.ready_seconds, "<= 0.5 s", value <= 0.5)


def footprint(build):
    """What plugins and instances add to a host."""
    with World(build, messages=0, signals=0) as world:
        world.start_sandbox()
        world.start_gateway()
        org = world.add_organisation(0)
        program = [world.bin / "bench_footprint"]
        where = [world.attestation_socket, org]

        def measure(folder, *mode, runs=5):
            seen = [json.loads(world.run([*program, folder, *where, *mode]).stdout) for _ in range(runs)]
            return {key: statistics.median(one[key] for one in seen) for key in seen[0]}

        static = measure(Path(build).resolve() / "bench-out", "static")
        ours = measure(world.plugins, "plugins")
        yield row("plugins_load_and_start", ours["load_ms"], "ms", static["load_ms"],
                  ours["load_ms"] / static["load_ms"], "<= 30 ms", ours["load_ms"] <= 30)
        for key, unit, limit in (("rss_mib", "MiB", 16), ("threads", "threads", 9), ("descriptors", "descriptors", 6)):
            yield row(f"plugins_add_{key}", ours[key], unit, static[key], ours[key] / max(static[key], 1),
                      f"<= {limit}", ours[key] <= limit)
        more = measure(world.plugins, "instances", "500", runs=3)
        for key, unit, limit in (("rss_mib", "MiB", 20), ("threads", "threads", 0), ("descriptors", "descriptors", 0)):
            yield row(f"instances_500_add_{key}", more[key], unit, ours[key], None, f"<= {limit}", more[key] <= limit)


GROUPS = {"calls": calls_and_stream, "sync": synchronisations, "intake": measured_by("semafoor-bench-intake"),
          "durability": measured_by("semafoor-bench-durability"), "protection": measured_by("semafoor-bench-protection"),
          "audit": measured_by("semafoor-bench-audit"), "soap": measured_by("semafoor-bench-soap"),
          "documents": measured_by("semafoor-bench-documents"),
          "statements": measured_by("semafoor-bench-statement-import", "--json"), "latency": signal_to_event,
          "neighbours": neighbours, "idle": idle_gateway, "footprint": footprint, "national": national}
# Only when they are named.
ON_REQUEST = {"national"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=sorted(GROUPS), help="one group of rows")
    parser.add_argument("group", nargs="?", choices=sorted(GROUPS), help="the same")
    options = parser.parse_args()
    only = options.only or options.group
    missed = 0
    for name, group in GROUPS.items():
        if name != only and (only or name in ON_REQUEST):
            continue
        print(f"measuring: {name} ...", file=sys.stderr, flush=True)
        for measured in group(options.build):
            missed += measured["met"] is False
            if options.json:
                print(json.dumps(measured), flush=True)
            else:
                verdict = {True: "met", False: "MISSED", None: ""}[measured["met"]]
                print(f"{measured['name']:28} {measured['value']:>10} {measured.get('unit', ''):12} floor "
                      f"{measured['floor'] if measured['floor'] is not None else '-':>10}  ratio {measured['ratio'] if measured['ratio'] is not None else '-':>7}"
                      f"  {measured['target'] or '':10} {verdict}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
