#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""semafoor-host as a program, with plugins that answer from files: output, exit codes, errors."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1))

SIGNALS = [{"signalId": f"s{i}", "signalReference": f"R{i}", "signalType": "X-A", "person": {"value": "00000000097"},
            "state": "SIGNAL_STATE_RECEIVED", "matchState": "MATCH_STATE_OPEN"} for i in range(3)]
MESSAGE = {"messageId": "m1", "family": "MESSAGE_FAMILY_OTHER", "subject": {"nl": "Betreft 00.00.00-000.97"},
           "attachments": [{"attachmentId": "a1", "state": "ATTACHMENT_STATE_STORED"},
                           {"attachmentId": "a2", "state": "ATTACHMENT_STATE_PENDING"}]}


class HostTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="semafoor-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def answer(self, method, document, token=""):
        name = method.replace("/", ".") + (f".{token}" if token else "") + ".json"
        (self.folder / name).write_text(document if isinstance(document, str) else json.dumps(document))

    def requests(self, method):
        lines = (self.folder / "requests.jsonl").read_text().splitlines()
        return [r["request"] for r in map(json.loads, lines) if r["method"] == method.replace("/", ".")]

    def command(self, *arguments):
        return [BUILD / "bin/semafoor-host", "--plugins", BUILD / "fake-plugins", "--organisation", "0212344876",
                *map(str, arguments)]

    def run_host(self, *arguments, code=0, events=0, input=None):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, input=input, timeout=60,
                              env={**os.environ, "SEMAFOOR_FAKE_ANSWERS": str(self.folder),
                                   "SEMAFOOR_FAKE_EVENTS": str(events)})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def json(self, *arguments, **more):
        return json.loads(self.run_host("--json", *arguments, **more).stdout)


class Loading(HostTest):
    def test_every_plugin_with_its_state(self):
        plugins = {p["id"]: p for p in self.json("load")["plugins"]}
        self.assertEqual({"ebox", "feedback", "knipperlicht", "fake"}, set(plugins))
        self.assertEqual(plugins["ebox"]["state"], "started")
        self.assertEqual(plugins["ebox"]["version"], "1.0.0")
        self.assertIn("knipperlicht", self.run_host("load").stdout)

    def test_a_folder_without_plugins_fails_and_says_so(self):
        done = subprocess.run([BUILD / "bin/semafoor-host", "--plugins", self.folder, "load"], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no plugin was found", done.stdout)

    def test_an_unknown_plugin_names_the_known_ones_and_the_places(self):
        error = self.json("call", "ebocks", "X/Y", code=1)["error"]
        self.assertEqual(error["status"], "NOT_FOUND")
        self.assertIn("ebox 1.0.0", error["message"])
        self.assertIn("fake-plugins", error["message"])

    def test_status_tells_the_gateway_is_away(self):
        for method in ("Mailbox/ListMessages", "Signals/ListSignals", "Feedback/ListFeedback"):
            self.answer(method, "!106 no gateway at /run/x")
        document = self.json("status", code=4)
        self.assertEqual({p["state"] for p in document["plugins"]}, {"E_GATEWAY_ABSENT"})

    def test_status_counts_what_there_is_to_do(self):
        for method, count in (("Mailbox/ListMessages", 4), ("Signals/ListSignals", 5), ("Feedback/ListFeedback", 6)):
            self.answer(method, {"totalCount": str(count)})
        self.assertEqual([p["count"] for p in self.json("status")["plugins"]], [4, 5, 6])


class Listing(HostTest):
    def test_all_pages_become_one_document(self):
        self.answer("Signals/ListSignals", {"signals": SIGNALS[:2], "nextPageToken": "2", "totalCount": "3"})
        self.answer("Signals/ListSignals", {"signals": SIGNALS[2:], "nextPageToken": "", "totalCount": "3"}, token="2")
        self.assertEqual(self.json("list", "signals", "--all")["signals"], SIGNALS)
        self.assertEqual([r["pageSize"] for r in self.requests("Signals/ListSignals")], [500, 500])
        self.assertEqual(len(self.json("list", "signals")["signals"]), 2)

    def test_filters_take_short_names(self):
        self.answer("Signals/ListSignals", {})
        self.json("list", "signals", "--state", "received", "--match", "no-dossier", "--page-size", "7")
        self.assertEqual(self.requests("Signals/ListSignals")[0], {
            "states": ["SIGNAL_STATE_RECEIVED"], "matchStates": ["MATCH_STATE_NO_DOSSIER"], "pageSize": 7})

    def test_text_masks_national_numbers_and_json_does_not(self):
        self.answer("Mailbox/ListMessages", {"messages": [MESSAGE]})
        self.answer("Signals/ListSignals", {"signals": SIGNALS})
        self.assertIn("Betreft **.**.**-***.97", self.run_host("list", "messages").stdout)
        text = self.run_host("list", "signals").stdout
        self.assertIn("*********97", text)
        self.assertNotIn("00000000097", text)
        self.assertIn("00000000097", self.run_host("--show-numbers", "list", "signals").stdout)
        self.assertIn("00000000097", self.run_host("--json", "list", "signals").stdout)

    def test_what_does_not_exist_is_wrong_use(self):
        self.assertIn("messages, signals", self.run_host("list", "letters", code=2).stderr)
        self.run_host("list", code=2)
        self.run_host("--nonsense", code=2)
        self.run_host(code=2)

    def test_wrong_use_is_one_document_too_and_names_what_was_meant(self):
        for arguments, said in ((("synch",), "did you mean sync?"), (("frobnicate",), "known are load"),
                                (("--nonsense", "load"), "--nonsense"), ((), "subcommand"), (("list",), "WHAT")):
            error = self.json(*arguments, code=2)["error"]
            self.assertEqual((error["status"], error["code"]), ("INVALID_ARGUMENT", "host.wrong_use"))
            self.assertIn(said, error["message"])
        self.assertIn("did you mean list?", self.run_host("lsit", code=2).stderr)

    def test_a_gateway_elsewhere_needs_a_folder_for_the_identity(self):
        for arguments in (("--gateway", "gateway:7443"), ("--pair", "ABCD"), ("--fingerprint", "00")):
            error = self.json(*arguments, "load", code=2)["error"]
            self.assertEqual(error["code"], "host.wrong_use")
            self.assertIn("--identity", error["message"])
        self.run_host("--gateway", "gateway:7443", "--identity", self.folder / "identity", "load")
        error = self.json("--identity", self.folder, "--pair", "-", "load", code=2, input="")["error"]
        self.assertIn("standard input", error["message"])

    def test_the_reason_of_a_state_is_shown_whole(self):
        reason = "no gateway at /run/x; " + "it may be starting; " * 8 + "look into its log"
        for method in ("Mailbox/ListMessages", "Signals/ListSignals", "Feedback/ListFeedback"):
            self.answer(method, "!106 " + reason)
        self.assertIn(reason, self.run_host("status", code=4).stdout)

    def test_show_gives_everything(self):
        self.answer("Mailbox/GetMessage", {"message": MESSAGE})
        self.assertEqual(self.json("show", "message", "m1"), {"message": MESSAGE})

    def test_a_gateway_that_is_away_is_exit_code_4_with_its_reason(self):
        self.answer("Mailbox/ListMessages", "!106 no gateway at /run/x")
        error = self.json("list", "messages", code=4)["error"]
        self.assertEqual((error["status"], error["retryable"]), ("E_GATEWAY_ABSENT", True))
        text = self.run_host("list", "messages", code=4).stderr
        self.assertIn("no gateway at /run/x", text)
        self.assertIn("E_GATEWAY_ABSENT", text)


class Synchronising(HostTest):
    def finish(self, state, **more):
        self.answer("Mailbox/Synchronise", {"operationId": "op", "joined": False})
        self.answer("Modules/GetOperation", {"operation": {"operationId": "op", "state": state, "done": "3",
                                                           "total": "3", **more}})

    def test_without_waiting_it_gives_the_operation(self):
        self.finish("OPERATION_STATE_RUNNING")
        self.assertEqual(self.json("sync")["operationId"], "op")

    def test_waiting_gives_the_outcome_as_document_and_exit_code(self):
        for state, code in (("SUCCEEDED", 0), ("PARTIAL", 3), ("FAILED", 1)):
            self.finish(f"OPERATION_STATE_{state}", problem="upstream said 503")
            document = self.json("sync", "--wait", code=code)
            self.assertEqual(document["state"], f"OPERATION_STATE_{state}")
            self.assertEqual(document["problem"], "upstream said 503")

    def test_what_takes_too_long_goes_on_without_us(self):
        self.finish("OPERATION_STATE_RUNNING", phase="downloading")
        done = self.run_host("sync", "--wait", "--timeout", "1", code=4)
        self.assertIn("downloading", done.stderr)
        self.assertIn("goes on without us", done.stdout)


class Watching(HostTest):
    def test_events_are_lines_in_order(self):
        lines = self.run_host("--json", "watch", "--plugin", "ebox", "--max", "3", events=5).stdout.splitlines()
        self.assertEqual([json.loads(line)["sequence"] for line in lines], ["1", "2", "3"])

    def test_it_ends_after_the_time(self):
        self.assertEqual(self.run_host("--json", "watch", "--plugin", "ebox", "--for", "0.3", events=2).stdout.count("\n"),
                         2)

    def test_ctrl_c_is_an_orderly_end(self):
        process = subprocess.Popen(self.command("watch", "--plugin", "ebox"), stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "SEMAFOOR_FAKE_EVENTS": "1"})
        self.assertIn("message.stored", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        self.assertEqual(process.wait(timeout=20), 0)


class SignalsAndAnswers(HostTest):
    def test_resolve_needs_a_dossier_file(self):
        self.assertIn("--dossiers", self.run_host("resolve", code=2).stderr)

    def test_the_plugin_asks_the_dossier_file(self):
        file = self.folder / "dossiers.json"
        file.write_text(json.dumps({"persons": [{"ssin": "00000000097", "dossiers": [{"reference": "D-1"}]}]}))
        done = self.run_host("--dossiers", file, "call", "knipperlicht", "LocalSignals/AskHost", "-",
                             input='{"persons":[{"person":{"value":"00000000097"}}]}')
        self.assertEqual(json.loads(done.stdout)["persons"][0]["dossiers"], [{"reference": "D-1"}])

    def test_resolve_counts(self):
        self.answer("LocalSignals/ResolveDossiers", {"asked": 3, "matched": 2, "withoutDossier": 1})
        file = self.folder / "dossiers.json"
        file.write_text('{"persons":[]}')
        self.assertIn("2 matched", self.run_host("--dossiers", file, "resolve").stdout)

    def test_assign_and_back_to_nobody(self):
        self.answer("Signals/AssignSignal", {"signal": {"signalId": "s1", "state": "SIGNAL_STATE_ASSIGNED"}})
        self.json("assign", "s1", "--to", "user-7", "--name", "A. Janssens")
        self.json("assign", "s1")
        self.assertEqual(self.requests("Signals/AssignSignal"), [
            {"signalId": "s1", "assignee": {"id": "user-7", "name": "A. Janssens"}}, {"signalId": "s1"}])

    def test_an_answer_with_everything(self):
        self.answer("Feedback/SubmitFeedback", {"results": [
            {"clientId": "c", "feedback": {"code": "X-REVISED", "state": "FEEDBACK_STATE_QUEUED"},
             "repeatedSubmission": False}]})
        self.json("answer", "s1", "X-REVISED", "--client-id", "c", "--remark", "r", "--decision-reference", "B-1",
                  "--decision-date", "2026-07-01")
        self.assertEqual(self.requests("Feedback/SubmitFeedback")[0]["items"], [
            {"signalId": "s1", "code": "X-REVISED", "clientId": "c", "remark": "r", "decisionReference": "B-1",
             "decisionDate": {"year": 2026, "month": 7, "day": 1}}])

    def test_a_refused_answer_is_exit_code_3_with_its_reason(self):
        self.answer("Feedback/SubmitFeedback", {"results": [
            {"clientId": "c", "problem": {"code": "feedback.code_unknown", "message": "no such code", "field": "code"}}]})
        self.assertEqual(self.json("answer", "s1", "X-NO", code=3)["results"][0]["problem"]["code"],
                         "feedback.code_unknown")
        self.assertIn("feedback.code_unknown: no such code (code)", self.run_host("answer", "s1", "X-NO", code=3).stdout)

    def test_many_answers_go_in_batches(self):
        self.answer("Feedback/SubmitFeedback", {"results": [{"clientId": "c"}]})
        file = self.folder / "answers.csv"
        file.write_text("signalId,code\n" + "".join(f"s{i},X-COUNTED\n" for i in range(501)))
        self.json("answers", file)
        self.assertEqual([len(r["items"]) for r in self.requests("Feedback/SubmitFeedback")], [500, 1])

    def test_answers_can_be_checked_only(self):
        self.answer("LocalFeedback/ValidateFeedback", {"problems": [
            {"index": 0, "problem": {"code": "feedback.code_expired", "message": "expired"}}]})
        file = self.folder / "answers.json"
        file.write_text('[{"signalId":"s1","code":"X-OLD"}]')
        self.assertIn("answer 1: feedback.code_expired", self.run_host("answers", file, "--check", code=3).stdout)

    def test_what_is_proposed_is_told_with_its_reason_and_kept_for_the_review(self):
        self.answer("Proposals/ProposeAnswers", {"totalCount": "2", "proposals": [
            {"signalId": "s1", "signalVersion": "4", "outcome": "PROPOSAL_OUTCOME_PROPOSED", "code": "X-COUNTED",
             "reason": {"nl": "Zelfde werkgever", "en": "Same employer"}, "basis": {"clientId": "c0"}},
            {"signalId": "s2", "outcome": "PROPOSAL_OUTCOME_CONFLICT", "reason": {"en": "Different answers"}}]})
        file = self.folder / "proposals.json"
        told = self.run_host("--language", "nl", "propose", "--assignee", "an", "--type", "X-PENSION", "--out", file).stdout
        self.assertIn("s1  X-COUNTED  Zelfde werkgever", told)
        self.assertIn("s2  conflict  Different answers", told)
        self.assertIn("1 of 2 may be answered as before", told)
        self.assertEqual(self.requests("Proposals/ProposeAnswers")[0],
                         {"assigneeId": "an", "signalTypes": ["X-PENSION"], "pageSize": 500})
        self.assertEqual(json.loads(file.read_text())["items"], [
            {"draft": {"signalId": "s1", "code": "X-COUNTED"}, "signalVersion": "4", "basisClientId": "c0",
             "why": "Zelfde werkgever"}])
        self.run_host("review", file, code=2)
        self.answer("Proposals/SubmitReviewed", {"results": [
            {"clientId": "c", "feedback": {"code": "X-COUNTED", "state": "FEEDBACK_STATE_QUEUED"}}]})
        self.assertIn("1 answers stored, 0 refused",
                      self.run_host("--actor", "an", "--actor-name", "An Peeters", "review", file, "--reviewed").stdout)
        self.assertEqual(self.requests("Proposals/SubmitReviewed"), [
            {"items": [{"draft": {"signalId": "s1", "code": "X-COUNTED"}, "signalVersion": "4", "basisClientId": "c0"}],
             "reviewedBy": {"id": "an", "name": "An Peeters"}, "reviewed": True}])


class Asking(HostTest):
    def test_without_a_name_it_is_the_account_that_asks(self):
        self.assertNotEqual(self.run_host("call", "fake", "Fake/Actor").stdout.strip(), "")

    def test_the_call_says_who_asks_and_on_what_legal_ground(self):
        asks = ("--actor", "jan.peeters", "--legal-context", "PCSA:SOCIAL_INQUIRY", "call", "fake")
        self.assertEqual(self.run_host(*asks, "Fake/Actor").stdout, "jan.peeters\n")
        self.assertEqual(self.run_host(*asks, "Fake/LegalContext").stdout, "PCSA:SOCIAL_INQUIRY\n")


class Saving(HostTest):
    def test_all_that_is_there_and_what_is_not_is_told(self):
        self.answer("Mailbox/ListMessages", {"messages": [MESSAGE]})
        self.answer("LocalMailbox/SaveAttachment", {"path": "/x/letter.pdf"})
        document = self.json("save", "--all", "--to", self.folder)
        self.assertEqual([entry["path"] for entry in document["saved"]], ["/x/letter.pdf"])
        self.assertEqual([entry["attachmentId"] for entry in document["skipped"]], ["a2"])
        self.assertEqual(self.requests("LocalMailbox/SaveAttachment")[0]["folder"], str(self.folder))

    def test_one_that_cannot_be_saved_does_not_stop_the_others(self):
        self.answer("Mailbox/ListMessages", {"messages": [MESSAGE]})
        self.answer("LocalMailbox/SaveAttachment", "!15 the bytes did not match")
        self.assertEqual(self.json("save", "--all", "--to", self.folder, code=3)["failed"][0]["error"]["status"],
                         "DATA_LOSS")

    def test_a_folder_that_is_not_there(self):
        self.assertIn("make it first", self.run_host("save", "--all", "--to", "/nonexistent", code=2).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
