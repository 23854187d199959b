# SPDX-License-Identifier: Apache-2.0
"""A machine that runs short: of disk, of a disk that may be written, of descriptors, of its database, of the right time.

Each case takes something away under a serving gateway, sees the code that its users see, gives it back, and waits until
the whole job is done. The worker must be the same process all the time. Each prints how long the recovery took.
"""

import json
import os
import resource
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from tests.e2e.base import WorldTest, main
from tests.support import postgres
from tests.support.world import free_port, wait_for

MIB = 1024 * 1024
# After the cause is gone.
RECOVERY_S = 10
# Where Debian keeps what makes and repairs disks.
os.environ["PATH"] += ":/usr/sbin:/sbin"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def mounts(kind, options, device):
    """Tried, because a container's root may not."""
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(["mount", "-t", kind, "-o", options, device, folder], capture_output=True)
        if tried.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return tried.returncode == 0


def has_loop():
    with tempfile.NamedTemporaryFile() as image:
        image.truncate(16 * MIB)
        return (subprocess.run(["mkfs.ext4", "-q", image.name], capture_output=True).returncode == 0
                and mounts("ext4", "loop", image.name) and os.access("/sys/fs/ext4", os.W_OK))


class ResourcesTest(WorldTest):
    messages = 14
    signals = 6

    def setUp(self):
        self.front = f"127.0.0.1:{free_port()}"
        self.gateway = {**self.gateway, "metrics": self.front}
        super().setUp()
        self.worker = self.world.worker_pid()

    def tearDown(self):
        self.assertEqual(self.world.worker_pid(), self.worker, "the worker must not have been restarted:\n" +
                         self.world.gateway_log.read_text()[-3000:])
        super().tearDown()

    def submit(self, signal, client_id=None):
        more = ("--client-id", client_id) if client_id else ()
        return self.world.host("answer", signal["signalId"], "X-COUNTED", *more)["results"][0]

    def disk(self):
        return json.loads(self.world.ctl("status", "--json").stdout)["disk"]

    def job_is_done(self):
        self.world.ctl("sync", self.org, check=False)
        answers = self.listed("feedback")
        messages = {m["providerMessageId"] for m in self.listed("messages")}
        status = self.world.status()["organisations"][0]
        return (messages == {m["messageId"] for m in self.expected_messages()}
                and int(status["attachmentsPending"]) + int(status["attachmentsFailed"]) == 0
                and answers and all(a["state"] == "FEEDBACK_STATE_ACCEPTED" for a in answers))

    def recovered(self, what):
        """Waits until the job is done; the ledger has each answer once."""
        wait_for(self.job_is_done, f"the job to be done after {what}", seconds=RECOVERY_S)
        seconds = time.monotonic() - self.gone
        print(json.dumps({"case": what, "recovery_s": round(seconds, 2)}), flush=True)
        self.assertLessEqual(seconds, RECOVERY_S)
        self.assertTrue(all(entry["effects"] == 1 for entry in self.world.ledger()["feedback"]))


@unittest.skipUnless(mounts("tmpfs", "size=1m", "tmpfs"), "a disk of the test's own: mounting needs root")
class OwnDisk(ResourcesTest):
    """The data folder on a disk of its own, small enough to be filled."""

    disk_mib = 64

    def setUp(self):
        self.mounted = []
        super().setUp()

    def make_world(self, world):
        data = world.folder / "data"
        data.mkdir(mode=0o700)
        self.mount(["-t", "tmpfs", "-o", f"size={self.disk_mib}m,mode=0700", "tmpfs", str(data)])
        self.addCleanup(subprocess.run, ["umount", "-l", str(data)], check=False)
        self.data = data

    def mount(self, arguments):
        subprocess.run(["mount", *arguments], check=True)

    def fill(self, leave_mib):
        """So that so much is left; 0: nothing at all."""
        filler = self.data / "filler"
        with open(filler, "ab") as out:
            while True:
                stat = os.statvfs(self.data)
                surplus = stat.f_bavail * stat.f_frsize - leave_mib * MIB
                if surplus <= 0:
                    return
                try:
                    os.write(out.fileno(), b"\0" * min(surplus, MIB))
                except OSError:
                    return

    def free(self):
        (self.data / "filler").unlink()
        self.gone = time.monotonic()


class DiskFillsUp(OwnDisk):
    def test_intake_stops_then_answers_are_refused_and_all_goes_on_by_itself(self):
        signals = self.fetch_signals()
        self.fill(leave_mib=6)
        wait_for(lambda: self.disk()["room"] == "DISK_ROOM_SCARCE", "the disk to be seen as nearly full")
        self.assertEqual(self.failure("sync", "--wait")["code"], "store.disk_low")
        first = self.submit(signals[0])
        self.assertIn("feedback", first)
        self.fill(leave_mib=2)
        wait_for(lambda: self.disk()["room"] == "DISK_ROOM_NONE", "the disk to be seen as full")
        refused = self.failure("answer", signals[1]["signalId"], "X-COUNTED")
        self.assertEqual(refused["code"], "store.disk_full")
        self.assertEqual(len(self.listed("feedback")), 1, "reading goes on")
        page = self.world.ctl("status").stdout
        self.assertIn("FULL: answers are refused", page)
        self.free()
        wait_for(lambda: self.disk()["room"] == "DISK_ROOM_AMPLE", "room again", seconds=RECOVERY_S)
        self.submit(signals[1])
        self.recovered("disk fills up")
        log = self.world.gateway_log.read_text()
        for event in ("disk.scarce", "disk.full", "disk.recovered"):
            self.assertIn(f'"{event}"', log)


class DiskIsFullAtOnce(OwnDisk):
    """Somebody else takes the last byte, and no mark warned."""

    gateway = {"extra": "[disk]\nslow_below_mib = 0\nstop_below_mib = 0\nrefuse_below_mib = 0\n"}

    def test_what_is_refused_has_a_code_and_what_was_taken_is_done_afterwards(self):
        signals = self.fetch_signals()
        self.submit(signals[0])
        self.fill(leave_mib=0)
        # The log of the database has room that is used again: until that is full too.
        def refused():
            done = self.world.host_process("answer", signals[1]["signalId"], "X-COUNTED", check=False)
            return done if done.returncode else None
        codes = []
        for _ in range(40):
            done = refused()
            if done:
                codes.append(json.loads(done.stdout.splitlines()[-1])["error"]["code"])
                break
        self.world.ctl("sync", self.org, check=False)
        self.assertEqual(self.world.ctl("status", check=False).returncode, 0)
        self.free()
        self.submit(signals[2])
        self.recovered("disk full at once")
        print(json.dumps({"case": "disk full at once", "codes": codes}), flush=True)
        self.assertEqual(codes, ["store.disk_full"])


@unittest.skipUnless(has_loop(), "a disk of the test's own needs root and a loop device")
class DiskTurnsReadOnly(ResourcesTest):
    """What ext4 does when it finds itself damaged: from then on nothing can be written, until somebody repairs it."""

    def make_world(self, world):
        self.image, self.data = world.folder / "disk", world.folder / "data"
        self.data.mkdir(mode=0o700)
        with open(self.image, "wb") as image:
            image.truncate(96 * MIB)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.data], check=False, capture_output=True)
        self.put_in()
        self.data.chmod(0o700)

    def put_in(self):
        subprocess.run(["mount", "-o", "loop,errors=remount-ro", self.image, self.data], check=True)

    def break_it(self):
        device = next(line.split()[0] for line in Path("/proc/mounts").read_text().splitlines()
                      if line.split()[1] == str(self.data))
        Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error").write_text("a test")

    def test_reading_goes_on_answers_are_refused_and_all_is_there_after_the_repair(self):
        signals = self.fetch_signals()
        self.submit(signals[0])
        self.break_it()
        refused = self.failure("answer", signals[1]["signalId"], "X-COUNTED")
        self.assertIn(refused["code"], ("store.disk", "store.not_writable"))
        self.assertIn("disk", refused["message"])
        self.assertEqual({s["signalId"] for s in self.listed("signals")}, {s["signalId"] for s in signals},
                         "reading goes on")
        self.assertEqual(len(self.listed("feedback")), 1)
        self.assertEqual(self.world.ctl("status", check=False).returncode, 0)
        self.assertEqual(self.world.worker_pid(), self.worker, "nobody has died of it")
        # As an administrator does it.
        self.assertEqual(self.world.stop_gateway(), 0)
        subprocess.run(["umount", self.data], check=True)
        checked = subprocess.run(["e2fsck", "-f", "-y", self.image], capture_output=True, text=True)
        self.assertLess(checked.returncode, 4, checked.stdout)
        self.put_in()
        self.gone = time.monotonic()
        self.world.start_gateway()
        self.worker = self.world.worker_pid()
        self.submit(signals[1])
        self.recovered("disk turns read-only")
        self.assertEqual(len(self.listed("feedback")), 2)


class NoDescriptors(ResourcesTest):
    def test_nobody_can_connect_until_there_are_some_again(self):
        signals = self.fetch_signals()
        before = resource.prlimit(self.worker, resource.RLIMIT_NOFILE)
        used = {int(number) for number in os.listdir(f"/proc/{self.worker}/fd")}
        # The limit is one of numbers, and the next one given out is the lowest that is free.
        resource.prlimit(self.worker, resource.RLIMIT_NOFILE, (min(set(range(len(used) + 1)) - used), before[1]))
        for _ in range(5):
            done = self.world.host_process("--deadline-ms", "2000", "list", "signals", check=False)
            self.assertNotEqual(done.returncode, 0)
        # Past the attestation too: whoever connects here waits in the queue until there are some.
        waiting = socket.socket(socket.AF_UNIX)
        self.addCleanup(waiting.close)
        waiting.connect(str(self.world.folder / "run" / "rpc.sock"))
        wait_for(lambda: "socket.no_descriptors" in self.world.gateway_log.read_text(), "the door to say why")
        resource.prlimit(self.worker, resource.RLIMIT_NOFILE, before)
        self.gone = time.monotonic()
        wait_for(lambda: self.world.host_process("answer", signals[0]["signalId"], "X-COUNTED",
                                                 check=False).returncode == 0, "an answer to be taken",
                 seconds=RECOVERY_S)
        self.recovered("no descriptors")


@unittest.skipIf(postgres.programs() is None, "PostgreSQL is not installed: apt-get install postgresql-15")
class DatabaseRestart(ResourcesTest):
    def setUp(self):
        self.server = postgres.Postgres()
        self.addCleanup(self.server.stop)
        self.gateway = {"extra": self.server.settings(self.server.make_database())}
        super().setUp()

    def test_it_says_so_and_goes_on_when_the_database_is_back(self):
        signals = self.fetch_signals()
        self.submit(signals[0])
        self.server.process.terminate()
        self.server.process.kill()
        self.server.process.wait()
        refused = self.failure("answer", signals[1]["signalId"], "X-COUNTED")
        self.assertEqual(refused["code"], "store.unavailable")
        self.server.start()
        self.gone = time.monotonic()
        self.submit(signals[1])
        self.recovered("database restart")


@unittest.skipUnless(os.path.exists(FAKETIME), "libfaketime is not installed: apt-get install libfaketime")
class ClockJumps(ResourcesTest):
    def make_world(self, world):
        self.clock = world.folder / "clock"
        self.clock.write_text("+0\n")
        world.gateway_environment = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                                     "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
                                     "FAKETIME_DONT_RESET": "1"}

    def jump(self, offset):
        self.clock.write_text(offset + "\n")

    def test_a_day_forward_and_back(self):
        signals = self.fetch_signals()
        # Tokens are dated by the upstream's clock, whatever ours shows, up to a day of difference.
        for index, offset in enumerate(("+1d", "-1d")):
            self.jump(offset)
            answer = self.submit(signals[index])["feedback"]
            days_off = (int(answer["submittedAt"]["unixMs"]) / 1000 - time.time()) / 86_400
            self.assertAlmostEqual(days_off, float(offset[:-1]), places=1)
            self.assertEqual(self.world.ctl("status", check=False).returncode, 0)
            self.jump("+0")
            self.gone = time.monotonic()
            self.recovered("clock " + offset)


if __name__ == "__main__":
    main()
