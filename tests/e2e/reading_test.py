# SPDX-License-Identifier: Apache-2.0
"""When messages are read at the e-Box, what expires there, and mail that comes by folder or upload."""

import json
import time

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for



class Reading(WorldTest):
    messages = 0
    signals = 0
    gateway = {"extra": "[expiry]\ninterval_s = 1\n"}
    modules = ("ebox",)

    def new_message(self, **members):
        ids = self.world.control("POST", "/messages", {"organisation": self.org, "messageTypeId": "X-CORRECTION",
                                                       "annexes": True, **members})["messageIds"]
        return ids[0]

    def message(self, provider_id):
        return next(m for m in self.listed("messages") if m["providerMessageId"] == provider_id)

    def main_content(self, provider_id):
        message = self.message(provider_id)
        return message, next(a for a in message["attachments"] if a["mainContent"])

    def marked_read(self):
        return {entry["messageId"] for entry in self.world.ledger()["markedRead"]}

    def downloads(self, attachment_ids):
        return sum(entry["completed"] for entry in self.world.ledger()["attachments"]
                   if entry["attachmentId"] in attachment_ids)

    def policy(self, word, *more):
        self.world.ctl("read-policy", "set", self.org, word, *more)

    def test_on_arrival_it_is_read_at_once(self):
        ident = self.new_message()
        self.sync()
        self.assertEqual(self.main_content(ident)[1]["state"], "ATTACHMENT_STATE_STORED")
        self.assertIn(ident, self.marked_read())

    def test_on_opening_it_is_unread_until_somebody_saves_it(self):
        self.policy("on-opening")
        ident = self.new_message()
        self.sync()
        message, content = self.main_content(ident)
        self.assertEqual(content["state"], "ATTACHMENT_STATE_HELD_BACK")
        self.assertNotIn(ident, self.marked_read(), "annexes and metadata mark nothing read")
        self.assertTrue(all(a["state"] == "ATTACHMENT_STATE_STORED"
                            for a in message["attachments"] if not a["mainContent"]))
        folder = self.world.folder / "saved"
        folder.mkdir()
        saved = self.world.host("save", message["messageId"], content["attachmentId"], "--to", folder)
        self.assertTrue(saved["path"])
        self.assertIn(ident, self.marked_read())
        # A second time it is here.
        self.world.host("save", message["messageId"], content["attachmentId"], "--to", folder)
        remote = {a["attachmentId"] for m in self.expected_messages() for a in m["attachments"]}
        self.assertEqual(self.downloads(remote), len(remote), "nothing is fetched twice")

    def test_never_is_never_and_says_so(self):
        self.policy("never")
        ident = self.new_message()
        self.sync()
        message, content = self.main_content(ident)
        folder = self.world.folder / "saved"
        folder.mkdir()
        error = self.failure("save", message["messageId"], content["attachmentId"], "--to", folder)
        self.assertEqual(error["code"], "attachment.not_stored")
        self.assertNotIn(ident, self.marked_read())

    def test_a_message_that_expires_is_archived_or_reported(self):
        # Corrections live six months at the sandbox: these have some days left.
        received = time.strftime("%Y-%m-%dT12:00:00+00:00", time.gmtime(time.time() - 176 * 86_400))
        self.policy("never")
        ident = self.new_message(receiptDate=received)
        self.sync()
        status = wait_for(lambda: (lambda one: one if one["expiry"]["expiring"] else None)(
            self.world.status()["organisations"][0]), "the report of what expires")
        self.assertTrue(status["expiry"]["messages"][0]["heldByPolicy"])
        self.assertNotIn(ident, self.marked_read())
        text = self.world.ctl("status").stdout
        self.assertIn("EXPIRING: 1", text)
        self.assertNotIn("\x1b[", text, "no colours but on a terminal")
        self.policy("on-opening")
        wait_for(lambda: self.main_content(ident)[1]["state"] == "ATTACHMENT_STATE_STORED", "the archive")
        wait_for(lambda: self.world.status()["organisations"][0]["expiry"]["expiring"] == 0, "the report to end")
        self.assertIn(ident, self.marked_read())


class Intake(WorldTest):
    messages = 0
    signals = 0
    modules = ("ebox",)

    def setUp(self):
        super().setUp()
        self.world.stop_gateway()
        self.folder = self.world.folder / "intake"
        self.world.start_gateway(extra=f'[intake]\nfolder = "{self.folder}"\ninterval_s = 1\n')

    def drop(self, box="citizen"):
        place = self.folder / self.org / box
        wait_for(place.is_dir, "the folders to be made")
        return place

    def test_a_file_of_the_portal_is_a_message_once(self):
        (self.drop() / "brief.pdf.json").write_text(json.dumps(
            {"schema": "semafoor.intake/1", "subject": "Beslissing", "family": "MESSAGE_FAMILY_CORRECTION"}))
        (self.drop() / "brief.pdf").write_bytes(b"%PDF-1.4 a letter")
        message = wait_for(lambda: next(iter(self.listed("messages")), None), "the message")
        self.assertEqual(message["providerId"], "folder")
        self.assertEqual(message["family"], "MESSAGE_FAMILY_CORRECTION")
        self.assertEqual(message["provenance"]["eboxType"], "EBOX_TYPE_CITIZEN")
        wait_for((self.folder / self.org / "done" / "brief.pdf").exists, "the file to move on")
        folder = self.world.folder / "saved"
        folder.mkdir()
        saved = self.world.host("save", message["messageId"], message["attachments"][0]["attachmentId"],
                                "--to", folder)
        self.assertTrue(saved["path"])
        # The same bytes by another way.
        copy = self.world.folder / "kopie.pdf"
        copy.write_bytes(b"%PDF-1.4 a letter")
        again = json.loads(self.world.ctl("messages", "upload", copy, "--organisation", self.org, "--ebox-type",
                                          "citizen", "--json").stdout)
        self.assertTrue(again["duplicate"])
        self.assertEqual(again["messageId"], message["messageId"])
        self.assertEqual(len(self.listed("messages")), 1)

    def test_an_upload_is_a_message_and_a_wrong_one_is_refused(self):
        letter = self.world.folder / "letter.pdf"
        letter.write_bytes(b"x" * 200_000)
        self.world.ctl("messages", "upload", letter, "--organisation", self.org, "--ebox-type", "institution",
                       "--subject", "Een brief", "--received-on", "2026-11-02")
        message = self.listed("messages")[0]
        self.assertEqual(message["subject"]["nl"], "Een brief")
        self.assertEqual(message["provenance"]["channel"], "INTAKE_CHANNEL_UPLOAD")
        empty = self.world.folder / "empty.pdf"
        empty.write_bytes(b"")
        done = self.world.ctl("messages", "upload", empty, "--organisation", self.org, "--ebox-type", "citizen",
                              "--json", check=False)
        self.assertEqual(json.loads(done.stdout)["error"]["code"], "intake.empty")

    def test_a_killed_gateway_takes_it_once(self):
        place = self.drop("institution")
        for number in range(20):
            (place / f"{number}.pdf").write_bytes(b"letter %d" % number)
        wait_for(lambda: len(self.listed("messages")) > 0, "the first message")
        self.world.stop_gateway(kill=True)
        self.world.start_gateway()
        wait_for(lambda: len(self.listed("messages")) == 20, "all messages")
        wait_for(lambda: len(list((self.folder / self.org / "done").glob("*.pdf"))) == 20, "all files to move on")
        self.assertEqual(list((self.folder / self.org / "work").iterdir()), [])


if __name__ == "__main__":
    main()
