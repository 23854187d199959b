# SPDX-License-Identifier: Apache-2.0
"""The Debian packages, as an administrator meets them: built, looked at by lintian, installed in a new Debian, used,
installed again over themselves, removed and purged."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.support.world import free_port, last_json, wait_for

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SEMAFOOR_BUILD", PROJECT / "build" / "dev"))
SKIPPED = 77
# What the service may do at most, in the words of systemd-analyze security.
MOST_EXPOSURE = 2.0
SETTINGS = """
[upstream]
token_endpoint = "{base}/oauth/v5/token"
ebox_base_url = "{base}/ebox/messageRegistry/v2"
podmi_base_url = "{base}/podmi"

[[local.allow]]
user = "suite"
organisations = ["*"]
"""


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(str(part) for part in command)} ended with {done.returncode}:\n"
                             f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


class Root:
    """A new Debian 12 and what runs in it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="semafoor-packages-"))
        self.running = []
        # Other accounts live in it too.
        self.folder.chmod(0o755)
        try:
            run(PROJECT / "packaging" / "dev" / "new-root", self.folder)
        except AssertionError as refused:
            self.away()
            raise unittest.SkipTest(f"no new Debian can be made here: {refused}") from refused
        # Nothing may start by itself in a folder.
        (self.folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (self.folder / "usr/sbin/policy-rc.d").chmod(0o755)
        self.run("apt-get", "update", "-q")
        # What a Debian that runs services has, and the smallest root has not.
        self.apt("install", "systemd")

    def command(self, *command, user=None):
        inside = ["chroot", *([f"--userspec={user}:{user}"] if user else []), str(self.folder), "env", "-i",
                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        return [*inside, *(str(part) for part in command)]

    def run(self, *command, user=None):
        return run(*self.command(*command, user=user))

    def apt(self, *command):
        return self.run("apt-get", "-y", "-q", "--no-install-recommends", *command)

    def start(self, *command, user=None):
        process = subprocess.Popen(self.command(*command, user=user), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.running.append(process)
        return process

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        self.running.remove(process)
        return code

    def away(self):
        for process in self.running:
            process.kill()
            process.wait()
        run(PROJECT / "packaging" / "dev" / "new-root", "--away", self.folder)


class PackagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Root()
        run("bash", PROJECT / "dev", "package", "--preset", BUILD.name, cwd=PROJECT)
        cls.packages = sorted((PROJECT / "build" / "packages").glob("*.deb"))

    @classmethod
    def tearDownClass(cls):
        cls.root.away()

    def test_the_unit_exposes_little(self):
        said = run("systemd-analyze", "security", "--offline=true",
                   PROJECT / "packaging" / "systemd" / "semafoor-gateway.service")
        exposure = float(said.split("Overall exposure level")[1].split(": ")[1].split()[0])
        self.assertLessEqual(exposure, MOST_EXPOSURE)

    def test_life_in_a_new_debian(self):
        root = self.root
        self.install()
        self.assertIn("is well", root.run("semafoor-gateway", "check", user="semafoor"))
        # What a vendor who has nothing but the package begins with.
        run("g++", "-std=c++17", root.folder / "usr/share/doc/semafoor-sdk/examples/first_host.cc", "-I",
            root.folder / "usr/include", "-L", root.folder / "usr/lib/x86_64-linux-gnu", "-lsemafoor_shim", "-o",
            root.folder / "tmp/first_host")
        manuals = {path.name for path in (root.folder / "usr/share/man").rglob("semafoor*")}
        self.assertLessEqual({"semafoor-gateway.8.gz", "semafoorctl.8.gz", "semafoor-host.1.gz"}, manuals)
        self.look_at_the_sboms()
        self.use()
        data = root.folder / "var/lib/semafoor"
        database = data / "semafoor.db"
        self.assertTrue(database.exists())

        # An upgrade keeps settings that the administrator changed, and data.
        settings = root.folder / "etc/semafoor/gateway.toml"
        before = settings.read_text()
        root.apt("install", "--reinstall", *self.inside)
        self.assertEqual(settings.read_text(), before)
        self.assertTrue(database.exists())

        root.apt("remove", "semafoor-gateway", "semafoor-sdk")
        self.assertFalse((root.folder / "usr/bin/semafoor-gateway").exists())
        self.assertTrue(database.exists(), "a removal leaves the data")
        self.assertTrue(settings.exists(), "and the settings")
        root.apt("purge", "semafoor-gateway", "semafoor-sdk")
        self.assertFalse(data.exists(), "a purge leaves no data")
        self.assertFalse(data.with_name("semafoor-vault").exists(), "nor its keys")
        left = [path for path in (root.folder / "etc").rglob("*semafoor*") if "passwd" not in path.name]
        self.assertEqual(left, [])

    def install(self):
        root = self.root
        for package in self.packages:
            shutil.copy(package, root.folder / "tmp")
        self.inside = [f"/tmp/{package.name}" for package in self.packages]
        root.apt("install", *self.inside)
        root.run("useradd", "--system", "suite")
        self.assertEqual(root.run("stat", "-c", "%a %U %G", "/etc/semafoor", "/etc/semafoor/keys",
                                  "/etc/semafoor/gateway.toml").splitlines(),
                         ["750 root semafoor", "700 semafoor semafoor", "640 root semafoor"])

    def look_at_the_sboms(self):
        """Each names the programs that were installed as they are, and whatever they load."""
        root = self.root
        for package in ("semafoor-gateway", "semafoor-sdk"):
            document = json.loads((root.folder / f"usr/share/doc/{package}/{package}.cdx.json").read_text())
            self.assertEqual((document["bomFormat"], document["specVersion"]), ("CycloneDX", "1.5"))
            listed = {one["bom-ref"]: one for one in document["components"]}
            parts = {one["ref"]: set(one["dependsOn"]) for one in document["dependencies"]}
            shipped = {line for line in root.run("dpkg", "-L", package).splitlines()
                       if (root.folder / line[1:]).is_file() and not (root.folder / line[1:]).is_symlink()
                       and (root.folder / line[1:]).read_bytes().startswith(b"\x7fELF")}
            self.assertLessEqual({f"file:{path[1:]}" for path in shipped}, set(listed))
            for path in shipped:
                file = root.folder / path[1:]
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                self.assertEqual(listed[f"file:{path[1:]}"]["hashes"], [{"alg": "SHA-256", "content": digest}], path)
                loaded = [line.split(" => ")[1].split()[0] for line in root.run("ldd", path).splitlines() if " => /" in line]
                asked = set(run("readelf", "-d", file).split())
                for library in loaded:
                    if f"[{Path(library).name}]" not in asked or library in shipped:
                        continue
                    # By its name: what is in /usr/lib may be owned in /lib.
                    real = Path(root.run("readlink", "-f", library).strip())
                    owner = root.run("dpkg", "-S", f"*/{real.name}").split(":")[0]
                    source = root.run("dpkg-query", "-W", "-f", "${source:Package}", owner)
                    self.assertTrue(any(f"/{source}@" in part for part in parts[f"file:{path[1:]}"]),
                                    f"{path} loads {library} of {source}")

    def use(self):
        """A gateway under its own account, a pretended upstream, and a host under another account."""
        root = self.root
        org = json.loads(root.run("semafoor-sandbox", "persons", "--organisations", 1, "--json"))["organisations"][0]["cbe"]
        root.run("mkdir", "/tmp/client")
        root.run("semafoor-sandbox", "keygen", "--out", "/tmp/client", "--client", "ocmw")
        port = free_port()
        sandbox = root.start("semafoor-sandbox", "--port", port, "--organisations", 1, "--messages", 3, "--client",
                             f"ocmw={org}:/tmp/client/ocmw.pub.pem")
        (root.folder / "etc/semafoor/gateway.toml").write_text(SETTINGS.format(base=f"http://127.0.0.1:{port}"))
        # As the unit does with its StateDirectory and RuntimeDirectory.
        root.run("install", "-d", "-o", "semafoor", "-g", "semafoor", "-m", "0700", "/var/lib/semafoor",
                 "/var/lib/semafoor-vault")
        root.run("install", "-d", "-o", "semafoor", "-g", "semafoor", "-m", "0755", "/run/semafoor")
        gateway = root.start("semafoor-gateway", "run", user="semafoor")
        wait_for(lambda: subprocess.run(root.command("semafoorctl", "status"), capture_output=True).returncode == 0,
                 "the gateway to be ready", seconds=60, alive=gateway)
        root.run("semafoorctl", "credentials", "import", "ocmw", "/tmp/client/ocmw.key.pem", "--certificate",
                 "/tmp/client/ocmw.crt.pem", "--reason", "first key")
        root.run("semafoorctl", "organisations", "add", org, "--name-nl", "OCMW Voorbeeld", "--client-id", "ocmw", "--key", "ocmw")
        root.run("semafoorctl", "modules", "enable", org, "ebox")
        # The gateway runs under an account of its own, which a host names so that no other program passes for it.
        (root.folder / "tmp/host.json").write_text(json.dumps({
            "organisation": org, "host_name": "packages", "gateway": {"owner_uid": int(root.run("id", "-u", "semafoor"))}}))
        host = ["semafoor-host", "--config", "/tmp/host.json", "--json"]
        root.run(*host, "sync", "--wait", user="suite")
        listed = last_json(root.run(*host, "list", "messages", "--all", user="suite"))["messages"]
        self.assertEqual(len(listed), 3)
        loaded = last_json(root.run("semafoor-host", "--json", "load", user="suite"))
        self.assertEqual({plugin["id"]: plugin["state"] for plugin in loaded["plugins"]},
                         dict.fromkeys(("ebox", "knipperlicht", "feedback"), "loaded"))
        self.assertEqual(root.end(gateway), 0)
        root.end(sandbox)


if __name__ == "__main__":
    if os.getuid() != 0 or shutil.which("debootstrap") is None:
        print("packages: not run; this needs root, and debootstrap: apt-get install debootstrap")
        sys.exit(SKIPPED)
    result = unittest.main(verbosity=2, exit=False).result
    # A class that could not be set up was skipped as a whole.
    sys.exit(not result.wasSuccessful() or (SKIPPED if result.skipped else 0))
