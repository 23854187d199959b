# SPDX-License-Identifier: Apache-2.0
"""The registry of providers, gateway and sandbox, held to the official federation contract (`federation.sh` starts it)."""

import json
import os
import sys
import unittest

from tests.e2e.base import WorldTest
from tests.support.world import free_port, wait_for

WORDS = "The registry of providers was not read"


class Federation(WorldTest):
    messages = 2
    signals = 0
    exchanges = 0

    def make_world(self, world):
        start = world.start_sandbox
        port = free_port()
        self.log = world.folder / "prism.log"

        def start_sandbox():
            start()
            world.control("POST", "/providers", {"id": "second", "messages": 3})
            world.control("POST", "/providers", {"id": "third", "messages": 1, "maintenance": [
                {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-01-02T00:00:00Z"}]})
            # Violations of either side become errors.
            world._spawn([os.environ["SEMAFOOR_PRISM"], "proxy", "--errors", "--host", "127.0.0.1", "--port", port,
                          os.environ["SEMAFOOR_FEDERATION"], f"{world.base}/federation/v1"], self.log)
            wait_for(lambda: "Prism is listening" in self.log.read_text(), "Prism to listen", seconds=60)
            self.gateway["upstream"] = f'registry_url = "http://127.0.0.1:{port}"'
        self.gateway = {}
        world.start_sandbox = start_sandbox

    def tearDown(self):
        super().tearDown()
        Federation.exchanges += self.log.read_text().count("Request received")

    def providers(self):
        (status,) = self.world.status()["organisations"]
        return {one["providerId"] for one in status["eboxProviders"]}

    def test_what_is_asked_and_what_is_told_keeps_to_the_contract(self):
        done = self.sync()
        self.assertNotIn(WORDS, json.dumps(done))
        self.assertEqual(self.providers(), {"nsso", "second", "third"}, "the first has the address and the name of the settings")
        self.assertIn("Request received", self.log.read_text())

    def test_an_entry_that_breaks_the_contract_is_reported(self):
        """A check that cannot fail shows nothing."""
        self.world.control("POST", "/providers", {"id": "odd", "raw": {"messageProviderId": 7}})
        self.assertIn(WORDS, json.dumps(self.sync(check=False).stdout))
        self.assertIn("VIOLATIONS", self.log.read_text())


def main():
    result = unittest.main(verbosity=2, exit=False).result
    failed = len(result.failures) + len(result.errors)
    print(json.dumps({"part": "federation", "exchanges": Federation.exchanges, "violations": 0 if not failed else 1,
                      "spoiledReported": 1 if not failed else 0}))
    sys.exit(1 if failed or not result.testsRun else 0)


if __name__ == "__main__":
    main()
