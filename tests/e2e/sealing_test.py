# SPDX-License-Identifier: Apache-2.0
"""What is stored is sealed: with its key gone it is locked and not lost, and nothing of it is in clear."""

import os
import subprocess

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for

LOCKED = 77
SENTENCE = "three blind mice see how they run"


class SealingTest(WorldTest):
    def setUp(self):
        super().setUp()
        self.vault = self.world.folder / "data-vault"

    def refused(self, **more):
        """Runs the gateway, which must not start; gives what it said."""
        done = subprocess.run([str(self.world.bin / "semafoor-gateway"), "run", "--config",
                               str(self.world.config_file)], capture_output=True, text=True, timeout=60, **more)
        self.assertEqual(done.returncode, LOCKED, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def kept(self):
        return {path.name: path.read_bytes() for path in self.vault.iterdir() if path.is_file()}


class KeyFile(SealingTest):
    def test_the_vault_is_for_the_gateway_alone(self):
        self.assertEqual(os.stat(self.vault).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(self.vault / "seal.key").st_mode & 0o777, 0o600)

    def test_without_its_key_it_is_locked_and_it_goes_on_when_the_key_is_back(self):
        self.sync()
        before = self.listed("messages")
        self.world.stop_gateway()
        (self.vault / "seal.key").rename(self.world.folder / "seal.key")
        kept = self.kept()
        said = self.refused()
        self.assertIn("vault.locked", said)
        self.assertIn(str(self.vault / "seal.key"), said)
        self.assertEqual(self.kept(), kept)
        (self.vault / "seal.key").write_text("a" * 64 + "\n")
        os.chmod(self.vault / "seal.key", 0o600)
        self.assertIn("vault.other_key", self.refused())
        (self.world.folder / "seal.key").rename(self.vault / "seal.key")
        os.chmod(self.vault / "seal.key", 0o644)
        self.assertIn("vault.key_unreadable", self.refused())
        os.chmod(self.vault / "seal.key", 0o600)
        self.world.start_gateway()
        self.assertEqual(self.listed("messages"), before)

    def test_nothing_is_in_clear(self):
        self.sync()
        signals = self.fetch_signals()
        self.world.fault(path="/podmi/v1/messages", method="POST", status=503)
        for signal in signals:
            self.world.host("answer", signal["signalId"], "X-COUNTED", "--remark", "canary-remark-7d1f")
        words = {m["subject"]["nl"].encode() for m in self.listed("messages") if len(m["subject"].get("nl", "")) > 8}
        persons = {s["person"]["value"].encode() for s in signals}
        self.assertTrue(words and persons)
        self.world.stop_gateway()
        for path in [*(self.world.folder / "data").rglob("*"), self.world.gateway_log]:
            content = path.read_bytes() if path.is_file() else b""
            for secret in [*words, *persons, b"canary-remark-7d1f", (self.vault / "seal.key").read_bytes().strip()]:
                self.assertNotIn(secret, content, path)


class Passphrase(SealingTest):
    gateway = {"extra": '[seal]\nsource = "passphrase"'}

    def make_world(self, world):
        """Its gateway reads the passphrase from a pipe."""
        plain = world._spawn

        def with_passphrase(command, log, **more):
            if "semafoor-gateway" not in str(command[0]):
                return plain(command, log, **more)
            with open(log, "ab") as handle:
                process = subprocess.Popen([*map(str, command), "--passphrase-stdin"], stdin=subprocess.PIPE,
                                           stdout=handle, stderr=handle, **more)
            process.stdin.write(SENTENCE.encode() + b"\n")
            process.stdin.close()
            world.processes.append(process)
            return process

        world._spawn = with_passphrase

    def test_a_worker_that_dies_is_started_again_without_asking_and_a_wrong_one_opens_nothing(self):
        self.sync()
        before = self.listed("messages")
        worker = self.world.worker_pid()
        self.assertTrue(self.world.kill_worker())
        wait_for(lambda: self.world.worker_pid() not in (None, worker), "another worker", alive=self.world.gateway)
        self.world.wait_ready()
        self.assertEqual(self.listed("messages"), before)
        self.world.stop_gateway()
        kept = self.kept()
        wrong = subprocess.run([str(self.world.bin / "semafoor-gateway"), "run", "--passphrase-stdin", "--config",
                                str(self.world.config_file)], input="three blind rats\n", capture_output=True, text=True,
                               timeout=60)
        self.assertEqual(wrong.returncode, LOCKED, wrong.stderr)
        self.assertIn("not the one", wrong.stderr)
        self.assertEqual(self.kept(), kept)
        self.world.start_gateway()
        self.assertEqual(self.listed("messages"), before)
        for path in [*self.world.folder.rglob("*")]:
            if path.is_file():
                self.assertNotIn(SENTENCE.encode(), path.read_bytes(), path)


class Credential(SealingTest):
    """As systemd hands it over: a file of a folder that the environment names."""

    gateway = {"extra": '[seal]\nsource = "credential"'}

    def make_world(self, world):
        folder = world.folder / "credentials"
        folder.mkdir(mode=0o700)
        (folder / "semafoor-seal").write_bytes(b"k" * 48)
        world.gateway_environment = {"CREDENTIALS_DIRECTORY": str(folder)}

    def test_it_serves_with_it_and_is_locked_without(self):
        self.sync()
        self.assertEqual([path.name for path in self.vault.iterdir()], ["root.json"])
        self.world.stop_gateway()
        self.assertIn("vault.locked", self.refused())
        self.world.start_gateway()
        self.assertEqual(len(self.listed("messages")), len(self.expected_messages()))


class Nothing(SealingTest):
    gateway = {"extra": '[seal]\nsource = "none"'}

    def test_it_is_said_and_what_is_there_is_sealed_when_a_key_comes(self):
        self.sync()
        before = self.listed("messages")
        self.assertIn("seal.none", self.world.gateway_log.read_text())
        self.assertTrue(any(m["subject"]["nl"].encode() in path.read_bytes() for m in before if m["subject"].get("nl")
                            for path in (self.world.folder / "data").glob("semafoor.db*")))
        self.world.stop_gateway()
        self.world.start_gateway(extra="")
        self.assertEqual(self.listed("messages"), before)
        self.assert_saves_all_whole(self.world.folder / "saved")
        self.world.stop_gateway()
        self.world.write_config(extra='[seal]\nsource = "none"')
        self.assertIn("vault.source_changed", self.refused())
        self.world.write_config(extra="")
        self.world.start_gateway()


if __name__ == "__main__":
    main()
