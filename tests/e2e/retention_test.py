# SPDX-License-Identifier: Apache-2.0
"""Messages whose time is over are removed, do not come back, and the audit says by which rule."""

import time

from tests.e2e.base import WorldTest, main
from tests.support.world import last_json, wait_for

REASON = ("--reason", "board decision 12")
DAY = 86_400


class Retention(WorldTest):
    messages = 0
    signals = 0
    organisations = 2
    gateway = {"extra": "[retention]\ninterval_s = 1\n"}
    modules = ("ebox",)

    def setUp(self):
        super().setUp()
        self.other = self.world.organisations[1]

    def new_message(self, days_ago, org=None):
        received = time.strftime("%Y-%m-%dT12:00:00+00:00", time.gmtime(time.time() - days_ago * DAY))
        return self.world.control("POST", "/messages", {
            "organisation": org or self.org, "messageTypeId": "X-CORRECTION", "annexes": True,
            "receiptDate": received})["messageIds"][0]

    def retention(self, *arguments, **more):
        return self.world.ctl("retention", *arguments, **more)

    def here(self, org=None):
        return {message["providerMessageId"] for message in self.listed("messages", org)}

    def test_what_is_older_goes_for_good_and_nothing_else(self):
        # Corrections live six months at the sandbox, which goes on listing them all the same.
        old = self.new_message(400)
        theirs = self.new_message(400, self.other)
        self.sync()
        self.sync(self.other)
        message = self.listed("messages")[0]
        self.assertEqual(message["attachments"][0]["state"], "ATTACHMENT_STATE_STORED")

        shown = last_json(self.retention("show", self.org, "--json").stdout)["retentions"]
        self.assertEqual({one["keepDays"] for one in shown}, {0}, "for ever, unless somebody says so")
        self.assertEqual(self.retention("set", self.org, "correction", "365", check=False).returncode, 1,
                         "a reason is needed")
        self.assertEqual(self.retention("set", self.org, "correction", "29", *REASON, check=False).returncode, 1)
        tried = last_json(self.retention("set", self.org, "correction", "365", "--dry-run", "--json").stdout)
        self.assertEqual([(one["family"], one["messages"]) for one in tried["previews"]],
                         [("MESSAGE_FAMILY_CORRECTION", "1")])
        self.assertEqual(self.here(), {old}, "a dry run removes nothing")

        self.retention("set", self.org, "correction", "365", *REASON)
        wait_for(lambda: self.here() == set(), "the old message to be removed")
        error = self.failure("show", "message", message["messageId"])
        self.assertEqual(error["code"], "mailbox.message_removed_by_retention")

        # It is the newest of its box, so the provider names it again.
        listed_before = self.world.ledger()["messagesListed"]
        self.sync()
        self.assertNotEqual(self.world.ledger()["messagesListed"], listed_before)
        self.assertEqual(self.here(), set(), "a synchronisation does not bring it back")
        young = self.new_message(100)
        self.sync()
        self.assertEqual(self.here(), {young})
        self.assertEqual(self.here(self.other), {theirs}, "another organisation has no rule")

        records = last_json(self.world.ctl("audit", "export", self.org, *REASON, "--json").stdout)["records"]
        ruled = next(record for record in records if record["act"] == "retention.set")
        self.assertEqual((ruled["reason"], ruled["detail"]), (REASON[1], "MESSAGE_FAMILY_CORRECTION=365"))
        removed = [record for record in records if record["act"] == "message.remove"]
        self.assertEqual([record["subjectId"] for record in removed], [message["messageId"]])
        self.assertEqual(removed[0]["caller"]["kind"], "AUDIT_CALLER_KIND_GATEWAY")
        self.assertIn("365 days, by the organisation's rule", removed[0]["reason"])
        whole = last_json(self.world.ctl("audit", "verify", "--json").stdout)
        self.assertEqual((whole["faults"], whole["done"]), ("0", True))

    def test_what_was_brought_by_hand_does_not_come_back_after_a_restart(self):
        self.retention("set", self.org, "default", "365", *REASON)
        letter = self.world.folder / "letter.pdf"
        letter.write_bytes(b"%PDF-1.4 a letter")
        upload = ("messages", "upload", letter, "--organisation", self.org, "--ebox-type", "citizen",
                  "--received-on", "2020-01-02", "--json")
        first = last_json(self.world.ctl(*upload).stdout)
        self.assertFalse(first["duplicate"])
        old = self.new_message(400)
        self.sync()
        wait_for(lambda: old not in self.here(), "the old message to be removed")
        self.assertEqual(len(self.here()), 1, "a letter is kept from the day on which it was brought")

        self.world.stop_gateway(kill=True)
        self.world.start_gateway()
        self.sync()
        self.assertNotIn(old, self.here())
        self.retention("clear", self.org, "default", *REASON)
        self.sync()
        self.assertNotIn(old, self.here(), "what is gone is gone, whatever the rule says later")


if __name__ == "__main__":
    main()
