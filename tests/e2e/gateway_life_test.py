# SPDX-License-Identifier: Apache-2.0
"""A gateway that is absent, killed, back again; events across restarts; modules that are off."""

import time

from tests.e2e.base import UNDER_WINE, WorldTest, main
from tests.support.world import wait_for


def alive(pid):
    """A zombie has ended: whoever adopted it has not looked yet."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class GatewayLife(WorldTest):
    def test_absent_gateway_is_said_and_the_next_call_finds_it_again(self):
        self.sync()
        self.world.stop_gateway()
        error = self.failure("list", "messages")
        self.assertEqual(error["status"], "E_GATEWAY_ABSENT")
        self.assertIn(str(self.world.attestation_socket), error["message"])
        self.world.start_gateway()
        self.assertEqual(len(self.listed("messages")), len(self.expected_messages()))

    def test_nothing_stored_is_lost_by_a_kill(self):
        self.sync()
        before = self.listed("messages")
        signals = self.fetch_signals()
        self.world.stop_gateway(kill=True)
        self.world.start_gateway()
        self.assertEqual(self.listed("messages"), before)
        self.assertEqual({s["signalId"] for s in self.listed("signals")}, {s["signalId"] for s in signals})

    def test_answers_submitted_before_a_kill_are_sent_once_after_it(self):
        signals = self.fetch_signals()
        self.world.fault(path="/podmi/v1/messages", method="POST", status=503)
        for signal in signals:
            self.world.host("answer", signal["signalId"], "X-COUNTED")
        self.world.stop_gateway(kill=True)
        self.world.clear_faults()
        self.world.start_gateway()
        self.answer_until_settled({"FEEDBACK_STATE_ACCEPTED"})
        ledger = self.world.ledger()["feedback"]
        self.assertEqual([entry["effects"] for entry in ledger], [1] * len(signals))

    def test_events_not_acknowledged_come_again_and_acknowledged_ones_do_not(self):
        self.sync()
        first = self.world.host_process("watch", "--plugin", "ebox", "--max", "5", "--no-ack").stdout
        self.world.stop_gateway(kill=True)
        self.world.start_gateway()
        again = self.world.host_process("watch", "--plugin", "ebox", "--max", "5").stdout
        self.assertEqual(first, again)
        later = self.world.host_process("watch", "--plugin", "ebox", "--max", "1").stdout
        self.assertNotIn(later.strip().splitlines()[0], first)

    def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(self):
        self.sync()
        before = self.listed("messages")
        worker = self.world.worker_pid()
        began = time.monotonic()
        self.assertTrue(self.world.kill_worker())
        wait_for(lambda: self.world.worker_pid() not in (None, worker), "another worker", alive=self.world.gateway)
        self.world.wait_ready()
        print(f"ready {time.monotonic() - began:.2f} s after the worker was killed (bound of the issue: 2 s)")
        self.assertEqual(self.listed("messages"), before)

    def serves(self, worker):
        return self.world.ctl("status", check=False).returncode == 0 if UNDER_WINE else alive(worker)

    def test_a_worker_does_not_outlive_its_supervisor(self):
        worker = self.world.worker_pid()
        self.assertNotEqual(worker, self.world.gateway.pid)
        self.world.stop_gateway(kill=True)
        wait_for(lambda: not self.serves(worker), "the worker to end with its supervisor")
        self.world.start_gateway()

    def test_a_running_synchronisation_survives_the_host(self):
        operation = self.world.host("sync")
        self.assertTrue(operation["operationId"])
        wait_for(lambda: len(self.listed("messages")) == len(self.expected_messages()), "the messages")


class Modules(WorldTest):
    modules = ("ebox",)

    def test_a_module_that_is_off_says_so_and_works_once_enabled(self):
        error = self.failure("list", "signals")
        self.assertEqual(error["status"], "E_MODULE_DISABLED")
        self.world.ctl("modules", "enable", self.org, "knipperlicht")
        self.assertEqual(self.world.host("list", "signals")["signals"], [])
        self.world.ctl("modules", "disable", self.org, "knipperlicht")
        self.assertEqual(self.failure("list", "signals")["status"], "E_MODULE_DISABLED")

    def test_an_organisation_the_gateway_does_not_know(self):
        error = self.failure("list", "messages", org="0212344876")
        self.assertEqual(error["status"], "NOT_FOUND")
        self.assertEqual(error["code"], "organisation.unknown")


if __name__ == "__main__":
    main()
