# SPDX-License-Identifier: Apache-2.0
"""The audit as an administrator has it: whole, exported, verified elsewhere, and asked who saw a person."""

import hashlib
import json

from tests.e2e.base import WorldTest, main
from tests.support.world import last_json

REASON = ("--reason", "yearly control")


class AuditTest(WorldTest):
    def audit(self, *arguments, **more):
        return self.world.ctl("audit", *arguments, **more)

    def document(self, *arguments, **more):
        return last_json(self.audit(*arguments, "--json", **more).stdout)

    def shown(self, org, *arguments, **more):
        return self.document("who-saw", org, *REASON, *arguments, **more)["records"]

    def test_who_saw_a_person_is_answered_and_the_chain_is_whole(self):
        self.sync()
        signal = self.fetch_signals()[0]
        person = signal["person"]["value"]
        self.world.host("show", "signal", signal["signalId"])
        org = signal["organisation"]["value"]
        acts = [record["act"] for record in self.shown(org, person)]
        self.assertIn("signal.list", acts)
        self.assertIn("signal.read", acts)
        self.assertEqual(acts[-1], "audit.who_saw", "the question itself is recorded")
        refused = self.audit("who-saw", org, person[:-1] + str((int(person[-1]) + 1) % 10), *REASON, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertEqual(self.audit("who-saw", org, person, check=False).returncode, 2, "a reason is needed")

        record = self.document("export", org, *REASON)["records"][-2]
        resolved = self.audit("resolve", org, record["persons"][0], *REASON).stdout
        self.assertEqual(resolved.strip(), person)

        whole = self.document("verify")
        self.assertEqual((whole["faults"], whole["done"]), ("0", True))
        self.assertGreater(int(whole["records"]), 3)

    def test_a_plugins_call_brings_who_asks_why_and_on_what_legal_ground(self):
        self.sync()
        signal = self.fetch_signals()[0]
        self.world.host("--actor", "jan.peeters", "--actor-name", "Jan Peeters", "--purpose", "leefloon",
                        "--legal-context", "PCSA:SOCIAL_INQUIRY", "show", "signal", signal["signalId"])
        records = self.document("export", signal["organisation"]["value"], *REASON)["records"]
        record = [one for one in records if one["act"] == "signal.read"][-1]
        self.assertEqual(record["actor"], {"id": "jan.peeters", "name": "Jan Peeters"})
        self.assertEqual((record["purpose"], record["legalContext"]), ("leefloon", "PCSA:SOCIAL_INQUIRY"))

    def test_an_export_is_verified_by_others_and_a_changed_one_is_refused(self):
        self.sync()
        signal = self.fetch_signals()[0]
        org = signal["organisation"]["value"]
        file = self.world.folder / "audit.jsonl"
        self.audit("export", org, *REASON, "--file", file)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        # As docs/audit.md says it.
        value = hashlib.sha256(b"semafoor audit 1:" + lines[0]["organisation"].encode()).digest()
        for record in lines[1:-1]:
            value = hashlib.sha256(value + bytes.fromhex(record["record"])).digest()
            self.assertEqual(value.hex(), record["hash"])
        self.assertEqual(value.hex(), lines[-1]["hash"])
        self.world.stop_gateway()
        found = self.document("verify", "--file", file)
        self.assertTrue(found["whole"])
        text = file.read_text()
        at = text.index('"hash":"') + 8
        file.write_text(text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1:])
        changed = self.audit("verify", "--file", file, "--json", check=False)
        self.assertEqual(changed.returncode, 1)
        self.assertFalse(last_json(changed.stdout)["whole"])


if __name__ == "__main__":
    main()
