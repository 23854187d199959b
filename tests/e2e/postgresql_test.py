# SPDX-License-Identifier: Apache-2.0
"""The main job on PostgreSQL, and three gateways that share one database."""

import os
import signal
import time
import unittest

from tests.e2e import main_path_test
from tests.e2e.base import WorldTest, main
from tests.support import postgres
from tests.support.world import wait_for

server = None


def setUpModule():
    global server
    if postgres.programs() is None:
        raise unittest.SkipTest("PostgreSQL is not installed: apt-get install postgresql-15")
    server = postgres.Postgres()
    unittest.addModuleCleanup(server.stop)


class OnPostgresql:
    def setUp(self):
        self.database = server.make_database()
        self.gateway = {"extra": server.settings(self.database)}
        super().setUp()


class MainPath(OnPostgresql, main_path_test.MainPath):
    pass


class TwoOrganisations(OnPostgresql, main_path_test.TwoOrganisations):
    pass


@unittest.skipIf(postgres.pooler() is None, "PgBouncer is not installed: apt-get install pgbouncer")
class BehindAPooler(main_path_test.MainPath):
    """Each transaction may come to another session of the server, and four must do for all."""

    def setUp(self):
        pooler = server.start_pooler()
        self.addCleanup(pooler.wait)
        self.addCleanup(pooler.kill)
        self.gateway = {"extra": server.settings(server.make_database(), postgres.POOLER_PORT)}
        super().setUp()


class ThreeGateways(OnPostgresql, WorldTest):
    messages = 28
    signals = 12

    def use(self, process, socket):
        self.world.gateway, self.world.attestation_socket = process, socket

    def leased(self, kind):
        return int(server.ask(self.database, f"SELECT count(*) FROM tasks WHERE owner <> '' AND kind LIKE '{kind}%'"))

    def everything_stored(self):
        messages = self.listed("messages")
        return len(messages) >= len(self.expected_messages()) and all(
            a["state"] == "ATTACHMENT_STATE_STORED" for m in messages for a in m["attachments"])

    def test_what_a_killed_one_held_is_taken_over_and_what_a_paused_one_held_is_done_once(self):
        # The first holds downloads that hang, and dies.
        self.world.fault(path="*/content", kind="hang")
        self.world.host("sync")
        wait_for(lambda: self.leased("attachment"), "the first to hold leases")
        second, third = self.world.start_neighbour(2), self.world.start_neighbour(3)
        first = self.world.gateway
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = time.monotonic()
        self.world.clear_faults()
        wait_for(lambda: not self.leased("attachment") or None, "the work of the killed one", seconds=60)
        took = time.monotonic() - killed
        print(f"taken over and done {took:.1f} s after the kill")
        self.assertLess(took, 30)
        self.use(second.process, second.attestation_socket)
        self.sync(check=False)
        wait_for(self.everything_stored, "all messages", seconds=60)
        for one in (second, third):
            self.use(one.process, one.attestation_socket)
            self.assertEqual(sorted(m["providerMessageId"] for m in self.listed("messages")),
                             sorted(m["messageId"] for m in self.expected_messages()), "each message once")

        # The second alone sends answers, which hang, and is paused for longer than its leases.
        self.use(second.process, second.attestation_socket)
        signals = self.fetch_signals()
        third.process.terminate()
        told = time.monotonic()
        self.assertEqual(third.process.wait(timeout=20), 0)
        print(f"stopped after {time.monotonic() - told:.2f} s")
        self.assertLess(time.monotonic() - told, 2)
        self.world.fault(path="/podmi/v1/messages", method="POST", kind="hang")
        for one in signals:
            self.world.host("answer", one["signalId"], "X-COUNTED")
        wait_for(lambda: self.leased("feedback"), "the second to hold leases")
        worker = second.worker_pid()
        os.kill(worker, signal.SIGSTOP)
        self.addCleanup(os.kill, worker, signal.SIGCONT)
        paused = time.monotonic()
        third = self.world.start_neighbour(3)
        self.use(third.process, third.attestation_socket)
        self.world.clear_faults()
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"}, seconds=60)
        print(f"answers accepted {time.monotonic() - paused:.1f} s after the pause")
        os.kill(worker, signal.SIGCONT)
        self.use(second.process, second.attestation_socket)
        self.world.wait_ready()
        wait_for(lambda: server.ask(self.database, "SELECT count(*) FROM tasks") == "0", "no work to be left")
        ledger = self.world.ledger()["feedback"]
        self.assertEqual([entry["effects"] for entry in ledger], [1] * len(signals))
        self.assertEqual({i["state"] for i in self.listed("feedback")}, {"FEEDBACK_STATE_ACCEPTED"})


if __name__ == "__main__":
    main()
