"""Visitors whom the site's own server vouches for, with the token that docs/embedding.md says how to make."""

import json
import pathlib
import re
import time
import types
import unittest

from holdfast import ROOT, Content, Installation, Operator, Visitor, b64, compact, run, ulid, until
from receivers import WebReceiver
from test_effects import FAST, add_webhook

VERA = types.SimpleNamespace(id="cust-17", name="Vera Lindqvist", email="vera@example.net")
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/embedding.md").read_text(), re.DOTALL).group(1)


def token_for(key, user=VERA):
    """By the very lines that the document gives to those who run a site."""
    names = {"user": user, "key": key}
    exec(EXAMPLE, names)
    return names["token"]


def part(data):
    return b64(compact(data).encode())


class Identity(unittest.TestCase):
    def setUp(self):
        self.here = Installation()
        self.addCleanup(self.here.close)
        self.web = WebReceiver()
        self.addCleanup(self.web.close)
        for program in (self.here.primary, self.here.redundant):
            program.config.write_text(program.config.read_text() + FAST.format(timeout=3000, give_up=60_000, patience=500))
        self.here.start()
        self.key = self.identity_key()

    def identity_key(self, *options):
        made = run("site", "identity-key", "shop", *options, "--config", self.here.primary.config)
        self.assertRegex(made.stdout, r"\Aidk_[A-Za-z0-9_-]{43}\n\Z")
        self.assertIn("never in a page", made.stderr)
        return made.stdout.strip()

    def contact(self, visitor, chat, token, user=VERA):
        return Content("shop", visitor.author, "contact", {"name": user.name, "email": user.email, "identity": token}, chat)

    def answer(self, visitor, content):
        """What the node says of it, be it what was hoped for or not."""
        visitor.send(content.frame())
        while True:
            frame = json.loads(visitor.socket.receive())
            if frame.get("digest") == content.digest and frame["t"] in ("accepted", "refused"):
                return frame

    def refused(self, visitor, chat, token, user=VERA):
        answer = self.answer(visitor, self.contact(visitor, chat, token, user))
        self.assertEqual((answer["t"], answer.get("code")), ("refused", 4322))
        return answer["why"]

    def test_is_shown_to_the_operator_when_the_site_vouches_for_it(self):
        operator = Operator(self.here.primary)
        add_webhook(operator, "crm", self.web.url + "/crm", "contact.updated")
        visitor = Visitor(self.here.primary)
        chat = visitor.open_chat().chat
        content = self.contact(visitor, chat, token_for(self.key))
        visitor.say(content)
        visitor.expect("safe", digest=content.digest)
        seen = operator.expect("event", chat=chat, head=content.head)
        self.assertEqual(json.loads(seen["body"])["email"], VERA.email)

        until(lambda: self.web.of("/crm"), "the webhook is called")
        told = self.web.of("/crm")[0].data
        self.assertEqual((told["identity"], told["verified"], told["name"]), ({"sub": "cust-17"}, True, VERA.name))
        self.assertNotIn(token_for(self.key), json.dumps(told))

        rid = ulid()
        operator.send({"t": "find", "rid": rid, "text": "cust-17"})
        self.assertEqual([one["chat"] for one in operator.expect("found", rid=rid)["chats"]], [chat])

    def test_with_a_wrong_signature_is_refused_and_the_chat_goes_on(self):
        operator = Operator(self.here.primary)
        visitor = Visitor(self.here.primary)
        chat = visitor.open_chat().chat
        now = int(time.time())
        claims = {"sub": "cust-1", "aud": "shop", "iat": now, "exp": now + 60, "name": VERA.name, "email": VERA.email}
        unsigned = f"{part({'alg': 'none'})}.{part(claims)}."
        no_match = "identity: signature does not match"
        self.assertEqual(self.refused(visitor, chat, token_for("idk_" + "A" * 43)), no_match)
        self.assertEqual(self.refused(visitor, chat, token_for(self.key)[:-2]), no_match)
        self.assertEqual(self.refused(visitor, chat, unsigned), "identity: alg: only HS256 is taken")
        boss = types.SimpleNamespace(id="cust-1", name="The director", email=VERA.email)
        self.assertEqual(self.refused(visitor, chat, token_for(self.key), boss), "identity: name: not the one of the token")
        visitor.text(chat, "still here")
        operator.heard(chat, "still here")

    def test_holds_under_the_old_key_for_a_while_unless_that_is_revoked(self):
        visitor = Visitor(self.here.primary)
        chat = visitor.open_chat().chat
        again = run("site", "identity-key", "shop", "--config", self.here.primary.config, ok=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("--replace", again.stderr)
        self.assertEqual(again.stdout, "")
        second = self.identity_key("--replace")
        for key in (second, self.key):
            visitor.say(self.contact(visitor, chat, token_for(key)))
        third = self.identity_key("--revoke")
        visitor.say(self.contact(visitor, chat, token_for(third)))
        for key in (second, self.key):
            self.assertEqual(self.refused(visitor, chat, token_for(key)), "identity: signature does not match")
        # The other deployment hears of it, too.
        elsewhere = Visitor(self.here.redundant)
        its_chat = elsewhere.open_chat().chat
        until(lambda: self.tried(elsewhere, its_chat, third), "the other deployment knows the key")
        self.assertEqual(self.refused(elsewhere, its_chat, token_for(second)), "identity: signature does not match")

    def tried(self, visitor, chat, key):
        return self.answer(visitor, self.contact(visitor, chat, token_for(key)))["t"] == "accepted"

    def test_is_erased_with_its_token_and_found_by_the_verified_address(self):
        visitor = Visitor(self.here.primary)
        chat = visitor.open_chat().chat
        token = token_for(self.key)
        content = self.contact(visitor, chat, token)
        visitor.say(content)
        visitor.expect("safe", digest=content.digest)
        self.assertTrue(self.holders(token))
        done = run("erase", "shop", "--config", self.here.primary.config, "--email", VERA.email, "--yes")
        self.assertIn(visitor.author, done.stdout)
        until(lambda: not self.holders(token), f"no file holds the token: {self.holders(token)}")

    def holders(self, text):
        files = [file for file in pathlib.Path(self.here.home).rglob("*") if file.is_file()]
        return [str(file) for file in files if text.encode() in file.read_bytes()]

    def test_keys_stay_in_the_journals_and_leave_no_trace_in_logs(self):
        self.assertEqual([file for file in self.holders(self.key) if file.endswith(".log")], [])
        operator = Operator(self.here.primary)
        operator.send({"t": "view", "on": True})
        registers = operator.expect("registers", more=False)["registers"]
        key = [one for one in registers if one["field"] == "identity_key"]
        self.assertEqual([one["value"] for one in key], [None])


if __name__ == "__main__":
    unittest.main()
