"""Failures that a ping does not see, on real processes: which signals they make, and that the decisions move or stay (docs/moderator.md)."""

import json
import os
import pathlib
import socket
import subprocess
import unittest

from holdfast import Installation, run, until

POWER = pathlib.Path(__file__).resolve().parent.parent / "outside" / "power.c"

# As docs/moderator.md says of the deployments of a drill.
QUICK = "\n[peer_chat]\ninterval_ms = 500\ntimeout_ms = 800\nlinks_renew_ms = 1000\n\n[timing]\npeer_dead_ms = 2000\n"


class GrayFailures(unittest.TestCase):
    def setUp(self):
        self.here = Installation()
        self.addCleanup(self.here.close)
        for program in (self.here.primary, self.here.redundant):
            self.edit(program, lambda text: text.replace("\n[[moderator]]", QUICK + "\n[[moderator]]", 1))
        self.edit(self.here.moderator, lambda text: text.replace('profile = "demo"', 'profile = "drill"'))

    @staticmethod
    def edit(program, change):
        before = program.config.read_text()
        after = change(before)
        assert after != before, f"nothing to change in {program.config}"
        program.config.write_text(after)

    def start(self):
        self.here.start()
        self.here.moderator.start()
        until(lambda: self.both_are_watched(), "both deployments are healthy, and have chats with each other")

    def status(self):
        return json.loads(run("status", "--config", self.here.moderator.config, "--json").stdout)

    def both_are_watched(self):
        status = self.status()
        return status["abstains"] == "" and all(one["usable"] and one.get("peer_chat", {}).get("ok") for one in status["deployments"].values())

    def until_failed_over(self, *signals):
        until(lambda: self.status()["active"] == "redundant", "Redundant is active")
        # What was seen first; more may be seen a moment later.
        why = self.status()["why"]
        self.assertIn("failover: primary is unhealthy", why)
        self.assertTrue(any(f"({pair}" in why for pair in signals), why)

    def preloaded(self):
        """Primary with a disk that can be filled or made slow."""
        library = self.here.dir / "power.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, POWER, "-ldl", "-lpthread"], check=True)
        disk = self.here.home / "primary"
        self.here.primary.environment = dict(os.environ, LD_PRELOAD=str(library), HOLDFAST_DISK=str(disk))
        return disk

    def test_a_port_that_accepts_and_never_answers(self):
        self.start()
        primary = self.here.primary
        primary.kill()
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            deaf.bind((primary.host, primary.port))
            deaf.listen(1000)
            self.until_failed_over("chat, peer")
            self.assertIn("timed out", self.status()["deployments"]["primary"]["probe_why"])

    def test_a_frozen_process(self):
        self.start()
        self.here.primary.process.send_signal(19)  # SIGSTOP: the kernel still accepts for it
        self.until_failed_over("chat, peer")

    def test_syncs_that_take_five_seconds(self):
        disk = self.preloaded()
        self.start()
        (disk / "slow").write_text("5")
        self.until_failed_over("chat, own", "chat, peer", "peer, own")
        until(lambda: any("journal takes" in line for line in self.status()["deployments"]["primary"].get("warnings", [])),
              "the status says what is slow")
        (disk / "slow").unlink()

    def test_a_full_disk(self):
        disk = self.preloaded()
        self.start()
        (disk / "full").touch()
        self.until_failed_over("chat, own", "chat, peer", "peer, own")

    def test_a_name_that_is_gone_is_no_outage_while_there_is_another(self):
        self.edit(self.here.moderator, lambda text: text.replace('primary = ["', 'primary = ["http://gone.invalid:8080", "'))
        self.start()
        self.assertEqual(self.status()["active"], "primary")

    def test_a_name_that_only_the_moderator_cannot_resolve_moves_nothing(self):
        self.edit(self.here.moderator, lambda text: text.replace(f'primary = ["{self.here.primary.url}"]', 'primary = ["http://gone.invalid:8080"]'))
        self.here.start()
        self.here.moderator.start()
        until(lambda: self.status()["deployments"]["primary"]["signals"]["chat"] == "bad", "it sees nothing of Primary")
        until(lambda: self.status()["deployments"]["primary"]["signals"]["peer"] == "good", "but Redundant does")
        status = self.status()
        self.assertEqual((status["active"], status["epoch"]), ("primary", 1))
        self.assertTrue(any("one signal alone is bad (chat)" in line for line in status["deployments"]["primary"]["warnings"]), status)


if __name__ == "__main__":
    unittest.main()
