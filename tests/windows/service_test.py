# SPDX-License-Identifier: Apache-2.0
"""The gateway as a service of Windows, under Wine: its whole life, by its own commands and with work in flight."""

import json
import os
import unittest
from pathlib import Path

from tests.support.wine import WineWorld, to_windows
from tests.support.world import last_json, wait_for

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SEMAFOOR_BUILD", PROJECT / "build" / "windows-x64"))
MISCONFIGURED = 78
NOT_RUNNING, NOT_INSTALLED = 3, 4


class ServiceWorld(WineWorld):
    """Its gateway is the service of this Wine."""

    def service(self, *words, check=True):
        done = self.run([self.bin / "semafoor-gateway", "service", *words, "--config", self.config_file, "--json"],
                        check=check, timeout=120)
        return done if not check else last_json(done.stdout)

    def state(self):
        done = self.service("status", check=False)
        return done.returncode, last_json(done.stdout)

    def write_config(self, **changes):
        super().write_config(**changes)
        text = self.config_file.read_text()
        self.config_file.write_text(text.replace('log_level = "info"',
                                                 f"log_level = \"info\"\nlog_file = '{to_windows(self.folder)}/service.log'"))

    def start_gateway(self, **changes):
        self.write_config(**changes)
        return self.service("install")

    def log(self):
        return [json.loads(line) for file in sorted(self.folder.glob("service-*.log"))
                for line in file.read_text().splitlines()]

    def events(self):
        return [line["event"] for line in self.log()]

    def stop(self):
        self.service("uninstall", check=False)
        super().stop()


class Service(unittest.TestCase):
    def setUp(self):
        self.world = ServiceWorld(BUILD, messages=12, signals=30)
        self.addCleanup(self.world.stop)
        self.world.start_sandbox()
        # Of a run that was broken off.
        self.world.write_config()
        self.world.service("uninstall")

    def answer_all(self):
        world = self.world
        signals = world.host("list", "signals", "--all")["signals"]
        file = world.folder / "answers.json"
        file.write_text(json.dumps({"items": [{"signalId": one["signalId"], "code": "X-COUNTED"} for one in signals]}))
        return world.host("answers", file)["results"]

    def test_its_life(self):
        world = self.world
        self.assertEqual(world.state()[0], NOT_INSTALLED)
        self.assertNotEqual(world.service("start", check=False).returncode, 0)

        done = world.start_gateway()
        self.assertTrue(done["ok"])
        code, state = world.state()
        self.assertEqual((code, state["state"]), (NOT_RUNNING, "stopped"))
        self.assertEqual((state["start"], state["account"]), ("auto", "NT SERVICE\\SemafoorGateway"))
        # What this system refused is said at once, and later too.
        self.assertEqual(state["refused"], done["refused"])
        self.assertEqual(world.service("install")["refused"], done["refused"], "a second time")

        # Running is: it serves.
        world.service("start")
        self.assertEqual(world.state()[0], 0)
        self.assertEqual(world.ctl("status", check=False).returncode, 0)
        self.assertTrue(world.service("start")["ok"], "a second time")

        # Work, and a stop in the middle of it: the upstream takes no answer meanwhile.
        org = world.add_organisation(0)
        world.host("sync", "--wait")
        self.assertEqual(len(world.host("list", "messages", "--all")["messages"]), 12)
        world.ctl("sync", org, "--wait")
        world.fault(kind="delay", delayMs=300, path="/podmi/v1/messages", method="POST")
        self.assertTrue(all("feedback" in one for one in self.answer_all()))
        world.service("stop")
        self.assertEqual(world.state()[0], NOT_RUNNING)
        self.assertEqual(world.events()[-1], "stopped")
        world.clear_faults()

        world.service("start")
        ledger = wait_for(lambda: self.all_sent(30), "every answer upstream", seconds=60)
        self.assertTrue(all(one["effects"] == 1 and one["doubles"] == 0 for one in ledger["feedback"]))

        # A worker that dies.
        before = int((world.folder / "data" / "gateway.lock").read_text())
        world.run([PROJECT / "packaging" / "dev" / "wine", "taskkill", "/f", "/pid", str(before)])
        wait_for(lambda: world.ctl("status", check=False).returncode == 0 and
                 int((world.folder / "data" / "gateway.lock").read_text()) != before, "another worker", seconds=30)
        self.assertIn("supervisor.restart", world.events())
        self.assertEqual(world.state()[0], 0, "the service runs all the while")
        self.assertEqual(len(world.host("list", "feedback", "--all")["feedback"]), 30)

        world.service("uninstall")
        self.assertEqual(world.state()[0], NOT_INSTALLED)
        self.assertTrue(world.service("uninstall")["ok"], "a second time")
        self.assertTrue((world.folder / "data" / "semafoor.db").exists())
        self.print_figures(done)

    def all_sent(self, count):
        ledger = self.world.ledger()
        return ledger if len(ledger["feedback"]) == count else None

    def print_figures(self, installed):
        stops = [line["time"] for line in self.world.log() if line["event"] in ("stopping", "stopped")]
        print(json.dumps({"suite": "service", "refused": [one["what"] for one in installed["refused"]],
                          "first_stop": stops[:2]}))

    def test_wrong_settings_are_an_exit_code_of_their_own(self):
        world = self.world
        world.start_gateway()
        world.config_file.write_text(world.config_file.read_text() + "\n[nonsense]\nx = 1\n")
        failed = world.service("start", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertIn(f"exit code {MISCONFIGURED}", failed.stderr)
        code, state = world.state()
        self.assertEqual((code, state["exit_code"]), (NOT_RUNNING, MISCONFIGURED))
        # Nor is it installed with them.
        self.assertNotEqual(world.service("install", check=False).returncode, 0)

    def test_purge_deletes_what_is_ours_and_nothing_else(self):
        world = self.world
        world.start_gateway()
        world.service("start")
        (world.folder / "data" / "holiday.jpg").write_text("x")
        (world.folder / "keys" / "another.pem").write_text("x")
        world.service("uninstall", "--purge")
        self.assertEqual([path.name for path in (world.folder / "data").iterdir()], ["holiday.jpg"])
        self.assertFalse(world.config_file.exists())
        self.assertTrue((world.folder / "keys" / "another.pem").exists(), "keys that are not at home stay")
        self.assertTrue(list(world.folder.glob("service-*.log")), "and so does the log")
        # Without a store it is not the gateway's.
        world.write_config()
        self.assertNotEqual(world.service("uninstall", "--purge", check=False).returncode, 0)
        self.assertTrue((world.folder / "data" / "holiday.jpg").exists())

    def test_a_folder_of_somebody_else_is_not_taken(self):
        world = self.world
        world.write_config()
        (world.folder / "data").mkdir()
        (world.folder / "data" / "holiday.jpg").write_text("x")
        refused = world.service("install", check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("holds other things", refused.stderr)
        self.assertEqual(world.state()[0], NOT_INSTALLED)


if __name__ == "__main__":
    unittest.main()
