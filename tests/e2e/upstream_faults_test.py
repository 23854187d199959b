# SPDX-License-Identifier: Apache-2.0
"""An upstream that refuses, stalls, lies or breaks off: a clear state each time, and all is well afterwards."""

import json
import os
import unittest

from tests.e2e.base import UNDER_WINE, WorldTest, main
from tests.support.world import wait_for

CONTENT = "*/content"
LIST = "*/ebox/messages"


class UpstreamFaults(WorldTest):
    messages = 14
    signals = 4
    gateway = {"upstream": "stall_timeout_ms = 2000"}

    def assert_recovers(self):
        """After the fault is gone a synchronisation brings everything, each attachment verified."""
        self.world.clear_faults()
        def complete():
            self.sync(check=False)
            messages = self.listed("messages")
            return len(messages) == len(self.expected_messages()) and all(
                a["state"] == "ATTACHMENT_STATE_STORED" for m in messages for a in m["attachments"])
        wait_for(complete, "everything to be here after the fault", seconds=60)

    def problem_of_sync(self):
        done = self.world.host_process("sync", "--wait", check=False)
        return done.stdout + done.stderr

    def test_list_answers(self):
        for status in (401, 403, 404, 409, 500, 503):
            with self.subTest(status=status):
                self.world.fault(path=LIST, status=status)
                said = self.problem_of_sync()
                if status != 404:  # by contract an empty list
                    self.assertIn(str(status), said)
                self.world.clear_faults()
        self.assert_recovers()

    def test_too_many_requests_is_obeyed(self):
        self.world.fault(path=LIST, status=429, retryAfterSeconds=1, times=1)
        said = self.problem_of_sync()
        self.assertTrue("SUCCEEDED" in said or "429" in said, said)
        self.assert_recovers()

    def test_malformed_json(self):
        self.world.fault(path=LIST, kind="malformed_json")
        self.assertIn("upstream.malformed", self.problem_of_sync() + str(self.world.status()))
        self.assert_recovers()

    def test_wrong_digest_is_never_shown_as_stored(self):
        self.world.fault(path=CONTENT, kind="wrong_digest", times=1)
        self.problem_of_sync()
        states = [a for m in self.listed("messages") for a in m["attachments"]]
        bad = [a for a in states if a["state"] != "ATTACHMENT_STATE_STORED"]
        self.assertLessEqual(len(bad), 1)
        self.assert_recovers()

    def test_truncated_attachment(self):
        self.world.fault(path=CONTENT, kind="truncated_body", times=2)
        self.problem_of_sync()
        self.assert_recovers()

    def test_connection_reset(self):
        self.world.fault(path=CONTENT, kind="reset", times=2)
        self.problem_of_sync()
        self.assert_recovers()

    def test_an_answer_whose_receipt_is_lost_is_resolved_and_has_one_effect(self):
        signals = self.fetch_signals()
        self.world.fault(path="/podmi/v1/messages", method="POST", kind="reset", effect="after", times=1)
        for signal in signals:
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"}, seconds=60)
        ledger = self.world.ledger()["feedback"]
        self.assertEqual(sorted(e["effects"] for e in ledger), [1] * len(signals))

    def test_a_refused_send_is_a_dead_letter_that_an_administrator_replays_or_discards(self):
        first, second = self.fetch_signals()[:2]
        self.world.fault(path="/podmi/v1/messages", method="POST", status=422)
        ids = [self.world.host("answer", signal["signalId"], "X-COUNTED")["results"][0]["clientId"]
               for signal in (first, second)]

        def outbox(*state):
            document = json.loads(self.world.ctl("outbox", "list", self.org, *state, "--json").stdout)
            return {item["clientId"]: item for item in document["feedback"]}
        wait_for(lambda: set(outbox("--state", "dead")) == set(ids), "both to be dead letters")
        self.world.clear_faults()
        self.assertIn("422", outbox()[ids[0]]["lastProblem"])
        without_reason = self.world.ctl("outbox", "replay", self.org, ids[0], "--reason", " ", check=False)
        self.assertEqual(without_reason.returncode, 1)
        self.world.ctl("outbox", "replay", self.org, ids[0], "--reason", "POD MI mended its check")
        self.world.ctl("outbox", "discard", self.org, ids[1], "--reason", "answered by telephone")
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED", "FEEDBACK_STATE_DISCARDED"}, seconds=60)
        item = self.world.host("show", "feedback", ids[0])["feedback"]
        self.assertEqual(item["state"], "FEEDBACK_STATE_ACCEPTED")
        self.assertEqual(item["decisions"][0]["reason"], "POD MI mended its check")
        self.assertEqual([e["id"] for e in self.world.ledger()["feedback"]], [ids[0]])
        late = self.world.ctl("outbox", "discard", self.org, ids[0], "--reason", "too late", check=False)
        self.assertEqual(late.returncode, 1)
        self.assertIn("judged", late.stderr)
        again = self.world.host("answer", second["signalId"], "X-COUNTED")["results"][0]
        self.assertNotIn("problem", again)

    def test_a_mailbox_that_answers_rubbish_loses_nothing(self):
        self.world.fault(path="/podmi/v1/messages", method="GET", kind="malformed_json", times=1)
        self.world.ctl("sync", self.org, "--wait", check=False)
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())


@unittest.skipIf(UNDER_WINE, "what a process holds in memory is asked of Linux")
class HugeAttachment(WorldTest):
    messages = 1
    signals = 0
    sandbox_args = ("--big-attachment", "200")

    def test_200_mib_in_constant_memory(self):
        def peak_kib():
            with open(f"/proc/{self.world.worker_pid()}/status") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
        before = peak_kib()
        self.sync()
        folder = self.world.folder / "saved"
        folder.mkdir()
        saved = self.world.host("--deadline-ms", 600_000, "save", "--all", "--to", folder, timeout=600)["saved"]
        biggest = max(int(entry["attachment"]["sizeBytes"]) for entry in saved)
        self.assertGreaterEqual(biggest, 200 * 1024 * 1024)
        shadow = 4 if os.environ.get("TSAN_OPTIONS") else 1  # ThreadSanitizer keeps several bytes for each byte
        self.assertLess(peak_kib() - before, shadow * 64 * 1024)


if __name__ == "__main__":
    main()
