# SPDX-License-Identifier: Apache-2.0
"""Keys of the vault: brought, used, rotated without a restart, watched, and destroyed with their organisation."""

import json
import os
import shutil
import subprocess
import unittest

from tests.e2e.base import WorldTest, main


class Credentials(WorldTest):
    messages = 6
    signals = 2
    gateway = {"plaintext": "false"}

    def credentials(self, *words, check=True):
        done = self.world.ctl("credentials", *words, "--json", check=check)
        return json.loads(done.stdout)

    def bring(self):
        keys = self.world.folder / "keys"
        answer = self.credentials("import", "client-0", keys / "client-0.pem", "--certificate", keys / "client-0.crt",
                                  "--reason", "first key")
        (keys / "client-0.pem").unlink()
        return answer

    def new_key(self, days):
        """A key in PKCS#12 with a certificate that lasts so long, and registered beside the present one."""
        folder = self.world.folder
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", folder / "new.pem", "-out", folder / "new.crt", "-days", str(days), "-subj", "/CN=new"],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "pkcs12", "-export", "-inkey", folder / "new.pem", "-in", folder / "new.crt", "-out",
                        folder / "new.p12", "-passout", "pass:geheim"], check=True, capture_output=True)
        (folder / "passphrase").write_text("geheim\n")
        public = subprocess.run(["openssl", "pkey", "-in", folder / "new.pem", "-pubout"], check=True, capture_output=True,
                                text=True).stdout
        self.world.control("POST", "/clients", {"clientId": "client-0", "organisation": self.org, "publicKeyPem": public,
                                                "second": True})
        return folder / "new.p12"

    def fetch(self):
        """A whole synchronisation, which asks for a token first."""
        self.world.ctl("sync", self.org, "--wait")

    def alarms(self):
        return {(one["code"], one["level"].removeprefix("ALARM_LEVEL_")) for one in self.world.status().get("alarms", [])}

    def test_a_file_in_clear_is_not_used_and_the_imported_key_is(self):
        exit_code = self.world.ctl("upstream", "test", self.org, "--json", check=False).returncode
        self.assertEqual(exit_code, 1)
        self.assertEqual(self.alarms(), {("credential.unusable", "RED")})
        self.assertEqual(self.bring()["credential"]["active"]["home"], "vault")
        self.assertEqual(self.world.ctl("upstream", "test", self.org, "--json", check=False).returncode, 0)
        self.fetch()
        sealed = (self.world.folder / "data-vault" / "client-0.credential").read_bytes()
        self.assertNotIn(b"PRIVATE KEY", sealed)

    def test_a_rotation_needs_no_restart_and_the_expiry_of_the_new_key_alarms(self):
        self.bring()
        self.fetch()
        material = self.new_key(days=5)
        passphrase = ("--passphrase-file", self.world.folder / "passphrase", "--reason", "yearly")
        answer = self.credentials("prepare", "client-0", material, *passphrase)
        self.assertEqual(answer["credential"]["next"]["certificate"]["subject"], "CN=new")
        tried = self.world.ctl("credentials", "activate", "client-0", "--reason", "too early", "--json", check=False)
        self.assertEqual(json.loads(tried.stdout)["error"]["code"], "vault.not_tested")
        self.assertEqual(self.world.ctl("credentials", "test", "client-0", "--next", "--upstream", self.org,
                                        check=False).returncode, 0)
        rotated = self.credentials("rotate", "client-0", material, "--yes", "--upstream", self.org, *passphrase)
        self.assertTrue(rotated["activated"])
        self.assertTrue(rotated["upstream"]["passed"])
        self.assertEqual(rotated["credential"]["active"]["certificate"]["subject"], "CN=new")
        (held,) = self.credentials("list")["credentials"]
        self.assertEqual(held["active"]["certificate"]["subject"], "CN=new")
        self.assertIn("previous", held)
        self.world.control("POST", "/tokens/expire")
        # Only the new key is good from here on.
        self.world.control("POST", "/clients", {"clientId": "client-0", "organisation": self.org, "publicKeyPem": subprocess.run(
            ["openssl", "pkey", "-in", self.world.folder / "new.pem", "-pubout"], check=True, capture_output=True,
            text=True).stdout})
        self.fetch()
        self.assertEqual(self.alarms(), {("credential.expires", "YELLOW")})
        self.credentials("retire", "client-0", "--reason", "all well")
        (held,) = self.credentials("list")["credentials"]
        self.assertNotIn("previous", held)

    def test_erased_is_gone_for_good_and_a_backup_of_before_says_so(self):
        self.bring()
        self.fetch()
        medium = self.world.folder / "medium"
        medium.mkdir(mode=0o700)
        self.world.ctl("backup", medium / "one")
        refused = self.world.ctl("erase", self.org, "--confirm", self.org, "--reason", "merged", "--json", check=False)
        self.assertEqual(json.loads(refused.stdout)["error"]["code"], "erase.modules_on")
        self.world.ctl("modules", "disable", self.org, "ebox", "knipperlicht", "feedback")
        done = self.world.ctl("erase", self.org, "--confirm", self.org, "--reason", "merged", "--even-so", "--json",
                              check=False)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["credentials"], ["client-0"])
        self.assertEqual(answer["backupFolders"], [str(medium)])
        # The certificate's file, which the test left in the key folder.
        self.assertEqual([one["place"] for one in answer["leftOver"]], [str(self.world.folder / "keys" / "client-0.crt")])
        self.assertEqual(done.returncode, 1, "something is left for a person")
        (key,) = json.loads((medium / "semafoor-data-keys.json").read_text())["keys"]
        self.assertEqual(key["wrapped"], "")
        self.assertEqual(self.world.status()["organisations"], [])


@unittest.skipUnless(shutil.which("softhsm2-util"), "SoftHSM is not installed: apt-get install softhsm2")
class OnAToken(WorldTest):
    messages = 3
    signals = 1
    gateway = {"plaintext": "false", "extra": """
[[keys.token]]
name = "hsm"
module = "/usr/lib/softhsm/libsofthsm2.so"
label = "ocmw"
keys = ["client-0"]
"""}

    def make_world(self, world):
        tokens = world.folder / "tokens"
        tokens.mkdir()
        settings = world.folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        world.gateway_environment["SOFTHSM2_CONF"] = str(settings)
        self.softhsm("--init-token", "--free", "--label", "ocmw", "--pin", "1234", "--so-pin", "5678")

    def softhsm(self, *words):
        subprocess.run(["softhsm2-util", *map(str, words)], check=True, capture_output=True,
                       env={**os.environ, **self.world.gateway_environment})

    def test_the_key_signs_there_once_its_pin_is_kept(self):
        key = self.world.folder / "keys" / "client-0.pem"
        self.softhsm("--import", key, "--token", "ocmw", "--pin", "1234", "--label", "client-0", "--id", "a1")
        key.unlink()
        (held,) = json.loads(self.world.ctl("credentials", "list", "--json").stdout)["credentials"]
        self.assertEqual(held["code"], "vault.pin_missing")
        pin = self.world.folder / "pin"
        pin.write_text("1234\n")
        self.world.ctl("credentials", "pin", "hsm", "--passphrase-file", pin, "--reason", "new card")
        (held,) = json.loads(self.world.ctl("credentials", "list", "--json").stdout)["credentials"]
        self.assertEqual((held["active"]["home"], held["code"]), ("token hsm", ""))
        self.world.ctl("sync", self.org, "--wait")
        self.assertEqual(int(self.world.status()["organisations"][0]["messages"]), len(self.expected_messages()))
        self.assertNotIn(b"1234", (self.world.folder / "data-vault" / "hsm.pin").read_bytes())


if __name__ == "__main__":
    main()
