"""Two moderators over one etcd: any of them, or etcd, may go, and people notice nothing."""

import json
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from holdfast import Installation, Program, free_port, run, until
from test_maintenance import Talk

ETCD_HOST = "127.0.4.1"
SECOND_HOST = "127.0.3.2"


def self_signed(directory, name):
    """A certificate for etcd's host that is its own authority, and its key."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=etcd",
                    "-addext", f"subjectAltName=IP:{ETCD_HOST}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class Etcd:
    """One member, which keeps what it had stored over a kill. With `tls` its clients have to trust `certificate`."""

    def __init__(self, tls=False):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-etcd-"))
        self.certificate, self.key = self_signed(self.dir, "etcd") if tls else (None, None)
        scheme = "https" if tls else "http"
        self.url, self.peer = f"{scheme}://{ETCD_HOST}:{free_port(ETCD_HOST)}", f"http://{ETCD_HOST}:{free_port(ETCD_HOST)}"
        self.process = None

    def start(self):
        secured = ["--cert-file", self.certificate, "--key-file", self.key] if self.certificate else []
        with open(self.dir / "log", "a") as log:
            self.process = subprocess.Popen(
                ["etcd", "--name", "test", "--data-dir", self.dir / "data", "--listen-client-urls", self.url,
                 "--advertise-client-urls", self.url, "--listen-peer-urls", self.peer,
                 "--initial-advertise-peer-urls", self.peer, "--initial-cluster", f"test={self.peer}",
                 "--heartbeat-interval", "10", "--election-timeout", "100", *secured], stdout=log, stderr=log)
        until(self.answers, "etcd answers")
        return self

    def answers(self):
        trust = ssl.create_default_context(cafile=self.certificate) if self.certificate else None
        try:
            return urllib.request.urlopen(self.url + "/health", timeout=5, context=trust).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)


class TwoModerators(Installation):
    def __init__(self, etcd):
        super().__init__()
        port = free_port(SECOND_HOST)
        first = self.moderator.config
        text = first.read_text() + f'\n[store]\netcd = ["{etcd.url}"]\npoll_ms = 100\n'
        if etcd.certificate:
            text += f'ca_file = "{etcd.certificate}"\n'
        first.write_text(text)
        second = self.home / "second.toml"
        second.write_text(text.replace('name = "m1"', 'name = "m2"').replace('data_dir = "moderator"', 'data_dir = "second"')
                          .replace(f"{self.moderator.host}:{self.moderator.port}", f"{SECOND_HOST}:{port}"))
        self.second = Program("second", "moderate", second, SECOND_HOST, port)
        for name in ("primary", "redundant"):
            config = self.home / f"{name}.toml"
            config.write_text(config.read_text().replace(f'"{self.moderator.url}"', f'"{self.moderator.url}", "{self.second.url}"'))

    def close(self):
        self.second.end()
        super().close()


class TwoOverOne(unittest.TestCase):
    tls = False

    def setUp(self):
        self.etcd = Etcd(self.tls).start()
        self.addCleanup(self.etcd.close)
        self.here = TwoModerators(self.etcd).start()
        self.addCleanup(self.here.close)
        self.both = (self.here.moderator, self.here.second)
        for moderator in self.both:
            moderator.start()
        for moderator in self.both:
            self.wait_for(moderator, lambda status: all(side["usable"] for side in status["deployments"].values())
                          and all(other["at_work"] for other in status["moderators"]) and status["moderators"],
                          "it works, and knows of the other one")
        self.talk = Talk(self.here)
        self.talk.start()
        until(self.talk.goes_on("primary"), "the talk is under way")

    def status(self, moderator):
        return json.loads(moderator.get("/v1/status")[2])

    def wait_for(self, moderator, reached, what):
        return until(lambda: reached(self.status(moderator)), f"{moderator.name}: {what}")

    def wait_moved(self, *moderators):
        """One failure, one move, and they agree."""
        for moderator in moderators:
            self.wait_for(moderator, lambda status: status["active"] == "redundant", "it moved")
        for moderator in moderators:
            status = self.status(moderator)
            self.assertEqual((status["epoch"], status["moves_last_hour"]), (2, 1), status["incidents"])
        until(self.talk.goes_on("redundant"), "the talk goes on")
        self.talk.finish()


class Moderators(TwoOverOne):
    def test_two_that_see_one_failure_move_once(self):
        self.here.primary.kill()
        self.wait_moved(*self.both)
        verdicts = {moderator.get("/v1/verdict")[2] for moderator in self.both}
        self.assertEqual(len(verdicts), 1, "the same verdict, byte for byte")

    def test_when_one_is_gone_the_other_fails_over(self):
        self.here.moderator.kill()
        self.here.primary.kill()
        self.wait_moved(self.here.second)
        self.here.moderator.start()
        self.assertEqual(self.status(self.here.moderator)["epoch"], 2, "it begins with what the other one stored")

    def test_without_etcd_nothing_changes_and_chats_go_on(self):
        self.etcd.kill()
        for moderator in self.both:
            self.wait_for(moderator, lambda status: not status["store"]["answers"], "it misses etcd")
        self.here.primary.kill()
        for moderator in self.both:
            self.wait_for(moderator, lambda status: any("was not stored: unavailable: etcd does not answer" in one["what"]
                                                        for one in status["incidents"]), "it would move")
            self.assertEqual(self.status(moderator)["epoch"], 1)
            self.assertEqual(json.loads(json.loads(moderator.get("/v1/verdict")[2])["p"])["epoch"], 1, "served all the same")
        self.assertIn("nothing can be changed: ", run("status", "--config", self.here.moderator.config).stdout)
        until(self.talk.goes_on("redundant"), "the talk goes on")
        self.etcd.start()
        self.wait_moved(*self.both)

    def test_an_order_to_one_holds_for_all(self):
        run("freeze", "--config", self.here.moderator.config)
        self.wait_for(self.here.second, lambda status: status["frozen"], "it has heard of it")
        self.here.moderator.kill()
        self.here.primary.kill()
        self.wait_for(self.here.second, lambda status: not status["deployments"]["primary"]["healthy"], "it sees the failure")
        self.assertEqual(self.status(self.here.second)["epoch"], 1)
        run("freeze", "--off", "--config", self.here.second.config)
        self.wait_moved(self.here.second)

    def test_a_freeze_without_etcd_holds_for_all_when_it_is_back(self):
        self.etcd.kill()
        self.wait_for(self.here.moderator, lambda status: not status["store"]["answers"], "it misses etcd")
        refused = run("freeze", "--config", self.here.moderator.config, ok=False)
        self.assertIn("in force here, but not stored", refused.stdout + refused.stderr)
        self.assertTrue(self.status(self.here.moderator)["frozen"])
        self.etcd.start()
        self.wait_for(self.here.second, lambda status: status["frozen"], "it has heard of it")


class ModeratorsOverTls(TwoOverOne):
    tls = True

    def test_they_move_once_and_believe_no_other_etcd(self):
        self.here.primary.kill()
        self.wait_moved(*self.both)
        # Somebody else answers at the same address.
        self.etcd.kill()
        self.etcd.certificate, self.etcd.key = self_signed(self.etcd.dir, "stranger")
        self.etcd.start()
        for moderator in self.both:
            self.wait_for(moderator, lambda status: not status["store"]["answers"], "it does not take it for its store")
        self.assertIn("certificate", self.status(self.here.moderator)["store"]["why"])


if __name__ == "__main__":
    unittest.main()
