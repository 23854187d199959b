#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The vendor's first page: its program is the file that is built, is short, and runs."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, BUILD = Path(sys.argv.pop(1)).resolve(), Path(sys.argv.pop(1)).resolve()
SNIPPET = SOURCE / "docs/vendor/snippets/first_host.cc"
PAGE = SOURCE / "docs/vendor/getting-started.md"


class FirstHost(unittest.TestCase):
    def run_host(self, *arguments, events=0, answers=None):
        with tempfile.TemporaryDirectory(prefix="semafoor-") as folder:
            for method, answer in (answers or {}).items():
                Path(folder, method + ".json").write_text(answer)
            return subprocess.run([BUILD / "bin/docs_first_host", *map(str, arguments)], capture_output=True, text=True,
                                  timeout=50, env={**os.environ, "SEMAFOOR_FAKE_ANSWERS": folder,
                                                   "SEMAFOOR_FAKE_EVENTS": str(events)})

    def test_it_is_under_40_lines_of_code(self):
        lines = [line for line in SNIPPET.read_text().splitlines() if line.strip() and not line.strip().startswith("//")]
        self.assertLess(len(lines), 40)

    def test_the_page_shows_the_file_word_for_word(self):
        blocks = re.findall(r"```cpp\n(.*?)```", PAGE.read_text(), re.S)
        self.assertIn(SNIPPET.read_text(), blocks)

    def test_it_lists_and_follows(self):
        messages = json.dumps({"messages": [{"messageId": "m1"}]})
        done = self.run_host(BUILD / "fake-plugins", "0212344876", "/run/x", events=2,
                             answers={"Mailbox.ListMessages": messages})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(), [messages, "1 message.stored s", "2 message.stored s"])

    def test_a_gateway_that_is_away_is_said(self):
        done = self.run_host(BUILD / "fake-plugins", "0212344876", "/run/x",
                             answers={"Mailbox.ListMessages": "!106 no gateway at /run/x"})
        self.assertEqual(done.returncode, 4)
        self.assertEqual(done.stderr, "E_GATEWAY_ABSENT: no gateway at /run/x\n")

    def test_a_relative_folder_is_refused(self):
        done = self.run_host("plugins", "0212344876", "/run/x")
        self.assertEqual(done.returncode, 1)
        self.assertIn("absolute path", done.stderr)


class Messages(unittest.TestCase):
    PAGE = SOURCE / "docs/vendor/messages.md"

    def test_every_code_of_the_shim_is_explained(self):
        codes = set()
        for file in (SOURCE / "host-shim/src").rglob("*.[ch]*"):
            if not file.name.endswith("_test.cc"):
                codes |= set(re.findall(r'"(shim\.[a-z_]+)"', file.read_text()))
        self.assertGreater(len(codes), 20)
        self.assertEqual(codes, set(re.findall(r"`(shim\.[a-z_]+)`", self.PAGE.read_text())))

    def test_every_status_is_explained(self):
        header = (SOURCE / "plugin-api/include/semafoor/status.h").read_text()
        statuses = set(re.findall(r"#define SEMAFOOR_(\w+) \d+", header)) - {"OK"}
        self.assertEqual(statuses - set(re.findall(r"`([A-Z_]+)`", self.PAGE.read_text())), set())


if __name__ == "__main__":
    unittest.main(verbosity=1)
