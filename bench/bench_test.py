#!/usr/bin/env python3
"""Every sub-command of holdfast-bench, as small as it goes: it runs to its end, loses nothing, and its JSON has the shape that is
promised. Times are never asserted. bench/bench_test.py [NAME…] runs all, or those whose name holds NAME."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = pathlib.Path(os.environ.get("HOLDFAST_BIN", ROOT / "build/release/bin")) / "holdfast-bench"
DELAYS = {"count", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"}


def run(*arguments, code=0):
    """The whole JSON of a run; with another `code`, what it said."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "result.json"
        done = subprocess.run([BENCH, *map(str, arguments), "--json", file], capture_output=True, text=True, timeout=100)
        if done.returncode != code:
            raise AssertionError(f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(file.read_text()) if code == 0 else done.stderr


class Bench(unittest.TestCase):
    def check(self, whole, bench):
        self.assertEqual((whole["bench"], whole["version"]), (bench, 1))
        self.assertEqual(set(whole), {"bench", "version", "machine", "options", "result"})
        self.assertEqual(set(whole["machine"]), {"kernel", "processors", "load_before", "load_after"})
        return whole["result"]

    def check_nothing_lost(self, result, at_least=1):
        counts = result["counts"]
        self.assertGreaterEqual(counts["said"], at_least)
        self.assertEqual(counts["acknowledged"], counts["said"])
        self.assertEqual(counts["seen"], counts["said"])
        self.assertEqual((counts["lost"], counts["shown twice"]), (0, 0))

    def check_delays(self, delays):
        self.assertEqual(set(delays), DELAYS)
        self.assertGreater(delays["count"], 0)
        self.assertLessEqual(delays["p50_ms"], delays["p99_ms"])

    def test_relay_in_a_closed_loop(self):
        result = self.check(run("relay", "--pairs", 4, "--seconds", 1, "--warm-up", 0.2), "relay")
        self.check_nothing_lost(result, at_least=10)
        self.check_delays(result["delay"])
        self.assertGreater(result["CPU of the node"]["a message"], 0)

    def test_relay_in_an_open_loop_through_two_deployments(self):
        result = self.check(
            run("relay", "--pairs", 4, "--seconds", 1, "--warm-up", 0.2, "--rate", 50, "--deployments", 2), "relay")
        self.check_nothing_lost(result, at_least=10)
        self.assertGreater(result["CPU of Redundant"]["a message"], 0)

    def check_failover(self, fault):
        result = self.check(
            run("failover", "--fault", fault, "--chats", 12, "--per-chat", 4, "--warm-up", 1.5, "--after", 1.5), "failover")
        self.check_nothing_lost(result, at_least=12)
        self.assertEqual(result["counts"]["chats"], 12)
        self.check_delays(result["gap of a chat"])
        self.check_delays(result["delay before"])
        return result

    def test_failover_without_a_fault(self):
        result = self.check_failover("none")
        self.assertEqual(result["verdict"]["clients that heard it"], 0)

    def test_failover_when_primary_is_killed(self):
        result = self.check_failover("kill")
        self.assertGreaterEqual(result["clients"]["connects"], 2 * 14)

    def test_failover_when_primary_falls_silent(self):
        result = self.check_failover("blackhole")
        self.assertGreater(result["clients"]["hedges"], 0)

    def test_failover_without_need(self):
        result = self.check_failover("switch")
        self.assertEqual(result["verdict"]["clients that heard it"], 14)

    def test_connections(self):
        result = self.check(run("connections", "--browsing", 60, "--chatting", 20, "--messages", 2), "connections")
        self.check_nothing_lost(result, at_least=40)
        self.assertEqual(result["counts"]["links"], 60 + 20 + 2)
        self.assertEqual(result["a browsing visitor"]["counted"], 60)

    def test_journal(self):
        result = self.check(run("journal", "--events", 2_000, "--batch", 64, "--chats", 50), "journal")
        self.assertEqual(result["counts"], {"appended": 2_000, "held": 2_000})
        self.check_delays(result["commit"])

    def test_catchup(self):
        result = self.check(run("catchup", "--events", 500, "--pairs", 8, "--rate", 50, "--before", 0.5), "catchup")
        self.check_nothing_lost(result, at_least=500)
        self.assertGreaterEqual(result["backlog"]["events"], 500)
        self.check_delays(result["live delay, alone"])

    def test_storm(self):
        for proof in ("key", "secret"):
            result = self.check(run("storm", "--browsing", 40, "--chatting", 20, "--proof", proof), "storm")
            self.check_nothing_lost(result, at_least=20)
            self.assertEqual(result["counts"]["resumed"], 40 + 20 + 2)

    def test_a_run_that_cannot_be_says_why(self):
        self.assertIn("--program", run("relay", "--program", "/nowhere/holdfast", code=1))
        self.assertIn("Moderator", run("failover", "--fault", "switch", "--no-moderator", code=1))
        self.assertIn("--pairs", run("relay", "--pairs", 0, code=2))


def main():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Bench)
    wanted = sys.argv[1:]
    if wanted:
        suite = unittest.TestSuite(test for test in suite if any(name in test.id() for name in wanted))
    return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
