# SPDX-License-Identifier: Apache-2.0
"""The installer under Wine, as an administrator meets it: installed, upgraded while it runs, not downgraded, repaired,
removed with its data kept, and purged; signed. And the vendors' zip: a host that another compiler made loads its DLLs."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from tests.support.wine import WineWorld, to_windows
from tests.support.world import free_port, last_json, wait_for

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SEMAFOOR_BUILD", PROJECT / "build" / "windows-x64"))
WINE = PROJECT / "packaging" / "dev" / "wine"
TRIPLET = "x86_64-w64-mingw32"
# What `service status` ends with.
NOT_INSTALLED = 4


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def backslashed(path):
    return to_windows(path).replace("/", "\\")


def certificate(folder):
    """A certificate to sign with, and the file with its password."""
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Semafoor test",
        "-addext", "extendedKeyUsage=codeSigning", "-keyout", folder / "key.pem", "-out", folder / "cert.pem")
    (folder / "password").write_text("secret\n")
    run("openssl", "pkcs12", "-export", "-inkey", folder / "key.pem", "-in", folder / "cert.pem",
        "-passout", f"file:{folder / 'password'}", "-out", folder / "cert.p12")
    return folder / "cert.p12", folder / "password"


def pack(out, version, *more):
    run(PROJECT / "packaging" / "windows" / "pack", "--x64", BUILD, "--out", out, "--version", version, *more)
    return out / f"semafoor-gateway-{version}-x64.msi"


class InstalledWorld(WineWorld):
    """Its gateway is the installed service; settings, data and pipe are the standard ones."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.attestation_socket = r"\\.\pipe\semafoor-attest"
        prefix = Path(os.environ["SEMAFOOR_WINEPREFIX"])
        self.home = prefix / "drive_c" / "ProgramData" / "Semafoor"
        self.programs = prefix / "drive_c" / "Program Files" / "Semafoor"
        self.metrics = free_port()

    def msiexec(self, *words, check=True):
        return self.run([WINE, "msiexec", *words, "/qn"], check=check, timeout=300)

    def install(self, msi, *properties, **more):
        return self.msiexec("/i", backslashed(msi), *properties, **more)

    def state(self):
        program = self.programs / "semafoor-gateway.exe"
        if not program.exists():
            program = self.bin / "semafoor-gateway.exe"
        done = self.run([WINE, to_windows(program), "service", "status", "--json"], check=False)
        return done.returncode, last_json(done.stdout)

    def healthy(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


class Installer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A Windows of its own, on which nothing was ever installed."""
        prefix = tempfile.mkdtemp(prefix="semafoor-wine-")
        cls.addClassCleanup(shutil.rmtree, prefix, ignore_errors=True)
        os.environ["SEMAFOOR_WINEPREFIX"] = prefix
        cls.addClassCleanup(os.environ.pop, "SEMAFOOR_WINEPREFIX")
        cls.addClassCleanup(subprocess.run, ["wineserver", "-k"], env={**os.environ, "WINEPREFIX": prefix}, check=False,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="semafoor-msi-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.world = InstalledWorld(BUILD, messages=6, signals=4)
        self.addCleanup(self.world.stop)

    def assert_away(self):
        self.assertEqual(self.world.state()[0], NOT_INSTALLED)
        self.assertFalse(self.world.programs.joinpath("semafoor-gateway.exe").exists())

    def test_its_life(self):
        world = self.world
        first, second = pack(self.folder, "1.0.0"), pack(self.folder, "1.0.1")
        data = self.folder / "Données d'aide"

        began = time.monotonic()
        # With a backslash at its end, as people write folders.
        world.install(first, f"METRICSPORT={world.metrics}", f"DATAFOLDER={backslashed(data)}\\")
        wait_for(world.healthy, "the installed gateway to be well", seconds=60)
        green = time.monotonic() - began
        code, state = world.state()
        self.assertEqual((code, state["state"], state["start"]), (0, "running", "auto"))
        self.assertTrue((data / "semafoor.db").exists())
        settings = (world.home / "gateway.toml").read_text()

        # Something to lose.
        world.ctl("organisations", "add", "0212344876", "--name-nl", "OCMW Voorbeeld", "--client-id", "client",
                  "--key", "client")
        running = state["pid"]

        began = time.monotonic()
        world.install(second)
        wait_for(world.healthy, "the upgraded gateway to be well", seconds=60)
        upgraded = time.monotonic() - began
        code, state = world.state()
        self.assertEqual((code, state["state"]), (0, "running"))
        self.assertNotEqual(state["pid"], running)
        self.assertEqual((world.home / "gateway.toml").read_text(), settings)
        self.assert_kept()

        refused = world.install(first, check=False)
        self.assertNotEqual(refused.returncode, 0, "an older version must not replace a newer one")
        self.assertEqual(world.state()[1]["state"], "running")
        self.assert_kept()

        (world.programs / "semafoorctl.exe").unlink()
        # What msiexec /fa does; Wine's knows it by these words only.
        world.install(second, "REINSTALL=ALL", "REINSTALLMODE=amus")
        self.assertTrue((world.programs / "semafoorctl.exe").exists(), "repaired")
        wait_for(world.healthy, "the repaired gateway to be well", seconds=60)
        self.assert_kept()

        world.msiexec("/x", backslashed(second))
        self.assert_away()
        self.assertTrue((data / "semafoor.db").exists(), "data stays")
        self.assertEqual((world.home / "gateway.toml").read_text(), settings)

        world.install(second, "START=0")
        self.assertEqual(world.state()[1]["state"], "stopped")
        world.run([WINE, to_windows(world.programs / "semafoor-gateway.exe"), "service", "start"])
        self.assert_kept()
        world.msiexec("/x", backslashed(second), "PURGE=1")
        self.assert_away()
        self.assertFalse(data.exists())
        self.assertFalse(data.with_name(data.name + "-vault").exists())
        self.assertFalse((world.home / "gateway.toml").exists())
        print(json.dumps({"suite": "msi", "green_s": round(green, 1), "upgrade_s": round(upgraded, 1),
                          "msi_bytes": second.stat().st_size}))

    def assert_kept(self):
        told = self.world.status()["organisations"]
        self.assertEqual([one["organisation"]["organisation"]["value"] for one in told], ["0212344876"])

    def test_signed_when_a_certificate_is_given(self):
        p12, password = certificate(self.folder)
        msi = pack(self.folder, "1.0.0", "--sign", p12, "--password-file", password)
        for file in (msi, self.unzipped() / "x64" / "plugins" / "semafoor_ebox.dll",
                     self.folder / "sdk" / "semafoor-sdk-windows-1.0.0" / "x64" / "semafoor-host.exe"):
            told = run("osslsigncode", "verify", "-CAfile", self.folder / "cert.pem", "-in", file)
            self.assertIn("Semafoor test", told)

    def unzipped(self):
        with zipfile.ZipFile(self.folder / "semafoor-sdk-windows-1.0.0.zip") as packed:
            packed.extractall(self.folder / "sdk")
        return self.folder / "sdk" / "semafoor-sdk-windows-1.0.0"

    def test_a_vendor_with_another_compiler_has_enough_with_the_zip(self):
        pack(self.folder, "1.0.0")
        sdk = self.unzipped()
        own = Path(run(f"{TRIPLET}-gcc-posix", "-print-libgcc-file-name").strip()).parent
        for name, compiler in {"gcc": [f"{TRIPLET}-gcc-posix"], "clang": ["clang-14", f"--target={TRIPLET}", f"-L{own}"]}.items():
            run(*compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{sdk / 'include'}",
                sdk / "examples" / "load_shim.c", "-o", self.folder / f"load_{name}.exe")
        world = WineWorld(BUILD, messages=6, signals=1)
        self.addCleanup(world.stop)
        world.start_sandbox()
        world.start_gateway()
        org = world.add_organisation(0)
        # The zip's own reference host, in a folder of its own.
        world.plugins = sdk / "x64" / "plugins"
        world.host("sync", "--wait")
        for name in ("gcc", "clang"):
            done = world.run([WINE, to_windows(self.folder / f"load_{name}.exe"), to_windows(sdk / "x64" / "semafoor_shim.dll"),
                              to_windows(sdk / "x64" / "plugins"), org, world.attestation_socket])
            self.assertEqual(len(last_json(done.stdout)["messages"]), 5, name)


if __name__ == "__main__":
    unittest.main()
