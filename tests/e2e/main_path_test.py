# SPDX-License-Identifier: Apache-2.0
"""The main job: messages, signals and answers travel all the way, once."""

import json

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for


class MainPath(WorldTest):
    messages = 28
    signals = 12

    def test_every_message_and_attachment_arrives_whole(self):
        operation = self.sync()
        self.assertEqual(operation["state"], "OPERATION_STATE_SUCCEEDED")
        messages = self.listed("messages")
        self.assertEqual(sorted(m["providerMessageId"] for m in messages),
                         sorted(m["messageId"] for m in self.expected_messages()))
        self.assert_saves_all_whole(self.world.folder / "saved")

    def test_every_family_of_the_list_is_recognised(self):
        self.sync()
        families = {m["family"] for m in self.listed("messages")}
        known = {f["family"] for f in self.world.host("list", "families")["families"]}
        wanted = known - {"MESSAGE_FAMILY_OTHER", "MESSAGE_FAMILY_UNSPECIFIED"}
        self.assertEqual(len(wanted), 13)
        self.assertLessEqual(wanted, families)
        for family in self.world.host("list", "families")["families"]:
            for language in ("nl", "fr", "de", "en"):
                self.assertTrue(family["name"][language], f"{family['family']} has no name in {language}")

    def test_a_second_synchronisation_changes_nothing(self):
        self.sync()
        before = {m["messageId"]: m["version"] for m in self.listed("messages")}
        self.sync()
        self.assertEqual(before, {m["messageId"]: m["version"] for m in self.listed("messages")})
        downloads = self.world.ledger()["attachments"]
        self.assertEqual({entry["completed"] for entry in downloads}, {1}, "nothing is fetched twice")

    def test_a_repeated_signal_is_one_signal(self):
        signals = self.fetch_signals()
        references = [s["signalReference"] for s in signals]
        self.assertEqual(sorted(references), sorted(set(references)))
        self.assertTrue(any(s["deliveries"] > 1 for s in signals), "the sandbox sends some signals twice")

    def test_signals_are_matched_to_the_hosts_dossiers(self):
        self.fetch_signals()
        answer = self.world.host("resolve")
        signals = self.listed("signals")
        matched = [s for s in signals if s["matchState"] == "MATCH_STATE_MATCHED"]
        unmatched = [s for s in signals if s["matchState"] == "MATCH_STATE_NO_DOSSIER"]
        self.assertEqual(len(matched) + len(unmatched), len(signals))
        self.assertTrue(matched)
        self.assertEqual(answer["matched"], len(matched))
        self.assertTrue(all(s["dossiers"][0]["reference"].startswith("dossier-") for s in matched))

    def test_answers_are_accepted_and_a_refused_one_is_corrected(self):
        signals = self.fetch_signals()
        items = [{"signalId": s["signalId"], "code": "X-COUNTED"} for s in signals]
        items[0]["code"] = "X-REVISED"
        file = self.world.folder / "answers.json"
        file.write_text(json.dumps({"items": items}))
        results = self.world.host("answers", file)["results"]
        self.assertTrue(all("feedback" in r for r in results))
        settled = self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED", "FEEDBACK_STATE_REFUSED"})
        refused = [i for i in settled if i["state"] == "FEEDBACK_STATE_REFUSED"]
        self.assertEqual([i["signalId"] for i in refused], [signals[0]["signalId"]])
        self.assertEqual(refused[0]["errors"][0]["code"], "X-0002")
        self.world.host("answer", signals[0]["signalId"], "X-REVISED", "--decision-reference", "B-1")
        wait_for(lambda: [i for i in self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED", "FEEDBACK_STATE_REFUSED"})
                          if i["signalId"] == signals[0]["signalId"] and i["state"] == "FEEDBACK_STATE_ACCEPTED"],
                 "the corrected answer to be accepted")
        ledger = self.world.ledger()["feedback"]
        self.assertEqual(len(ledger), len(signals) + 1)
        self.assertTrue(all(entry["effects"] == 1 for entry in ledger))
        states = {s["signalId"]: s["state"] for s in self.listed("signals")}
        self.assertEqual(set(states.values()), {"SIGNAL_STATE_CLOSED"})

    def test_the_same_client_id_is_one_answer(self):
        signal = self.fetch_signals()[0]
        client_id = "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d"
        arguments = ("answer", signal["signalId"], "X-COUNTED", "--client-id", client_id)
        first = self.world.host(*arguments)["results"][0]
        second = self.world.host(*arguments)["results"][0]
        self.assertFalse(first["repeatedSubmission"])
        self.assertTrue(second["repeatedSubmission"])
        other = self.world.host_process("answer", signal["signalId"], "X-EXEMPT", "--client-id", client_id, check=False)
        self.assertIn("feedback.conflict", other.stdout + other.stderr)
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"})
        self.assertEqual(len(self.world.ledger()["feedback"]), 1)


class TwoOrganisations(WorldTest):
    organisations = 2

    def test_each_sees_only_its_own(self):
        first, second = self.world.organisations
        self.sync(first)
        self.assertEqual(self.listed("messages", second), [])
        self.sync(second)
        ids = [{m["providerMessageId"] for m in self.listed("messages", org)} for org in (first, second)]
        wanted = [{m["messageId"] for m in self.expected_messages(org)} for org in (first, second)]
        self.assertEqual(ids, wanted)
        message = self.listed("messages", first)[0]
        error = self.failure("show", "message", message["messageId"], org=second)
        self.assertEqual(error["status"], "NOT_FOUND")


if __name__ == "__main__":
    main()
