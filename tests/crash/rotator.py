# SPDX-License-Identifier: Apache-2.0
"""Rotates the key of an organisation all the time, while the gateway is killed under it."""

import json
import subprocess
import threading

# semafoorctl's word for a gateway that is not there.
UNREACHABLE = 3
# Calls that were under way when the gateway died end so; nothing is wrong with the key.
DIED = ("UNAVAILABLE", "gateway.", "session.", "call.")


class Rotator:
    """A thread: a new key, prepared, tested, activated; the former one retired; and again.

    The authority takes the key before and the one after, as while a certificate is being registered. Whatever the vault
    itself complains of is a failure: a killed step has either happened or not, and can be said again.
    """

    def __init__(self, world, org, name):
        self.world = world
        self.org = org
        self.name = name
        self.rotations = 0
        self.failures = []
        self._stop = threading.Event()
        self._folder = world.folder / "rotation"
        self._folder.mkdir()
        self._thread = threading.Thread(target=self._run, name="rotator")

    def start(self):
        keys = self.world.folder / "keys"
        self.world.ctl("credentials", "import", self.name, keys / f"{self.name}.pem", "--certificate",
                       keys / f"{self.name}.crt", "--reason", "crash suite")
        self._registered = (keys / f"{self.name}.pub.pem").read_text()
        self._thread.start()

    def stop(self):
        """Ends what is under way, while the gateway serves."""
        self._stop.set()
        self._thread.join()

    def _run(self):
        try:
            while not self._stop.is_set():
                self._rotate()
        except Exception as problem:  # told by whoever started it
            self.failures.append(f"the rotation ended: {problem!r}")

    def _register(self, pem, **more):
        self.world.control("POST", "/clients", {"clientId": self.name, "organisation": self.org, "publicKeyPem": pem, **more})

    def _rotate(self):
        key, certificate = self._folder / "next.pem", self._folder / "next.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "90", "-subj", f"/CN={self.name} {self.rotations}"],
                       check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], check=True, capture_output=True,
                                text=True).stdout
        # The one of before the last rotation goes only now: an assertion by it may have been on its way.
        self._register(self._registered)
        self._register(public, second=True)
        reason = ("--reason", "crash suite")
        self._say("rotate", self.name, key, "--certificate", certificate, "--yes", *reason)
        self._say("retire", self.name, *reason)
        self._say("test", self.name)
        self._registered = public
        self.rotations += 1

    def _say(self, *words):
        """Until it is done: the gateway may be dead, or die over it."""
        while True:
            done = self.world.ctl("credentials", *words, "--json", check=False)
            if done.returncode == 0:
                return
            if done.returncode != UNREACHABLE:
                error = json.loads(done.stdout.splitlines()[-1])["error"]
                if not error["code"].startswith(DIED):
                    self.failures.append(f"credentials {words[0]}: {error['code']}: {error['message']}")
                    return
            self._stop.wait(0.05)
