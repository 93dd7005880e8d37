"""Alerts of the Moderator by webhook and e-mail, with a real SMTP server and a receiver that is away at first."""

import pathlib
import unittest

from holdfast import Installation, until
from receivers import SECRET, MailServer, WebReceiver


class Alerts(unittest.TestCase):
    def setUp(self):
        self.web = WebReceiver()
        self.addCleanup(self.web.close)
        self.smtp = MailServer().start()
        self.addCleanup(self.smtp.close)
        self.here = Installation()
        self.addCleanup(self.here.close)
        secret = pathlib.Path(self.here.home) / "alerts.secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        config = self.here.moderator.config
        config.write_text(
            config.read_text()
            + f"""
[alerts]
webhooks = ["{self.web.url}/ops"]
secret_file = "alerts.secret"
mail_to = ["ops@shop.example"]
retry_ms = 200

[mail]
smtp = "{self.smtp.url}"
tls = "none"
from = "holdfast@shop.example"

[webhooks]
allow = ["127.0.0.0/8"]
"""
        )
        self.here.start()
        self.here.moderator.start()

    def told(self, name):
        return [call for call in self.web.of("/ops") if call.data["name"] == name]

    def test_a_failover_is_told_by_webhook_and_mail(self):
        until(lambda: "Both deployments carry chats." in self.here.moderator.get("/status")[2], "the Moderator has looked")
        self.assertEqual(self.web.of("/ops"), [])
        self.web.answers["/ops"] = [503, 204]
        self.here.primary.kill()
        until(lambda: len(self.told("primary.down")) + len(self.told("switch")) >= 3, "one is tried again")
        calls = self.web.of("/ops")
        self.assertTrue(all(call.genuine for call in calls))
        self.assertEqual(calls[0].type, "alert.raised")
        self.assertEqual(len({call.id for call in calls}), 2, "each has one id at every attempt")
        self.assertIn("Redundant is active now (failover", self.told("switch")[-1].data["text"])

        until(lambda: len(self.smtp.mails()) == 2, "two mails")
        subjects = sorted(mail["Subject"] for _, mail in self.smtp.mails())
        self.assertIn("[Holdfast] Primary does not carry chats", subjects[0])
        self.assertIn("[Holdfast] Redundant is active now", subjects[1])
        self.assertEqual(self.smtp.mails()[0][0], ["ops@shop.example"])
        self.assertEqual({mail["Message-ID"].strip("<>").split("@")[0] for _, mail in self.smtp.mails()}, {call.id for call in calls})


if __name__ == "__main__":
    unittest.main()
