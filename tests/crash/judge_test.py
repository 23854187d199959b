# SPDX-License-Identifier: Apache-2.0
"""The judge of the crash test must be able to condemn: each kind of loss and doubling, and nothing where all is well."""

import base64
import json
import tempfile
import unittest
from pathlib import Path

from tests.crash.judge import Journal, judge

DIGEST = "ab" * 32


class PretendWorld:
    """Says what a world would say in which all went well: one message, one signal, one answer."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.expected_documents = {
            "messages": [{"messageId": "m1", "attachments": [{"sha256": DIGEST}]}],
            "signals": [{"signalReference": "KN1"}]}
        self.listed = {
            "messages": [{"providerMessageId": "m1", "attachments": [
                {"sha256": base64.b64encode(bytes.fromhex(DIGEST)).decode(), "state": "ATTACHMENT_STATE_STORED"}]}],
            "signals": [{"signalReference": "KN1"}],
            "feedback": [{"clientId": "a1"}]}
        self.answer = {"id": "a1", "signalReference": "KN1", "evaluation": "ACCEPTED", "received": 1, "effects": 1,
                       "conflicts": 0}
        self.effects = [self.answer]
        self.saved = {"saved": [{}]}

    def expected(self, _org):
        return self.expected_documents

    def ledger(self, _org):
        return {"feedback": self.effects}

    def host(self, *arguments, **_):
        return {arguments[1]: self.listed[arguments[1]]} \
            if arguments[0] == "list" else self.saved


class JudgeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.world = PretendWorld(folder.name)
        self.lines = ["try a1 s1 X-COUNTED", "ack a1", "event ebox 1 message.stored m1",
                      "event knipperlicht 2 signal.received s1", "event feedback 3 feedback.queued a1",
                      "event feedback 4 feedback.sent a1", "event feedback 5 feedback.accepted a1"]

    def verdict(self):
        path = self.world.folder / "journal"
        path.write_text("\n".join(self.lines) + "\n")
        return judge(self.world, "0100100139", Journal(path).read_on())

    def assert_found(self, kind, *words):
        found = getattr(self.verdict(), kind)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_all_is_well(self):
        verdict = self.verdict()
        self.assertEqual((verdict.lost, verdict.doubled, verdict.unshown), ([], [], []))
        self.assertEqual(verdict.counts["answers"], 1)

    def test_a_message_is_lost(self):
        self.world.expected_documents["messages"].append({"messageId": "m2", "attachments": []})
        self.assert_found("lost", "m2")

    def test_an_attachment_is_lost(self):
        self.world.listed["messages"][0]["attachments"][0]["state"] = "ATTACHMENT_STATE_PENDING"
        self.assert_found("lost", DIGEST)

    def test_a_signal_is_lost(self):
        self.world.expected_documents["signals"].append({"signalReference": "KN2"})
        self.assert_found("lost", "KN2")

    def test_an_acknowledged_answer_without_effect_is_lost(self):
        self.world.effects.clear()
        self.assert_found("lost", "a1", "no effect")

    def test_an_acknowledged_answer_that_the_gateway_forgot_is_lost(self):
        self.world.listed["feedback"] = [{"clientId": "a0"}]
        self.assert_found("lost", "a1", "not here")

    def test_a_skipped_event_is_lost(self):
        del self.lines[3]
        self.assert_found("lost", "event 2")

    def test_an_outcome_nobody_was_told_is_lost(self):
        del self.lines[6]
        self.assert_found("lost", "a1", "outcome")

    def test_damaged_bytes_are_a_loss(self):
        self.lines.append("damaged attachment.damaged")
        self.assert_found("lost", "attachment.damaged")

    def test_an_answer_with_two_effects_is_doubled(self):
        self.world.answer["effects"] = 2
        self.assert_found("doubled", "a1", "2 times")

    def test_two_accepted_answers_to_one_signal_are_doubled(self):
        self.world.effects.append({**self.world.answer, "id": "a2"})
        self.lines[2:2] = ["try a2 s1 X-COUNTED"]
        self.assert_found("doubled", "KN1")

    def test_an_answer_nobody_gave_is_doubled(self):
        self.world.effects.append({**self.world.answer, "id": "a9", "signalReference": "KN9"})
        self.assert_found("doubled", "a9")

    def test_a_record_that_is_there_twice_is_doubled(self):
        for what in ("messages", "signals", "feedback"):
            with self.subTest(what):
                before = json.dumps(self.world.listed[what])
                self.world.listed[what] = self.world.listed[what] * 2
                self.assert_found("doubled", "2 times")
                self.world.listed[what] = json.loads(before)

    def test_an_outcome_told_under_two_numbers_is_doubled(self):
        self.lines.append("event feedback 6 feedback.accepted a1")
        self.assert_found("doubled", "2 numbers")

    def test_a_redelivered_event_is_not(self):
        self.lines.append(self.lines[-1])
        self.assertEqual(self.verdict().doubled, [])

    def test_a_repeat_that_nobody_saw_is_unshown(self):
        self.world.answer["received"] = 2
        self.assert_found("unshown", "a1")
        self.lines[5:5] = ["event feedback 4 feedback.unknown a1"]
        self.lines[6:] = ["event feedback 5 feedback.sent a1", "event feedback 6 feedback.accepted a1"]
        verdict = self.verdict()
        self.assertEqual((verdict.unshown, verdict.unknown_resolved), ([], 1))


if __name__ == "__main__":
    unittest.main()
