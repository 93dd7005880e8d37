"""What an operator of the machines does to a node, on purpose or not."""

import contextlib
import json
import resource
import signal
import socket
import sqlite3
import subprocess
import unittest

from holdfast import Content, Installation, Operator, Visitor, run, until


class Configuration(unittest.TestCase):
    def setUp(self):
        self.here = Installation()
        self.addCleanup(self.here.close)

    def complaint(self):
        done = run("serve", "--config", self.here.primary.config, ok=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def change(self, old, new):
        text = self.here.primary.config.read_text()
        self.assertIn(old, text)
        self.here.primary.config.write_text(text.replace(old, new, 1))

    def test_error_names_file_line_and_field(self):
        self.change('node = "n1"', "nod = 1")
        self.assertIn("primary.toml:6: deployment.nod: unknown key", self.complaint())

    def test_with_a_bad_value_ends_before_a_port_opens(self):
        self.change('name = "primary"', 'name = "third"')
        self.assertIn('deployment.name: "third" must be', self.complaint())
        with self.assertRaises(OSError):
            socket.create_connection((self.here.primary.host, self.here.primary.port), timeout=1)

    def test_without_its_secrets_is_refused(self):
        (self.here.home / "deployment.keys").chmod(0o644)
        self.assertIn("others may read these secrets", self.complaint())
        (self.here.home / "deployment.keys").unlink()
        self.assertIn("deployment.keys: cannot be read", self.complaint())

    def test_that_is_missing_is_said_so(self):
        self.here.primary.config.unlink()
        self.assertIn("No such file", self.complaint())

    def test_of_a_port_in_use_is_one_line_and_leaves_the_journal_alone(self):
        self.here.primary.start(ready=False)
        until(lambda: "listens on" in self.here.primary.log(), "it listens")
        second = run("serve", "--config", self.here.primary.config, ok=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn("cannot listen on", second.stderr)

    def test_init_leaves_a_full_folder_alone(self):
        again = run("init", self.here.home, ok=False)
        self.assertEqual(again.returncode, 2)
        self.assertIn("is not empty", again.stderr)

    def test_unknown_command_is_the_callers_mistake(self):
        self.assertEqual(run("dance", ok=False).returncode, 2)
        self.assertIn("holdfast ", run("version").stdout)
        self.assertEqual(run("--version").stdout, run("version").stdout)


class Stop(unittest.TestCase):
    def test_says_goodbye_and_keeps_everything(self):
        here = Installation().start()
        self.addCleanup(here.close)
        visitor = Visitor(here.primary)
        opening = visitor.open_chat()
        said = [visitor.text(opening.chat, f"word {i}") for i in range(20)]
        here.primary.process.send_signal(signal.SIGTERM)
        self.assertEqual(visitor.closed(), 4000)
        self.assertEqual(here.primary.process.wait(timeout=30), 0)
        self.assertIn("stopped", here.primary.log())

        here.primary.start()
        back = Visitor(here.primary, secret=visitor.secret, outbox=[content.digest for content in said])
        self.assertEqual(len(back.welcome["outbox"]), 20)

    def test_of_an_idle_node_is_quick(self):
        here = Installation()
        self.addCleanup(here.close)
        here.primary.start(ready=False)
        until(lambda: "listens on" in here.primary.log(), "it listens")
        self.assertEqual(here.primary.stop(), 0)


class Alone(unittest.TestCase):
    def test_primary_serves_without_the_other(self):
        here = Installation()
        self.addCleanup(here.close)
        here.primary.start()
        visitor, operator = Visitor(here.primary), Operator(here.primary)
        opening = visitor.open_chat()
        operator.accept(opening.chat)
        visitor.text(opening.chat, "alone")
        operator.heard(opening.chat, "alone")

    def test_an_empty_redundant_is_not_ready_until_it_has_the_settings(self):
        here = Installation()
        self.addCleanup(here.close)
        here.redundant.start(ready=False)
        until(lambda: "listens on" in here.redundant.log(), "it listens")
        status, _, text = here.redundant.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("not ready", text)
        here.primary.start()
        here.redundant.wait_ready()

    def test_either_side_may_dial(self):
        here = Installation()
        self.addCleanup(here.close)
        text = here.redundant.config.read_text()
        here.redundant.config.write_text(text.replace(f'dial = ["{here.primary.url}"]', "dial = []"))
        here.start()
        visitor = Visitor(here.redundant)
        visitor.expect("safe", digest=visitor.open_chat().digest)


class Verdicts(unittest.TestCase):
    def test_survive_a_restart(self):
        here = Installation().start()
        self.addCleanup(here.close)
        here.moderator.start(ready=False)
        until(lambda: here.moderator.process.poll() is None and self.switch(here), "the moderator obeys")
        verdict = until(lambda: self.verdict_for_redundant(here), "primary knows the verdict")
        stored = here.home / "primary" / "verdict.json"
        until(lambda: stored.exists() and json.loads(stored.read_text()) == verdict, "the verdict is stored")
        here.moderator.end()
        here.redundant.end()
        here.primary.kill()
        here.primary.start()
        until(lambda: here.primary.get("/v1/verdict")[0] == 200, "primary knows the verdict again")
        self.assertEqual(json.loads(here.primary.get("/v1/verdict")[2]), verdict)

    @staticmethod
    def verdict_for_redundant(here):
        status, _, text = here.primary.get("/v1/verdict")
        return json.loads(text) if status == 200 and json.loads(json.loads(text)["p"])["epoch"] % 2 == 0 else None

    @staticmethod
    def switch(here):
        return run("switch", "--config", here.moderator.config, "--to", "redundant", ok=False).returncode == 0


class DamagedJournal(unittest.TestCase):
    def setUp(self):
        self.here = Installation().start()
        self.addCleanup(self.here.close)
        self.visitor = Visitor(self.here.primary)
        self.opening = self.visitor.open_chat()
        self.said = [self.visitor.text(self.opening.chat, f"word {i}") for i in range(200)]
        until(lambda: self.here.verify().returncode == 0, "both hold the same")
        self.journal = self.here.home / "primary" / "journal.db"

    def comes_back_whole(self):
        self.here.primary.start()
        until(lambda: self.here.verify().returncode == 0, f"both hold the same again\n{self.here.primary.log()}")
        some = [content.digest for content in self.said[80:120]]  # a welcome has no room for all
        back = Visitor(self.here.primary, secret=self.visitor.secret, outbox=some)
        self.assertEqual([each["digest"] for each in back.welcome["outbox"]], some)

    def test_is_said_and_mended_from_the_peer(self):
        self.assertEqual(self.here.primary.stop(), 0)
        data = bytearray(self.journal.read_bytes())
        for word in (b"word 60", b"word 100", b"word 101"):  # still a database, but not what was written
            at = data.index(word)
            data[at : at + 4] = b"WORD"
        self.journal.write_bytes(data)
        self.comes_back_whole()
        self.assertIn("is damaged", self.here.primary.log())

    def test_that_is_no_database_any_more_is_moved_aside_and_fetched_again(self):
        self.assertEqual(self.here.primary.stop(), 0)
        self.journal.write_bytes(b"not a database" * 1000)
        self.comes_back_whole()
        self.assertIn("damaged", self.here.primary.log())
        self.assertTrue(list(self.journal.parent.glob("journal.db.damaged-*")))

    def test_whose_pages_lead_nowhere_is_noticed_while_it_is_used_and_made_again(self):
        self.assertEqual(self.here.primary.stop(), 0)
        with contextlib.closing(sqlite3.connect(self.journal)) as database:
            (root,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entries'").fetchone()
        data = bytearray(self.journal.read_bytes())
        page = (root - 1) * 4096
        self.assertEqual(data[page], 5, "the rows have more than one page")
        cells = data[page + 4]
        self.assertGreater(cells, 6)
        del data[page + 12 + 2 * 3 : page + 12 + 2 * 4]  # what leads to the fourth leaf
        data[page + 12 + 2 * (cells - 1) : page + 12 + 2 * (cells - 1)] = b"\0\0"
        data[page + 4] = cells - 1
        self.journal.write_bytes(data)
        self.comes_back_whole()
        self.assertIn("is named and is not there", self.here.primary.log())
        self.assertRegex(self.here.primary.log(), r"the file was damaged .* [1-9][0-9]* rows were brought over, 0 could not be")

    def test_that_was_cut_short_is_fetched_again(self):
        self.here.primary.kill()
        data = self.journal.read_bytes()
        self.journal.write_bytes(data[: len(data) // 2])
        self.comes_back_whole()

    def test_that_lost_its_last_entries_is_a_rollback_and_reuses_nothing(self):
        self.assertEqual(self.here.primary.stop(), 0)
        old = self.journal.read_bytes()
        self.here.primary.start()
        visitor = Visitor(self.here.primary, secret=self.visitor.secret)
        later = [visitor.text(self.opening.chat, f"later {i}") for i in range(20)]
        until(lambda: self.here.verify().returncode == 0, "both hold the same")
        self.here.primary.kill()
        for name in ("journal.db-wal", "journal.db-shm"):
            (self.journal.parent / name).unlink(missing_ok=True)
        self.journal.write_bytes(old)
        self.here.primary.start()
        until(lambda: self.here.verify().returncode == 0, f"both hold the same after the restore\n{self.here.primary.log()}")
        back = Visitor(self.here.primary, secret=self.visitor.secret, outbox=[content.digest for content in later])
        self.assertEqual(len(back.welcome["outbox"]), 20)


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.here = Installation().start()
        self.addCleanup(self.here.close)

    def limit_files(self, size):
        resource.prlimit(self.here.primary.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def test_closes_links_with_its_code_and_comes_back_as_a_new_incarnation(self):
        visitor = Visitor(self.here.primary)
        opening = visitor.open_chat()
        visitor.expect("safe", digest=opening.digest)
        words = Content("shop", visitor.author, "message", {"text": "x" * 3000}, opening.chat)
        self.limit_files(8192)
        visitor.send(words.frame())
        self.assertEqual(visitor.closed(), 4004)

        until(lambda: self.here.primary.get("/readyz")[0] != 200, "it does not call itself ready")
        elsewhere = Visitor(self.here.redundant, secret=visitor.secret)  # people go on at the other deployment
        elsewhere.say(Content("shop", visitor.author, "message", {"text": "meanwhile"}, opening.chat))

        self.limit_files(resource.RLIM_INFINITY)
        self.here.primary.wait_ready()
        self.assertGreater(self.here.primary.metric("restarts_total"), 0)
        back = Visitor(self.here.primary, secret=visitor.secret, outbox=[words.digest])
        self.assertEqual(back.welcome["outbox"], [], "what was not durable was never accepted")
        back.say(words)
        until(lambda: self.here.verify().returncode == 0, "both hold the same")


class Tls(unittest.TestCase):
    def setUp(self):
        self.here = Installation(scheme="https")
        self.addCleanup(self.here.close)
        for name, program in (("primary", self.here.primary), ("redundant", self.here.redundant)):
            text = program.config.read_text()
            for field in ("certificate_file", "key_file"):
                text = text.replace(f"# {field} = ", f"{field} = ", 1)
            program.config.write_text(text.replace("# verify_certificate = true", "verify_certificate = true")
                                      .replace("# ca_file = \"authority.pem\"", "ca_file = \"certificate.pem\""))
        self.make_certificate()

    def make_certificate(self, days=30):
        names = ",".join(f"IP:{host}" for host in self.here.places.values())
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
                        "-subj", "/CN=holdfast test", "-addext", f"subjectAltName={names}", "-keyout", self.here.home / "key.pem",
                        "-out", self.here.home / "certificate.pem"], check=True, capture_output=True)

    def fingerprint(self, program):
        out = subprocess.run(["openssl", "s_client", "-connect", f"{program.host}:{program.port}"], input="", capture_output=True,
                             text=True).stdout
        return subprocess.run(["openssl", "x509", "-noout", "-fingerprint"], input=out, capture_output=True, text=True).stdout

    def test_carries_chats_and_the_peer_link(self):
        self.here.start()
        visitor = Visitor(self.here.primary)
        visitor.expect("safe", digest=visitor.open_chat().digest)
        self.assertEqual(self.here.verify().returncode, 0, self.here.verify().stderr)

    def test_takes_a_new_certificate_without_dropping_a_link(self):
        self.here.primary.start()
        visitor = Visitor(self.here.primary)
        before = self.fingerprint(self.here.primary)
        self.make_certificate()
        self.assertEqual(self.fingerprint(self.here.primary), before)
        self.here.primary.process.send_signal(signal.SIGHUP)
        until(lambda: self.fingerprint(self.here.primary) != before, "the new certificate is shown")
        visitor.open_chat()

    def test_keeps_the_old_certificate_when_the_new_one_is_bad(self):
        self.here.primary.start()
        before = self.fingerprint(self.here.primary)
        (self.here.home / "certificate.pem").write_text("nonsense")
        self.here.primary.process.send_signal(signal.SIGHUP)
        until(lambda: "the old certificate stays in use" in self.here.primary.log(), "it says so")
        self.assertEqual(self.fingerprint(self.here.primary), before)

    def test_that_expired_is_one_clear_line(self):
        self.expire()
        done = run("serve", "--config", self.here.primary.config, ok=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("expired on", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def expire(self):
        home = self.here.home
        subprocess.run(["openssl", "req", "-new", "-key", home / "key.pem", "-subj", "/CN=old", "-out", home / "old.csr"], check=True,
                       capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-in", home / "old.csr", "-signkey", home / "key.pem", "-days", "-1",
                        "-out", home / "certificate.pem"], check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
