# SPDX-License-Identifier: Apache-2.0
"""Gateway and sandbox against the official e-Box contract (Message Registry 2.1): Prism stands between them and refuses
every request and response that the contract does not allow."""

import hashlib
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from tests.e2e.base import WorldTest, main
from tests.support.world import free_port, wait_for

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SPEC = Path(os.environ.get("SEMAFOOR_SPECS", ROOT.parent / "shared" / "specs")) / "ebox" / \
    "e-Box-Enterprise-swagger-v2.1-AP-Public.yaml"
CACHE = Path(os.environ.get("SEMAFOOR_CACHE",
                            Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "semafoor"))


def prism():
    """The pinned Prism of package-lock.json, installed once into the cache."""
    lock = HERE / "contract" / "package-lock.json"
    folder = CACHE / "npm" / f"prism-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    program = folder / "node_modules" / ".bin" / "prism"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "contract" / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True)
    return program


@unittest.skipUnless(SPEC.exists(), f"the official contract is not here: {SPEC}")
class Contract(WorldTest):
    messages = 28
    signals = 0

    def setUp(self):
        super().setUp()
        port = free_port()
        self.log = self.world.folder / "prism.log"
        program = prism()
        self.world._spawn([program, "proxy", "--errors", "--port", port, SPEC,
                           f"{self.world.base}/ebox/messageRegistry/v2"], self.log)
        wait_for(lambda: self.log.exists() and "Prism is listening" in self.log.read_text(), "Prism to listen",
                 seconds=60)
        self.world.stop_gateway()
        self.world.start_gateway(ebox=f"http://127.0.0.1:{port}")

    def violations(self):
        text = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text())
        return [line for line in text.splitlines() if "iolation" in line or "terminated with error" in line]

    def test_every_operation_the_gateway_uses_keeps_the_contract(self):
        operation = self.sync()
        self.assertEqual(self.violations(), [])
        self.assertEqual(operation["state"], "OPERATION_STATE_SUCCEEDED")
        self.assertEqual(len(self.listed("messages")), len(self.expected_messages()))
        text = self.log.read_text()
        for used in ("/ebox/messages", "/content", "/referenceData/messageTypes"):
            self.assertIn(used, text)

    def test_a_response_that_breaks_the_contract_is_noticed(self):
        self.world.fault(path="*/ebox/messages", kind="malformed_json", times=1)
        self.sync(check=False)
        self.assertTrue(self.violations())


if __name__ == "__main__":
    main()
