# SPDX-License-Identifier: Apache-2.0
"""Hosts and folders as offices have them: no console, a decimal comma, unmasked floating-point exceptions; folders with
spaces, accents and Arabic letters, and names longer than Windows used to allow."""

import json
import shutil
import tempfile
from pathlib import Path

from tests.e2e.base import WorldTest, main
from tests.support.world import last_json

# Every list of the reference host, as a call: plugin, method, request, and what it lists.
LISTS = [("ebox", "Mailbox/ListMessages", {"pageSize": 200}, "messages"),
         ("ebox", "Mailbox/ListFamilies", {}, "families"),
         ("knipperlicht", "Signals/ListSignals", {"pageSize": 500}, "signals"),
         ("knipperlicht", "Signals/ListSignalTypes", {}, "types"),
         ("feedback", "Feedback/ListFeedbackCodes", {}, "codes"),
         ("feedback", "Feedback/ListFeedback", {"pageSize": 200}, "feedback")]


class OfficeTest(WorldTest):
    def office(self, calls):
        """The calls, one after the other, in one process of the office's host."""
        world = self.world
        request, answer = world.folder / "request.json", world.folder / "answer.json"
        answer.unlink(missing_ok=True)
        request.write_text(json.dumps({
            "plugins": world.native(world.plugins),
            "config": {"organisation": self.org, "host_name": "office",
                       "gateway": {"attestation_socket": world.attestation_socket}},
            "calls": [{"plugin": plugin, "method": method, "request": body} for plugin, method, body in calls]}))
        world.run([world.host_bin / "office_host", request, answer])
        return json.loads(answer.read_text())


class Host(OfficeTest):
    def test_a_host_without_console_with_a_decimal_comma_and_unmasked_exceptions(self):
        self.sync()
        signals = self.fetch_signals()
        submit = ("feedback", "Feedback/SubmitFeedback",
                  {"items": [{"signalId": one["signalId"], "code": "X-COUNTED"} for one in signals]})
        told = self.office([submit, *((plugin, method, body) for plugin, method, body, _ in LISTS)])
        self.assertEqual(told["decimalPoint"], ",")
        self.assertFalse(told["console"])
        self.assertEqual(told["bits"], 32 if "x86" in self.world.host_bin.parent.name else 64)
        self.assertTrue(told["environment"], "a plugin changed the host's floating-point environment")
        answers = [one["answer"] for one in told["calls"]]
        self.assertEqual([one["status"] for one in told["calls"]], ["OK"] * len(told["calls"]), answers)
        self.assertTrue(all("feedback" in one for one in answers[0]["results"]))
        for (plugin, method, body, what), answer in zip(LISTS, answers[1:]):
            if what not in ("signals", "feedback"):
                self.assertEqual(answer[what], self.listed(what), f"{plugin} {method} {body}")
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"})
        settled = self.office([(plugin, method, body) for plugin, method, body, _ in LISTS])
        for (plugin, method, body, what), one in zip(LISTS, settled["calls"]):
            self.assertEqual(one["answer"][what], self.listed(what), f"{plugin} {method} {body}")
        self.assertTrue(any("amount" in signal for signal in self.listed("signals")), "no number was in it")
        self.assertTrue(all(entry["effects"] == 1 for entry in self.world.ledger()["feedback"]))

    def test_errors_reach_it_too(self):
        told = self.office([("ebox", "Mailbox/GetMessage", {"messageId": "none"}), ("ebox", "Nowhere/Nothing", {}),
                            ("other", "Nowhere/Nothing", {})])
        self.assertEqual([one["status"] for one in told["calls"]], ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"])
        self.assertTrue(told["environment"])


class Folders(OfficeTest):
    """Everything the programs read and write lies in a folder of 300 characters."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="semafoor-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        folder = self.root / "Sociaal Huis Écaussinnes-d'Enghien" / "ملفات المستفيدين" / "Leefloon dossiers één à tien"
        while len(str(folder)) < 300:
            folder /= "n" * min(60, 299 - len(str(folder))) or "n"
        self.folder = folder
        super().setUp()

    def test_everything_works_there(self):
        self.assertGreaterEqual(len(str(self.folder)), 300)
        self.sync()
        self.assert_saves_all_whole(self.folder / "bewaard één" / "رسائل")
        for signal in self.fetch_signals():
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"})
        before = self.listed("messages")
        self.world.stop_gateway()
        self.world.start_gateway()
        self.assertEqual(self.listed("messages"), before)
        self.assertTrue((self.folder / "data" / "semafoor.db").exists())

    def test_plugins_are_not_loaded_from_there_and_it_says_why(self):
        there = self.folder / "plugins"
        shutil.copytree(self.world.plugins, there)
        self.world.plugins = there
        done = self.world.host_process("load", check=False)
        refused = last_json(done.stdout)["plugins"]
        self.assertEqual({one["id"] for one in refused}, {"ebox", "knipperlicht", "feedback"})
        for one in refused:
            self.assertEqual(one["error"]["code"], "shim.path_too_long")
            self.assertIn("at most 259", one["error"]["message"])

    def test_plugins_are_loaded_from_a_folder_in_any_script(self):
        there = self.root / "invoegtoepassingen één" / "ملفات"
        shutil.copytree(self.world.plugins, there)
        self.world.plugins = there
        self.sync()
        self.assertEqual(len(self.listed("messages")), len(self.expected_messages()))


if __name__ == "__main__":
    main()
