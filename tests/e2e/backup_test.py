# SPDX-License-Identifier: Apache-2.0
"""Backup while the gateway works, restore while it does not, and everything that can go wrong with either."""

import json
import os
import random
import shutil
import subprocess

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for

FINAL = {"FEEDBACK_STATE_ACCEPTED"}


class BackupTest(WorldTest):
    def setUp(self):
        super().setUp()
        self.data = self.world.folder / "data"
        self.target = self.world.folder / "backup"

    def backup(self, target=None, check=True):
        return self.world.ctl("backup", target or self.target, "--json", check=check)

    def gateway_program(self, *arguments, check=True):
        return self.world.run([self.world.bin / "semafoor-gateway", *arguments, "--json"], check=check)

    def restore(self, folder=None, data=None, check=True):
        done = self.gateway_program("restore", folder or self.target, "--data", data or self.data, check=check)
        return json.loads(done.stdout) if check else done

    def error_of(self, done):
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return json.loads(done.stdout)["error"]

    def picture(self):
        """All of the data folder that a gateway keeps: path to bytes."""
        return {path.relative_to(self.data): path.read_bytes() for path in self.data.rglob("*")
                if path.is_file() and path.name != "gateway.lock" and path.suffix not in (".db-wal", ".db-shm")}

    def aside(self):
        return list(self.world.folder.glob("data.before-restore-*"))

    def assert_whole(self, messages):
        """The gateway opens the data folder and every attachment it lists can be read."""
        self.world.start_gateway()
        self.assertEqual({m["messageId"] for m in self.listed("messages")}, messages)
        self.backup(self.world.folder / f"proof-{random.randrange(1 << 30)}")
        self.world.stop_gateway()


class MakeAndRestore(BackupTest):
    def test_a_backup_of_a_working_gateway_is_restored_over_it_and_into_an_empty_folder(self):
        self.sync()
        before = self.listed("messages")
        document = json.loads(self.backup().stdout)
        self.assertEqual(document["operation"]["state"], "OPERATION_STATE_SUCCEEDED")
        self.assertEqual(os.stat(self.target).st_mode & 0o777, 0o700)
        for path in self.target.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        self.assertIn("is whole", self.world.ctl("backup", "--check", self.target).stdout)
        # What came since is gone afterwards at the gateway, and kept beside it.
        self.world.control("POST", "/messages", {"organisation": self.org, "count": 3})
        self.sync()
        self.world.stop_gateway()
        summary = self.restore()
        self.assertEqual([str(path) for path in self.aside()], [summary["previous"]])
        self.assert_whole({m["messageId"] for m in before})
        # And anew, where nothing was.
        shutil.rmtree(self.data)
        self.assertEqual(self.restore()["previous"], "")
        self.assert_whole({m["messageId"] for m in before})
        # The upstream still has what the backup had not.
        self.world.start_gateway()
        self.sync()
        self.assertEqual(len(self.listed("messages")), len(before) + 3)

    def test_one_state_while_messages_and_answers_come_in(self):
        signals = self.fetch_signals()
        operation = self.world.host("sync")
        self.assertTrue(operation["operationId"])
        for number, signal in enumerate(signals):
            self.world.host("answer", signal["signalId"], "X-COUNTED")
            self.backup(self.world.folder / f"backup-{number}")
        self.sync()
        self.world.stop_gateway()
        for number in range(len(signals)):
            self.gateway_program("check-backup", self.world.folder / f"backup-{number}")
        self.restore(self.world.folder / "backup-2")
        self.world.start_gateway()
        # The answers in it, at least those three; none of them was sent twice with effect.
        self.assertGreaterEqual(len(self.listed("feedback")), 3)
        self.answer_until_settled(FINAL)
        self.assertEqual({entry["effects"] for entry in self.world.ledger()["feedback"]}, {1})

    def test_a_folder_that_is_not_free_is_refused_and_not_touched(self):
        self.target.mkdir()
        (self.target / "mine").write_text("mine")
        error = self.error_of(self.backup(check=False))
        self.assertEqual(error["code"], "backup.folder")
        self.assertIn("not empty", error["message"])
        self.assertEqual([path.name for path in self.target.iterdir()], ["mine"])
        self.assertEqual(self.error_of(self.backup(self.data / "inside", check=False))["code"], "backup.folder")
        self.assertEqual(self.error_of(self.backup("/nowhere/at/all", check=False))["code"], "backup.folder")

    def test_a_gateway_that_runs_is_not_restored_under(self):
        self.sync()
        self.backup()
        error = self.error_of(self.restore(check=False))
        self.assertEqual(error["code"], "data.in_use")
        self.assertEqual(self.aside(), [])
        self.assertEqual(len(self.listed("messages")), len(self.expected_messages()))


class Elsewhere(BackupTest):
    """On another machine, which has what was kept apart, or not."""

    def setUp(self):
        super().setUp()
        self.sync()
        messages = self.listed("messages")
        self.messages_before = {m["messageId"] for m in messages}
        self.messages_with_subjects = [m for m in messages if len(m.get("subject", {}).get("nl", "")) > 8]
        self.persons = {s["person"]["value"].encode() for s in self.fetch_signals()}
        backups = self.world.folder / "backups"
        backups.mkdir(mode=0o700)
        self.backup(backups / "one")
        self.world.stop_gateway()
        self.medium = self.world.folder / "medium"
        shutil.copytree(backups, self.medium)
        self.elsewhere = self.world.folder / "elsewhere"
        self.vault = self.world.folder / "data-vault"

    def restore_elsewhere(self, *more, check=True):
        done = self.gateway_program("restore", self.medium / "one", "--data", self.elsewhere, *more, check=check)
        return json.loads(done.stdout) if check else done

    def test_with_the_vault_and_the_copy_of_the_keys_all_of_it_is_there(self):
        self.restore_elsewhere("--vault", self.vault)
        shutil.rmtree(self.data)
        self.elsewhere.rename(self.data)
        self.assert_whole(self.messages_before)

    def test_without_the_vault_it_is_locked(self):
        self.assertEqual(self.error_of(self.restore_elsewhere(check=False))["code"], "vault.locked")
        self.assertFalse(self.elsewhere.exists() and any(self.elsewhere.rglob("semafoor.db")))

    def test_without_the_copy_of_the_keys_it_says_which_file_it_wants(self):
        (self.medium / "semafoor-data-keys.json").unlink()
        error = self.error_of(self.restore_elsewhere("--vault", self.vault, check=False))
        self.assertEqual(error["code"], "store.key_missing")
        self.assertIn(str(self.medium / "semafoor-data-keys.json"), error["message"])

    def test_nothing_of_it_is_in_clear(self):
        """Persons and texts, as the hosts see them, in every file of the data folder and of the backup."""
        words = {m["subject"]["nl"].encode() for m in self.messages_with_subjects}
        self.assertTrue(words)
        for folder in (self.data, self.medium):
            for path in folder.rglob("*"):
                if not path.is_file():
                    continue
                content = path.read_bytes()
                for word in words | self.persons:
                    self.assertNotIn(word, content, path)


class Answers(BackupTest):
    def test_answers_sent_after_the_backup_are_looked_up_and_have_one_effect(self):
        signals = self.fetch_signals()
        # Two are on their way in the backup and are accepted after it; two come after it altogether.
        self.world.fault(path="/podmi/v1/messages", method="POST", status=503)
        for signal in signals[:2]:
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        waiting = {item["clientId"] for item in self.listed("feedback")}
        self.backup()
        self.world.clear_faults()
        for signal in signals[2:4]:
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        self.answer_until_settled(FINAL)
        ledger = self.world.ledger()["feedback"]
        self.assertEqual([entry["effects"] for entry in ledger], [1] * 4)
        received = {entry["id"]: entry["received"] for entry in ledger}
        self.world.stop_gateway()
        self.assertEqual(self.restore()["answers_looked_up"], 2)
        self.world.start_gateway()
        self.assertEqual({item["clientId"] for item in self.listed("feedback")}, waiting)
        self.answer_until_settled(FINAL)
        ledger = self.world.ledger()["feedback"]
        self.assertEqual([entry["effects"] for entry in ledger], [1] * 4)
        # Not even offered again: the authority was asked first.
        self.assertEqual({entry["id"]: entry["received"] for entry in ledger}, received)

    def test_answers_never_sent_are_sent_once_from_the_restored_gateway(self):
        signals = self.fetch_signals()
        self.world.fault(path="/podmi/v1/messages", method="POST", status=503)
        for signal in signals[:3]:
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        self.backup()
        self.world.stop_gateway()
        self.restore()
        self.world.clear_faults()
        self.world.start_gateway()
        self.answer_until_settled(FINAL)
        self.assertEqual([entry["effects"] for entry in self.world.ledger()["feedback"]], [1] * 3)


class Events(BackupTest):
    def watch(self, check=True, count=1):
        return self.world.host_process("watch", "--plugin", "ebox", "--max", str(count), check=check)

    def test_every_cursor_of_before_is_told_to_rebuild_and_then_goes_on(self):
        self.sync()
        self.watch(count=3)
        self.backup()
        self.watch(count=5)
        self.world.stop_gateway()
        self.restore()
        self.world.start_gateway()
        # More happens than was lost: the old cursor must not mean something else now.
        self.world.control("POST", "/messages", {"organisation": self.org, "count": 12})
        self.sync()
        told = self.watch(check=False)
        self.assertIn("E_CURSOR_EXPIRED", told.stdout + told.stderr)


class Damaged(BackupTest):
    messages = 6

    def setUp(self):
        super().setUp()
        self.sync()
        self.backup()
        self.messages_before = {m["messageId"] for m in self.listed("messages")}
        self.world.stop_gateway()

    def expect_refused(self, damage, code="backup.damaged", names=None):
        copy = self.world.folder / "damaged"
        shutil.copytree(self.target, copy)
        damage(copy)
        before = self.picture()
        error = self.error_of(self.restore(copy, check=False))
        self.assertEqual(error["code"], code, error)
        if names:
            self.assertIn(names, error["message"])
        self.assertEqual(self.error_of(self.gateway_program("check-backup", copy, check=False))["code"], code)
        self.assertEqual(self.picture(), before)
        self.assertEqual(self.aside(), [])
        self.assertFalse((self.world.folder / "data.restoring").exists())
        shutil.rmtree(copy)

    @staticmethod
    def flip(path, at):
        content = bytearray(path.read_bytes())
        content[at] ^= 1
        path.write_bytes(content)

    @staticmethod
    def a_blob(folder):
        return next(path for path in sorted((folder / "blobs").rglob("*")) if len(path.name) == 64 and path.is_file())

    def test_each_kind_of_damage_is_named_and_changes_nothing(self):
        self.expect_refused(lambda copy: self.flip(copy / "semafoor.db", -2000), names="semafoor.db")
        self.expect_refused(lambda copy: os.truncate(copy / "semafoor.db", 8192), names="semafoor.db")
        self.expect_refused(lambda copy: self.flip(copy / "index.key", 3), names="index.key")
        self.expect_refused(lambda copy: self.flip(self.a_blob(copy), 10), names="blobs/" + self.org)
        self.expect_refused(lambda copy: self.a_blob(copy).unlink(), names="blobs/" + self.org)
        self.expect_refused(lambda copy: self.flip(copy / "manifest.json", 200), names="manifest.json")
        self.expect_refused(lambda copy: os.truncate(copy / "manifest.json", 100), names="manifest.json")
        self.expect_refused(lambda copy: (copy / "manifest.json").unlink(), "backup.not_complete")
        self.assert_whole(self.messages_before)


class Killed(BackupTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(7)
        self.sync()

    def killed_after(self, command, seconds):
        """True when it was still running then."""
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True

    def test_a_restore_killed_at_any_instant_leaves_the_old_data_or_the_new(self):
        self.backup()
        old = {m["messageId"] for m in self.listed("messages")}
        self.world.control("POST", "/messages", {"organisation": self.org, "count": 3})
        self.sync()
        new = {m["messageId"] for m in self.listed("messages")}
        self.world.stop_gateway()
        shutil.copytree(self.data, self.world.folder / "kept")
        command = [self.world.bin / "semafoor-gateway", "restore", self.target, "--data", self.data]
        kills, seen = 0, set()
        for _ in range(12):
            kills += self.killed_after(command, self.random.uniform(0.005, 0.6))
            self.world.start_gateway()
            there = {m["messageId"] for m in self.listed("messages")}
            self.assertIn(there, (old, new))
            seen.add(len(there))
            self.world.stop_gateway()
            shutil.rmtree(self.data)
            shutil.copytree(self.world.folder / "kept", self.data)
        self.assertGreater(kills, 0)
        self.restore()
        self.assertFalse((self.world.folder / "data.restoring").exists())
        self.assert_whole(old)

    def test_a_backup_killed_at_any_instant_is_whole_or_has_no_name(self):
        messages = {m["messageId"] for m in self.listed("messages")}
        unfinished = 0
        for number in range(8):
            target = self.world.folder / f"backup-{number}"
            asking = subprocess.Popen([str(self.world.bin / "semafoorctl"), "--socket",
                                       str(self.world.attestation_socket), "backup", str(target)],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            partial = target.with_name(target.name + ".partial")
            wait_for(lambda: partial.exists() or target.exists(), "the backup to begin")
            try:
                asking.wait(timeout=self.random.uniform(0.001, 0.1))
            except subprocess.TimeoutExpired:
                pass
            self.world.stop_gateway(kill=True)
            asking.wait(timeout=30)
            if target.exists():
                self.gateway_program("check-backup", target)
            else:
                unfinished += 1
                error = self.error_of(self.gateway_program("check-backup", partial, check=False))
                self.assertEqual(error["code"], "backup.not_complete")
            self.world.start_gateway()
            if not target.exists():
                self.backup(target)
                self.assertFalse(partial.exists())
                self.gateway_program("check-backup", target)
        self.assertGreater(unfinished, 0)
        self.assertEqual({m["messageId"] for m in self.listed("messages")}, messages)


if __name__ == "__main__":
    main()
