"""The record and the public status page: at the Moderator, and at a deployment that is left alone."""

import json
import unittest

from holdfast import Installation, until


class Record(unittest.TestCase):
    def setUp(self):
        self.here = Installation().start()
        self.addCleanup(self.here.close)
        self.here.moderator.start()

    def status(self, program):
        try:
            code, headers, text = program.get("/status")
        except OSError:  # it does not listen yet
            return ""
        self.assertEqual(code, 200)
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("<script", text)
        return text

    def record(self, program):
        code, _, text = program.get("/v1/record")
        return json.loads(text) if code == 200 else None

    def figures(self, program):
        record = self.record(program)
        return record["figures"][0] if record else {}

    def test_a_deployment_shows_the_record_when_nobody_else_is_there(self):
        moderator, redundant = self.here.moderator, self.here.redundant
        until(lambda: "Both deployments carry chats." in self.status(moderator), "the Moderator has looked")
        self.here.primary.kill()
        until(lambda: self.figures(moderator)["failovers"] == 1, "a failover in the record")
        self.assertIn("Primary did not carry chats; Redundant took over after", self.status(moderator))
        self.assertEqual(self.figures(moderator)["service"]["down_ms"], 0)
        self.assertGreater(self.figures(moderator)["primary"]["down_ms"], 0)
        until(lambda: self.figures(redundant).get("failovers") == 1, "the record at the deployment that is left")

        moderator.kill()
        redundant.stop()
        redundant.start(ready=False)  # alone it cannot pull the settings, but it knows them
        until(lambda: "Redundant took over after" in self.status(redundant), "its page without anybody else")
        self.assertIn("This page comes from Redundant", self.status(redundant))

        moderator.start()
        kept = self.record(moderator)["record"]["incidents"]
        self.assertEqual(kept[0]["deployment"], "primary")
        self.assertTrue(kept[0]["was_active"])

    def test_a_full_disk_stops_the_record_and_no_verdict(self):
        moderator = self.here.moderator
        until(lambda: "Both deployments carry chats." in self.status(moderator), "the Moderator has looked")
        lines = next((self.here.home / "moderator").glob("record.*.jsonl"))
        lines.unlink()
        lines.mkdir()  # nobody can append to it
        self.here.primary.kill()
        until(lambda: moderator.metric("moderator_record_failing") == 1, "it says so")
        until(lambda: json.loads(moderator.get("/v1/status")[2])["active"] == "redundant", "the failover")
        lines.rmdir()
        self.here.primary.start(ready=False)
        until(lambda: moderator.metric("moderator_record_failing") == 0, "the record is written again")
        self.assertTrue(lines.read_text())

    def test_the_record_is_taken_only_from_the_moderator(self):
        until(lambda: self.record(self.here.primary), "the Moderator has spoken")
        text = json.dumps(self.record(self.here.primary))
        self.assertEqual(self.here.primary.request("POST", "/v1/admin/record", text)[0], 401)


if __name__ == "__main__":
    unittest.main()
