# SPDX-License-Identifier: Apache-2.0
"""Wrong codes, wrong documents, hostile names: clear errors, nothing lost, never a crash."""

import json
from pathlib import Path

from tests.e2e.base import WorldTest, main


class BadAnswers(WorldTest):
    def result_of(self, code, **more):
        signal = self.signals_here[0]
        file = self.world.folder / "answers.json"
        file.write_text(json.dumps({"items": [{"signalId": signal["signalId"], "code": code, **more}]}))
        done = self.world.host_process("answers", file, check=False)
        self.assertNotEqual(done.returncode, 0)
        return done.stdout + done.stderr

    def setUp(self):
        super().setUp()
        self.signals_here = self.fetch_signals()

    def test_code_not_on_the_list(self):
        self.assertIn("feedback.code_unknown", self.result_of("X-NO-SUCH-CODE"))

    def test_code_no_longer_valid(self):
        self.assertIn("feedback.code_expired", self.result_of("X-OLD-2024"))

    def test_signal_that_does_not_exist(self):
        self.signals_here = [{"signalId": "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d"}]
        self.assertIn("signal", self.result_of("X-COUNTED"))

    def test_remark_that_is_too_long(self):
        self.assertIn("remark", self.result_of("X-COUNTED", remark="é" * 257))

    def test_one_bad_answer_does_not_stop_the_others(self):
        items = [{"signalId": s["signalId"], "code": "X-COUNTED"} for s in self.signals_here]
        items[1]["code"] = "X-NO-SUCH-CODE"
        file = self.world.folder / "answers.json"
        file.write_text(json.dumps({"items": items}))
        self.world.host_process("answers", file, check=False)
        self.assertEqual(len(self.listed("feedback")), len(items) - 1)


class HostileNames(WorldTest):
    messages = 14

    def test_names_that_try_to_leave_the_folder_or_are_too_long(self):
        for name in ("../../x", "/etc/passwd", "a" * 300 + ".pdf", "con.txt", "..", "a\x00b.pdf", "x\r\ny.pdf"):
            self.world.control("POST", "/messages", {"organisation": self.org, "fileName": name})
        self.sync()
        folder = self.world.folder / "deep" / "saved"
        folder.mkdir(parents=True)
        outside = set(self.world.folder.iterdir())
        saved = self.world.host("save", "--all", "--to", folder)["saved"]
        for entry in saved:
            path = Path(entry["path"])
            self.assertEqual(path.parent, folder)
            self.assertLessEqual(len(path.name.encode()), 200)
        self.assertEqual(len(saved), len(list(folder.iterdir())))
        self.assertEqual(outside, set(self.world.folder.iterdir()))


class BadConfiguration(WorldTest):
    def check(self, text):
        file = self.world.folder / "bad.toml"
        file.write_text(text)
        done = self.world.run([self.world.bin / "semafoor-gateway", "check", "--config", file], check=False)
        self.assertNotEqual(done.returncode, 0)
        return done.stdout + done.stderr

    def test_unknown_key_is_named_with_its_line_and_the_nearest_known_one(self):
        text = self.world.config_file.read_text().replace("ebox_base_url", "ebox_base_ulr")
        said = self.check(text)
        self.assertIn("ebox_base_ulr", said)
        self.assertIn("ebox_base_url", said)

    def test_problems_as_json_are_parts_and_not_sentences_to_take_apart(self):
        file = self.world.folder / "bad.toml"
        file.write_text("[sync]\ninterval_s = -1\n")
        done = self.world.run([self.world.bin / "semafoor-gateway", "check", "--json", "--config", file], check=False)
        document = json.loads(done.stdout)
        self.assertEqual((done.returncode, document["ok"]), (1, False))
        problem, = document["problems"]
        self.assertEqual((problem["key"], problem["line"]), ("sync.interval_s", 2))
        self.assertIn("0 to 86400", problem["message"])
        self.assertEqual(document["in_force"]["sync"]["downloads"], 8)

    def test_a_key_that_others_can_read_is_told_before_the_start(self):
        keys = self.world.folder / "open-keys"
        keys.mkdir()
        (keys / "ocmw.pem").write_text("x")
        (keys / "ocmw.pem").chmod(0o644)
        file = self.world.folder / "keys.toml"
        file.write_text(f'[keys]\nfolder = "{self.world.native(keys)}"\n')
        done = self.world.run([self.world.bin / "semafoor-gateway", "check", "--json", "--config", file], check=False)
        document = json.loads(done.stdout)
        readable, in_clear = document["problems"] + document["warnings"]
        self.assertTrue(readable["file"].endswith("ocmw.pem"))
        self.assertIn("other accounts may read", readable["message"])
        self.assertIn("credentials import", in_clear["message"])

    def test_not_toml(self):
        self.assertIn("bad.toml", self.check("[gateway\nx"))

    def test_second_gateway_on_the_same_folder_is_refused(self):
        done = self.world.run([self.world.bin / "semafoor-gateway", "run", "--config", self.world.config_file],
                              check=False, timeout=30)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("another", (done.stdout + done.stderr).lower())

    def test_host_configuration_errors_name_the_key(self):
        error = self.failure("list", "messages", org="123")
        self.assertEqual(error["status"], "E_CONFIG")
        self.assertIn("organisation", error["message"])


if __name__ == "__main__":
    main()
