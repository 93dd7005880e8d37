"""Certificates as people get them wrong: expired, not valid yet, of another key, forgotten until they end."""

import datetime
import json
import signal
import subprocess
import unittest

from holdfast import Installation, run, until


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificate(unittest.TestCase):
    def setUp(self):
        self.here = Installation(scheme="https")
        self.addCleanup(self.here.close)
        self.home = self.here.home
        for program in (self.here.primary, self.here.redundant, self.here.moderator):
            text = program.config.read_text()
            for field in ("certificate_file", "key_file"):
                text = text.replace(f"# {field} = ", f"{field} = ", 1)
            program.config.write_text(text.replace("# verify_certificate = true", "verify_certificate = false"))
        (self.home / "ca.cnf").write_text(f"[ca]\ndefault_ca = it\n[it]\nnew_certs_dir = {self.home}\ndatabase = {self.home}/ca.txt\n"
                                          "rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n"
                                          f"[names]\nsubjectAltName = {','.join('IP:' + place for place in self.here.places.values())}\n")
        self.make()

    def make(self, begin=datetime.timedelta(days=-1), end=datetime.timedelta(days=90), key="key.pem", certificate="certificate.pem"):
        """A key and its certificate, valid between these times from now."""
        at = lambda delta: (datetime.datetime.now(datetime.UTC) + delta).strftime("%Y%m%d%H%M%SZ")
        (self.home / "ca.txt").write_text("")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={certificate}", "-keyout",
                self.home / key, "-out", self.home / "asked.csr")
        openssl("ca", "-batch", "-notext", "-config", self.home / "ca.cnf", "-selfsign", "-keyfile", self.home / key, "-in",
                self.home / "asked.csr", "-startdate", at(begin), "-enddate", at(end), "-out", self.home / certificate)

    def complaint(self, command, program):
        done = run(command, "--config", program.config, ok=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(str(self.home / "certificate.pem"), done.stderr)
        return done.stderr

    def both_programs(self, expected):
        for command, program in (("serve", self.here.primary), ("moderate", self.here.moderator)):
            self.assertRegex(self.complaint(command, program), expected)

    def test_that_expired_is_refused_with_its_date(self):
        self.make(end=datetime.timedelta(hours=-1))
        self.both_programs(r"expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC: renew it")

    def test_that_is_not_valid_yet_is_refused_with_its_date(self):
        self.make(begin=datetime.timedelta(days=1))
        self.both_programs(r"is not valid before \d{4}-\d\d-\d\d \d\d:\d\d UTC")

    def test_of_another_key_is_refused(self):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.home / "key.pem")
        self.both_programs("private key in .*key.pem cannot be used with the certificate")

    def test_that_ends_soon_is_told_in_time(self):
        self.make(end=datetime.timedelta(days=10))
        self.here.start()
        self.here.moderator.start()
        self.assertIn("expires on", self.here.primary.log())
        self.assertEqual(self.here.primary.metric("certificate_days_left"), 9)
        self.assertEqual(self.here.moderator.metric("moderator_certificate_days_left"), 9)
        status = lambda: run("status", "--config", self.here.moderator.config).stdout
        until(lambda: "the certificate of redundant expires in 9 days" in status(), "the status warns")
        self.assertIn("the certificate of primary expires in 9 days", status())

        self.make()
        self.here.primary.process.send_signal(signal.SIGHUP)
        until(lambda: self.here.primary.metric("certificate_days_left") == 89, "the new one is in use")
        until(lambda: "the certificate of primary" not in status(), "and the status is content")

    def test_that_ends_while_it_is_in_use_is_said_until_it_is_replaced(self):
        self.make(end=datetime.timedelta(seconds=10))
        programs = (self.here.primary, self.here.moderator)
        self.here.start()
        self.here.moderator.start()
        for program in programs:
            until(lambda: program.get("/readyz")[0] == 503, f"{program.name} is not ready any more")
            self.assertIn("expired on", program.get("/readyz")[2])
            until(lambda: "whoever checks certificates cannot connect" in program.log(), "the log says so")
        self.make()
        for program in programs:
            program.process.send_signal(signal.SIGHUP)
            until(lambda: program.get("/readyz")[0] == 200, f"{program.name} is ready again")

    def test_that_ends_while_in_use_moves_the_decisions(self):
        """Open connections go on; whoever connects anew is refused, and so are the links of the synthetic chats when they are renewed."""
        self.make(end=datetime.timedelta(seconds=25), key="short.key", certificate="short.pem")
        both = (self.home / "certificate.pem").read_text() + (self.home / "short.pem").read_text()
        (self.home / "authority.pem").write_text(both)
        for program in (self.here.primary, self.here.redundant, self.here.moderator):
            text = program.config.read_text().replace("verify_certificate = false", "verify_certificate = true").replace("# ca_file", "ca_file")
            if program is self.here.primary:
                text = text.replace('"certificate.pem"', '"short.pem"').replace('"key.pem"', '"short.key"')
            if program is not self.here.moderator:
                text = text.replace("\n[[moderator]]", "\n[peer_chat]\nlinks_renew_ms = 1000\n\n[[moderator]]", 1)
            program.config.write_text(text)
        self.here.start()
        self.here.moderator.start()
        status = lambda: json.loads(run("status", "--config", self.here.moderator.config, "--json").stdout)
        healthy = lambda: all(one["usable"] and one.get("peer_chat", {}).get("ok") for one in status()["deployments"].values())
        until(healthy, "all verify each other")
        self.assertEqual(status()["active"], "primary")
        until(lambda: status()["active"] == "redundant", "the decisions have moved", patience=60)
        self.assertIn("(chat, peer)", status()["why"])


if __name__ == "__main__":
    unittest.main()
