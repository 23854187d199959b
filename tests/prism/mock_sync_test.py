# SPDX-License-Identifier: Apache-2.0
"""The gateway synchronises from a mock that was made from the official contract alone (`mock.sh` starts it)."""

import json
import os
import unittest

from tests.e2e.base import WorldTest


class MockSync(WorldTest):
    # The mock's message is of no family of ours, and mail of others is read on opening.
    gateway = {"ebox": os.environ["SEMAFOOR_MOCK"], "extra": '[read_policy]\non_arrival = ["MESSAGE_FAMILY_OTHER"]'}
    messages = 0
    signals = 0

    def test_every_message_is_there_with_its_content(self):
        self.sync()
        messages = self.listed("messages")
        self.assertEqual(len(messages), 1, "a mock without examples lists one message")
        self.assertTrue(messages[0]["attachments"])
        for attachment in messages[0]["attachments"]:
            self.assertEqual(attachment["state"], "ATTACHMENT_STATE_STORED", json.dumps(attachment))


if __name__ == "__main__":
    unittest.main(verbosity=2)
