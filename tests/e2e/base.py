# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: one world per test class, and the words for what is expected."""

import hashlib
import os
import unittest
from pathlib import Path

from tests.support import wine
from tests.support import world as worlds

# Whether the programs are for Windows.
UNDER_WINE = bool(os.environ.get("SEMAFOOR_WINE"))
KIND = wine.WineWorld if UNDER_WINE else worlds.World


class WorldTest(unittest.TestCase):
    """A test in a world of its own. Subclasses set the class attributes."""

    messages = 14
    signals = 6
    organisations = 1
    gateway = {}
    sandbox_args = ()
    modules = ("ebox", "knipperlicht", "feedback")
    # Where the world lies; None: somewhere short.
    folder = None

    def setUp(self):
        self.world = KIND(os.environ["SEMAFOOR_BUILD"], messages=self.messages, signals=self.signals,
                          organisations=self.organisations, sandbox_args=self.sandbox_args, folder=self.folder)
        self.addCleanup(self.world.stop)
        self.make_world(self.world)
        self.world.start_sandbox()
        self.world.start_gateway(**self.gateway)
        for index in range(self.organisations):
            self.world.add_organisation(index, modules=self.modules)
        self.org = self.world.organisations[0]

    def make_world(self, world):
        """For what must be there before anything starts."""

    def tearDown(self):
        if self.world.gateway is not None:
            self.assertIsNone(self.world.gateway.poll(), "the gateway must not have ended by itself:\n" +
                              self.world.gateway_log.read_text()[-3000:])

    # Words ------------------------------------------------------------------------------------------

    def expected_messages(self, org=None):
        return self.world.expected(org)["messages"]

    def expected_references(self, org=None):
        return {s["signalReference"] for s in self.world.expected(org)["signals"]}

    def listed(self, what, org=None):
        return self.world.host("list", what, "--all", org=org)[what]

    def sync(self, org=None, check=True):
        return self.world.host("sync", "--wait", org=org, check=check)

    def fetch_signals(self, org=None):
        """Asks for the mailbox now and waits until all expected signals are here."""
        self.world.ctl("sync", org or self.org, "--wait", check=False)
        wanted = self.expected_references(org)
        return worlds.wait_for(
            lambda: (lambda found: found if {s["signalReference"] for s in found} >= wanted else None)(
                self.listed("signals", org)), "the signals")

    def assert_saves_all_whole(self, folder):
        """Every attachment goes into `folder`, by the host's save, with the bytes that the upstream has."""
        folder.mkdir(parents=True)
        saved = self.world.host("save", "--all", "--to", folder)["saved"]
        found = sorted(hashlib.sha256(Path(entry["path"]).read_bytes()).hexdigest() for entry in saved)
        self.assertEqual(found, sorted(a["sha256"] for m in self.expected_messages() for a in m["attachments"]))

    def failure(self, *arguments, org=None):
        """Runs the host, which must fail, and gives its error document."""
        done = self.world.host_process(*arguments, org=org, check=False)
        self.assertNotEqual(done.returncode, 0, f"{arguments} should have failed:\n{done.stdout}")
        document = worlds.last_json(done.stdout) or worlds.last_json(done.stderr)
        self.assertIsNotNone(document, f"no error document:\n{done.stdout}\n{done.stderr}")
        return document["error"]

    def answer_until_settled(self, states, seconds=30):
        def settled():
            items = self.listed("feedback")
            if items and all(item["state"] in states for item in items):
                return items
            self.world.ctl("sync", self.org, check=False)
            return None
        return worlds.wait_for(settled, f"feedback to reach {states}", seconds=seconds)


def main():
    unittest.main(verbosity=2)
