# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the upstreams of signals and answers, as scripts with their end states, over all wires.

Each script runs the real programs: sandbox, gateway, reference host with the plugins. The end state is judged by the
sandbox's ledger and by what host and administrator see.
"""

import sys
import unittest

from tests.chaos.tls_front import TlsFront
from tests.support.world import wait_for
from tests.upstream.base import ACCEPTED, ACCOUNT, WIRES, WireTest, over

SOAP = [wire for wire in WIRES if wire != "cloudevents"]


class _TheUsualWay:
    def test_every_signal_comes_once_and_every_answer_is_accepted_once(self):
        signals = self.fetch_signals()
        self.assertEqual(len(signals), len(self.expected_references()))
        self.answer(signals)
        self.answer_until_settled(ACCEPTED, seconds=60)
        self.assert_one_effect(len(signals))

    def test_a_lost_receipt_is_looked_up_and_has_one_effect(self):
        signal = self.fetch_signals()[0]
        self.world.fault(**self.sends(), kind="reset", effect="after", times=1)
        [client_id] = self.answer([signal])
        self.answer_reaches(client_id, "ACCEPTED")
        self.assert_one_effect(1)

    def test_a_judgement_at_once(self):
        signal = self.fetch_signals()[0]
        self.world.control("PUT", "/settings", {"judgement": "at-once"})
        [client_id] = self.answer([signal])
        wait_for(lambda: self.feedback(client_id)["state"] == "FEEDBACK_STATE_ACCEPTED",
                 "the judgement in the receipt itself")
        self.assert_one_effect(1)

    def test_no_judgement_leaves_it_sent(self):
        signal = self.fetch_signals()[0]
        self.world.control("PUT", "/settings", {"judgement": "never"})
        [client_id] = self.answer([signal])
        item = self.answer_reaches(client_id, "SENT")
        self.assertIn("sentAt", item)
        self.fetch_now()
        self.assertEqual(self.feedback(client_id)["state"], "FEEDBACK_STATE_SENT")
        self.assert_one_effect(1)

    def test_a_refusal_with_its_codes_reaches_the_social_worker(self):
        signal = self.fetch_signals()[0]
        self.world.control("POST", "/evaluations", {"evaluation": "REFUSED", "code": "X-0002"})
        [client_id] = self.answer([signal])
        item = self.answer_reaches(client_id, "REFUSED")
        self.assertEqual(item["errors"][0]["code"], "X-0002")
        self.assertEqual(self.world.host("show", "signal", signal["signalId"])["signal"]["state"],
                         "SIGNAL_STATE_ANSWER_REFUSED")

    def test_a_replaced_number_between_signal_and_answer(self):
        signal = self.fetch_signals()[0]
        new = self.world.control("POST", "/persons/replace",
                                 {"organisation": self.org, "ssin": self.person_of(signal)})["ssin"]
        [client_id] = self.answer([signal])
        self.answer_reaches(client_id, "ACCEPTED")
        followed = wait_for(lambda: (self.fetch_now(), [
            one for one in self.listed("signals") if one["signalId"] == signal["signalId"] and
            self.person_of(one) == new])[1], "the signal to follow its person")
        self.assertEqual(followed[0]["signalReference"], signal["signalReference"])
        self.assertEqual(len(self.listed("signals")), len(self.expected_references()), "still one each")
        self.assert_one_effect(1)

    def test_a_person_without_integration_is_a_dead_letter_until_somebody_registers_it(self):
        signal = self.fetch_signals()[0]
        who = {"organisation": self.org, "ssin": self.person_of(signal)}
        self.world.control("POST", "/persons/integration", {**who, "integrated": False})
        [client_id] = self.answer([signal])
        dead = self.answer_reaches(client_id, "DEAD_LETTER")
        if self.wire != "cloudevents":
            self.assertIn("MSG00012", dead["lastProblem"])
            self.assertIn("integration", dead["lastProblem"])
        self.assertNotIn(self.person_of(signal), dead["lastProblem"])
        self.assertEqual(self.world.ledger()["feedback"], [])
        self.world.control("POST", "/persons/integration", {**who, "integrated": True})
        self.world.ctl("outbox", "replay", self.org, client_id, "--reason", "the person is integrated now")
        self.answer_reaches(client_id, "ACCEPTED")
        self.assert_one_effect(1)

    def test_a_supplier_that_is_away_and_comes_back(self):
        signal = self.fetch_signals()[0]
        fault = self.world.fault(**self.sends(), kind="supplier_away")["id"]
        [client_id] = self.answer([signal])
        waiting = wait_for(lambda: (lambda item: item if item.get("lastProblem") else None)(
            self.feedback(client_id)), "the trouble to be told")
        self.assertIn(waiting["state"], {"FEEDBACK_STATE_QUEUED", "FEEDBACK_STATE_SENDING",
                                         "FEEDBACK_STATE_OUTCOME_UNKNOWN"})
        self.world.control("DELETE", f"/faults/{fault}")
        self.world.ctl("outbox", "replay", self.org, client_id, "--reason", "the source is back")
        self.answer_reaches(client_id, "ACCEPTED")
        self.assert_one_effect(1)

    def test_a_hole_in_the_sequence_is_shown_and_closes(self):
        self.fetch_signals()
        self.world.control("POST", "/signals", {"organisation": self.org, "count": 2, "hole": True})
        self.fetch_now()
        said = self.problem_of("signals.sequence", "hole in sequence")
        self.assertIn("1 number", said.replace("(1 numbers)", "1 number"))

    def test_what_makes_no_sense_is_kept_aside_and_stops_nobody(self):
        self.world.control("POST", "/signals", {"organisation": self.org, "malformed": True})
        self.world.control("POST", "/signals", {"organisation": self.org, "count": 2})
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())


class _Manner:
    def test_everything_arrives_and_is_answered(self):
        signals = self.fetch_signals()
        self.assertEqual(len(signals), len(self.expected_references()))
        self.world.control("POST", "/signals", {"organisation": self.org, "count": 3})
        signals = self.fetch_signals()
        self.answer(signals[:2])
        self.answer_until_settled(ACCEPTED, seconds=60)
        self.assert_one_effect(2)

    def test_a_gateway_that_is_killed_loses_and_doubles_nothing(self):
        self.world.ctl("sync", self.org, check=False)
        self.world.kill_worker()
        self.world.wait_ready()
        signals = self.fetch_signals()
        self.assertEqual(sorted(s["signalReference"] for s in signals), sorted(self.expected_references()))


class _Cursor(_Manner):
    manner = "cursor"

    def test_nothing_is_acknowledged_and_nothing_comes_twice(self):
        signals = self.fetch_signals()
        before = {s["signalId"]: s.get("deliveries") for s in signals}
        self.fetch_now()
        after = {s["signalId"]: s.get("deliveries") for s in self.listed("signals")}
        self.assertEqual(before, after)
        self.assertEqual(self.world.ledger()["signalsAcknowledged"] or 0, 0)


class _Removed(_Manner):
    manner = "removed"

    def test_a_connection_that_breaks_is_a_visible_hole(self):
        self.world.fault(**self.fetches(), kind="truncated_body", times=1)
        self.fetch_now()
        said = self.problem_of("signals.intake", "did not arrive whole")
        self.assertIn("Ask the authority", said)
        came = {s["signalReference"] for s in self.listed("signals")}
        self.assertLess(len(came), len(self.expected_references()))
        self.world.control("POST", "/signals", {"organisation": self.org})
        self.fetch_now()
        self.problem_of("signals.sequence", "hole in sequence")

    def test_a_gateway_that_is_killed_loses_and_doubles_nothing(self):
        """What was being handed out in that instant may be gone at both ends: then it is a visible hole."""
        self.fetch_signals()
        self.world.control("POST", "/signals", {"organisation": self.org, "count": 3})
        self.world.ctl("sync", self.org, check=False)
        self.world.kill_worker()
        self.world.wait_ready()
        self.world.control("POST", "/signals", {"organisation": self.org})
        self.fetch_now()
        came = [s["signalReference"] for s in self.listed("signals")]
        self.assertEqual(len(came), len(set(came)))
        if set(came) < self.expected_references():
            self.problem_of("signals.sequence", "hole in sequence")


class _Soap:
    def test_a_clock_that_is_six_minutes_off(self):
        self.world.fault(kind="clock", clockSeconds=360)
        signals = self.fetch_signals()
        self.answer(signals[:1])
        self.answer_until_settled(ACCEPTED, seconds=60)
        self.assertTrue(self.world.status()["clock"]["wrong"])

    def test_an_expired_account_waits_and_goes_on(self):
        signals = self.fetch_signals()
        fault = self.world.fault(**self.sends(), kind="account_expired")["id"]
        [client_id] = self.answer(signals[:1])
        waiting = wait_for(lambda: (lambda item: item if item.get("lastProblem") else None)(
            self.feedback(client_id)), "the trouble to be told")
        self.assertEqual(waiting["state"], "FEEDBACK_STATE_QUEUED")
        self.assertTrue("SOA-01001" in waiting["lastProblem"] or "technical account" in waiting["lastProblem"],
                        waiting["lastProblem"])
        self.fetch_now()
        self.world.control("DELETE", f"/faults/{fault}")
        self.world.ctl("outbox", "replay", self.org, client_id, "--reason", "the account was renewed")
        self.answer_reaches(client_id, "ACCEPTED")
        self.assert_one_effect(1)


class Certificate(WireTest):
    wire = "soa-certificate"

    def test_another_certificate_is_refused_until_it_is_registered(self):
        self.fetch_signals()
        keys = self.world.folder / "keys"
        before = (keys / "client-0.pem").read_bytes(), (keys / "client-0.crt").read_bytes()
        self.world.run([self.world.bin / "semafoor-sandbox", "keygen", "--out", self.world.folder, "--client", "other"])
        self.assertNotEqual(before[0], (self.world.folder / "other.key.pem").read_bytes())
        (keys / "client-0.pem").write_bytes((self.world.folder / "other.key.pem").read_bytes())
        (keys / "client-0.crt").write_bytes((self.world.folder / "other.crt.pem").read_bytes())
        self.world.control("POST", "/signals", {"organisation": self.org})
        self.fetch_now()
        self.problem_of("signals.intake", "SOA-01001")
        self.known_credentials()
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())

    def test_a_certificate_that_is_not_there_is_told_before_anything_leaves(self):
        certificate = self.world.folder / "keys" / "client-0.crt"
        away = certificate.rename(certificate.with_suffix(".away"))
        self.fetch_now()
        self.problem_of("signals.intake", "client-0.crt")
        away.rename(certificate)
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())


class Account(WireTest):
    wire = "ssdn"

    def test_a_new_password_takes_effect_without_a_restart(self):
        self.fetch_signals()
        self.known_credentials(account={**ACCOUNT, "password": "a new one"})
        self.world.control("POST", "/signals", {"organisation": self.org})
        self.fetch_now()
        self.problem_of("signals.intake", "technical account")
        (self.world.folder / "keys" / "client-0.password").write_text("a new one\n")
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())

    def test_an_organisation_without_account_is_told_so(self):
        self.world.ctl("organisations", "account", self.org, "--none")
        self.fetch_now()
        self.problem_of("signals.intake", "technical account")


class ChangedAuthority(WireTest):
    """The server's certificate comes from another authority: nothing is pinned, the administrator's bundle decides."""

    wire = "soa-certificate"

    def make_world(self, world):
        super().make_world(world)
        start = world.start_sandbox

        def start_sandbox():
            start()
            port = int(world.base.rsplit(":", 1)[1])
            (world.folder / "new").mkdir()
            self.old = TlsFront(world.folder, port)
            self.new = TlsFront(world.folder / "new", port)
            self.addCleanup(self.old.close)
            self.addCleanup(self.new.close)
            self.bundle = world.folder / "bundle.pem"
            self.bundle.write_bytes(self.old.ca_file.read_bytes())
            self.gateway["podmi"] = self.address(self.old)
            self.gateway["upstream"] += f'\nca_file = "{self.bundle}"'
        world.start_sandbox = start_sandbox

    def address(self, front):
        return f"https://127.0.0.1:{front.address[1]}{self.path}"

    def test_a_new_authority_in_the_bundle_is_enough(self):
        signals = self.fetch_signals()
        self.world.stop_gateway()
        self.world.start_gateway(**{**self.gateway, "podmi": self.address(self.new)})
        self.world.control("POST", "/signals", {"organisation": self.org})
        [client_id] = self.answer(signals[:1])
        self.fetch_now()
        said = self.problem_of("signals.intake", "certificate")
        self.assertIn("CA file", said)
        self.assertEqual(self.feedback(client_id)["state"], "FEEDBACK_STATE_QUEUED")
        with open(self.bundle, "ab") as bundle:
            bundle.write(self.new.ca_file.read_bytes())
        self.assertEqual({s["signalReference"] for s in self.fetch_signals()}, self.expected_references())
        self.answer_reaches(client_id, "ACCEPTED")
        self.assert_one_effect(1)


globals().update(over(WIRES, _TheUsualWay, _Cursor, _Removed))
globals().update(over(SOAP, _Soap))


def main():
    """Prints the count of scripts; the last line is one JSON object."""
    program = unittest.main(verbosity=2, exit=False)
    result = program.result
    failed = len(result.failures) + len(result.errors)
    print(f'{{"scripts": {result.testsRun}, "failed": {failed}, "skipped": {len(result.skipped)}}}', flush=True)
    sys.exit(1 if failed or not result.testsRun else 0)


if __name__ == "__main__":
    main()
