"""E-mail and webhooks with a real SMTP server and real receivers that fail."""

import json
import subprocess
import sys
import unittest

from holdfast import ROOT, Content, Installation, Operator, Visitor, b64, compact, digest, run, ulid, until
from receivers import SECRET, MailServer, WebReceiver

import secrets

FAST = """
[webhooks]
allow = ["127.0.0.0/8"]
timeout_ms = {timeout}

[effects]
retry_ms = 150
retry_max_ms = 1000
give_up_ms = {give_up}
patience_ms = {patience}
"""


class Setting(Content):
    """A settings write belongs to no chat."""

    def __init__(self, author, entity, field, value, replaces=()):
        self.id, self.chat = ulid(), ""
        self.body = compact({"nonce": b64(secrets.token_bytes(16)), "entity": entity, "field": field, "value": value, "revoke": False,
                             "replaces": list(replaces)})
        self.head = compact({"v": 1, "site": "shop", "chat": "", "author": author, "id": self.id, "kind": "set", "audience": "nodes",
                             "after": [], "body": digest("body", self.body)})
        self.digest = digest("head", self.head)


def set_field(operator, entity, field, value, replaces=()):
    write = Setting(operator.author, entity, field, value, replaces)
    operator.say(write)
    return write.digest


def add_webhook(operator, name, url, *events):
    for field, value in (("url", url), ("secret", SECRET), ("events", list(events)), ("active", True)):
        set_field(operator, f"webhook:{name}", field, value)


def close_chat(operator, chat):
    rid = ulid()
    operator.send({"t": "ask", "rid": rid, "chat": chat, "what": "close"})
    answer = operator.expect("decided", rid=rid)
    assert answer["ok"], answer


def effects_of(program):
    return run("effects", "list", "--config", program.config).stdout


def claims_in(program):
    """(key, author, epoch, term) of every claim in the journal of a deployment that stands still."""
    reader = subprocess.run([sys.executable, ROOT / "tests/journal_reader.py", "--json", journal_of(program)], capture_output=True, text=True)
    assert reader.returncode == 0, reader.stderr
    claims = []
    for event in json.loads(reader.stdout)["events"]:
        head = json.loads(event["head"])
        if head["kind"] == "claim":
            body = json.loads(event["body"])
            claims.append((body["key"], head["author"], body["epoch"], body["term"]))
    return claims


def journal_of(program):
    return next((program.config.parent / f"{program.name}").rglob("journal.db"))


class WithReceivers(unittest.TestCase):
    options = {"timeout": 3000, "give_up": 60_000, "patience": 500}
    mail = False

    def setUp(self):
        self.web = WebReceiver()
        self.addCleanup(self.web.close)
        self.smtp = MailServer()
        self.addCleanup(self.smtp.close)
        self.here = Installation()
        self.addCleanup(self.here.close)
        more = FAST.format(**self.options)
        if self.mail:
            more += f'\n[mail]\nsmtp = "{self.smtp.url}"\ntls = "none"\nfrom = "chat@shop.example"\n'
        for program in (self.here.primary, self.here.redundant):
            program.config.write_text(program.config.read_text() + more)
        self.here.start()
        self.primary, self.redundant = self.here.primary, self.here.redundant
        self.operator = Operator(self.primary)

    def hook(self, path, *events):
        add_webhook(self.operator, path.strip("/"), self.web.url + path, *events)

    def calls(self, path, count=1):
        until(lambda: len(self.web.of(path)) >= count, f"{count} calls of {path}; {self.primary.log()}")
        return self.web.of(path)

    def idle(self, program=None):
        program = program or self.primary
        until(lambda: program.metric("effects_pending") == 0, f"nothing is pending: {effects_of(program)}")


class Webhooks(WithReceivers):
    def test_tell_a_chat_from_its_beginning_to_its_end(self):
        self.hook("/all", "chat.opened", "chat.assigned", "chat.closed", "message.created", "message.offline", "contact.updated")
        visitor = Visitor(self.primary)
        opening = visitor.open_chat()
        visitor.text(opening.chat, "hello, is anybody there?")
        visitor.say(Content("shop", visitor.author, "contact", {"email": "vera@example.com"}, opening.chat))
        visitor.say(Content("shop", visitor.author, "message", {"text": "call me", "offline": True}, opening.chat))
        self.operator.accept(opening.chat)
        answer = self.operator.text(opening.chat, "I am")
        close_chat(self.operator, opening.chat)
        self.calls("/all", 8)
        self.idle()
        calls = self.web.of("/all")
        self.assertTrue(all(call.genuine for call in calls))
        kinds = sorted(call.type for call in calls)
        self.assertEqual(kinds, ["chat.assigned", "chat.closed", "chat.opened", "contact.updated", "message.created", "message.created",
                                 "message.created", "message.offline"])
        by_event = {(call.type, call.data["event"]): call for call in calls}
        said = by_event["message.created", answer.digest]
        self.assertEqual((said.data["from"], said.data["text"], said.data["operator"]["id"]), ("operator", "I am", "o:ann"))
        self.assertEqual(said.data["chat"], opening.chat)
        self.assertEqual(len({call.id for call in calls}), len(calls))
        self.assertEqual(self.primary.metric("effects_done_total"), 8)
        until(lambda: self.redundant.metric("effects_pending") == 0, "the standby hears that they are done")
        self.assertEqual(self.redundant.metric("effect_attempts_total"), 0)

    def test_are_tried_again_under_one_id(self):
        self.hook("/flaky", "message.created")
        self.web.answers["/flaky"] = [500, 503, 200]
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        calls = self.calls("/flaky", 3)
        self.assertEqual(len({call.id for call in calls}), 1)
        self.assertEqual(len({call.body for call in calls}), 1)
        self.idle()

    def test_of_a_receiver_that_hangs_hold_up_nobody_else(self):
        self.web.answers["/hang"] = "hang"
        hanging = [WebReceiver(f"127.0.9.{number}") for number in range(10, 14)]
        for number, receiver in enumerate(hanging):
            self.addCleanup(receiver.close)
            receiver.answers["/hang"] = "hang"
            add_webhook(self.operator, f"hang{number}", receiver.url + "/hang", "message.created")
        self.hook("/quick", "message.created")
        visitor = Visitor(self.primary)
        chat = visitor.open_chat().chat
        for number in range(20):
            visitor.text(chat, f"message {number}")
        self.calls("/quick", 20)
        self.assertLessEqual(max(len(receiver.calls) for receiver in hanging), 8, "a few at a time")

    def test_follow_no_redirect_and_say_so(self):
        for path, to in (("/metadata", "http://169.254.169.254/latest/meta-data"), ("/inside", f"{self.web.url}/target")):
            self.web.answers[path] = ("redirect", to)
            self.hook(path, "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        self.calls("/metadata", 2)
        self.calls("/inside", 2)
        self.assertEqual(self.web.of("/target"), [])
        self.assertIn("redirects are not followed", effects_of(self.primary))

    def test_reach_no_private_address(self):
        for name, url in (("ten", "https://10.0.0.1/x"), ("meta", "https://169.254.169.254/x"), ("number", "https://2852039166/x")):
            add_webhook(self.operator, name, url, "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        until(lambda: effects_of(self.primary).count("no public address") == 3, "each is refused")

    def test_take_no_ten_megabytes(self):
        self.web.answers["/huge"] = "huge"
        self.hook("/huge", "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        self.calls("/huge")
        self.idle()
        self.assertEqual(len(self.web.of("/huge")), 1)

    def test_that_are_gone_for_good_become_dead_letters_that_a_person_can_revive(self):
        self.web.answers["/gone"] = [410, 200]
        self.hook("/gone", "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        until(lambda: self.primary.metric("effects_dead") == 1, "it is given up")
        listed = effects_of(self.primary)
        self.assertIn("dead  webhook:message.created to gone", listed)
        self.assertIn("answered 410", listed)
        key = listed.split()[0]
        self.assertEqual(run("effects", "retry", "A" * 43, "--config", self.primary.config, ok=False).returncode, 1)
        self.assertIn("active", run("effects", "retry", key, "--config", self.redundant.config, ok=False).stderr)
        run("effects", "retry", key, "--config", self.primary.config)
        until(lambda: self.primary.metric("effects_dead") == 0, "it was delivered")
        self.assertEqual({call.id for call in self.web.of("/gone")}, {key})

    def test_that_were_under_way_when_the_process_died_come_again_under_the_same_id(self):
        self.web.answers["/slow"] = ["hang", 204]
        self.hook("/slow", "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        self.calls("/slow")
        self.primary.kill()
        self.primary.start()
        first, second = self.calls("/slow", 2)
        self.assertEqual(first.id, second.id)
        self.idle()


class GivenUp(WithReceivers):
    options = {"timeout": 1000, "give_up": 1500, "patience": 0}

    def test_is_what_fails_for_as_long_as_the_configuration_says(self):
        self.web.answers["/down"] = 503
        self.hook("/down", "message.created")
        visitor = Visitor(self.primary)
        visitor.text(visitor.open_chat().chat, "hello")
        until(lambda: self.primary.metric("effects_dead") == 1, "it is given up")
        self.assertGreaterEqual(len(self.web.of("/down")), 2)
        self.assertIn("answered 503", effects_of(self.primary))
        self.primary.stop()
        self.primary.start()
        until(lambda: self.primary.metric("effects_dead") == 1, "and is still listed after a restart")


class Mail(WithReceivers):
    mail = True

    def setUp(self):
        super().setUp()
        set_field(self.operator, "site:shop", "offline_to", ["desk@shop.example"])

    def leave(self, text, **contact):
        visitor = Visitor(self.primary)
        chat = visitor.open_chat().chat
        if contact:
            visitor.say(Content("shop", visitor.author, "contact", contact, chat))
        visitor.say(Content("shop", visitor.author, "message", {"text": text, "offline": True}, chat))
        return visitor, chat

    def one_mail(self):
        until(lambda: len(self.smtp.mails()) >= 1, f"a mail arrives: {effects_of(self.primary)}")
        return self.smtp.mails()[0]

    def test_tells_of_a_message_that_was_left_and_is_answered_to_the_visitor(self):
        self.smtp.start()
        self.leave("Do you have <b>lamps</b>?\nÄ &", name="Vera", email="vera@example.com")
        to, mail = self.one_mail()
        self.assertEqual(to, ["desk@shop.example"])
        self.assertEqual(mail["Reply-To"].addresses[0].addr_spec, "vera@example.com")
        self.assertIn("Vera left a message", mail["Subject"])
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        self.assertIn("Do you have <b>lamps</b>?", text)
        self.assertIn("&lt;b&gt;lamps&lt;/b&gt;", html)
        self.assertNotIn("<b>lamps", html)
        self.idle()
        self.assertEqual(len(self.smtp.mails()), 1)

    def test_keeps_its_headers_whatever_a_visitor_calls_himself(self):
        self.smtp.start()
        self.leave("x", name="Eve\tBcc: all@example.com\n\nhello ✓ " + "ü" * 200, email="vera@example.com")
        to, mail = self.one_mail()
        self.assertEqual(to, ["desk@shop.example"])
        self.assertIsNone(mail["Bcc"])
        self.assertIn("ü" * 20, mail["Subject"])
        self.assertNotIn("\n", mail["Subject"])

    def test_brings_the_transcript_to_who_asked_for_it_and_to_nobody_else(self):
        self.smtp.start()
        for wants in (False, True):
            visitor = Visitor(self.primary)
            opening = visitor.open_chat()
            question = visitor.text(opening.chat, "a question", after=[opening.digest])
            visitor.say(Content("shop", visitor.author, "contact", {"email": f"vera.{wants}@example.com", "transcript": wants}, opening.chat))
            self.operator.accept(opening.chat)
            self.operator.text(opening.chat, "an answer", after=[question.digest])
            close_chat(self.operator, opening.chat)
        to, mail = self.one_mail()
        self.assertEqual(to, ["vera.True@example.com"])
        text = mail.get_body(("plain",)).get_content()
        self.assertLess(text.index("a question"), text.index("an answer"))
        self.idle()
        self.assertEqual(len(self.smtp.mails()), 1)

    def test_waits_for_a_server_that_is_away_and_survives_a_restart(self):
        visitor, chat = self.leave("are you there?", email="vera@example.com")
        until(lambda: "mail" in effects_of(self.primary) and "tries" in effects_of(self.primary), "it is listed")
        for number in range(10):
            visitor.text(chat, f"chat goes on {number}")
        self.primary.kill()
        self.primary.start()
        until(lambda: self.primary.metric("effects_pending") == 1, "it was found again")
        self.smtp.start()
        to, _ = self.one_mail()
        self.assertEqual(to, ["desk@shop.example"])
        self.idle()

    def test_that_nobody_takes_is_given_up_at_once(self):
        self.smtp.start()
        visitor = Visitor(self.primary)
        opening = visitor.open_chat()
        question = visitor.text(opening.chat, "a question", after=[opening.digest])
        visitor.say(Content("shop", visitor.author, "contact", {"email": "nobody@example.com", "transcript": True}, opening.chat))
        self.operator.accept(opening.chat)
        self.operator.text(opening.chat, "an answer", after=[question.digest])
        close_chat(self.operator, opening.chat)
        until(lambda: self.primary.metric("effects_dead") == 1, f"no such person: {effects_of(self.primary)}")
        self.assertIn("550", effects_of(self.primary))


class Configuration(unittest.TestCase):
    def complaint(self, more):
        config = self.here.primary.config
        before = config.read_text()
        config.write_text(before + more)
        done = run("serve", "--config", config, ok=False)
        config.write_text(before)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        return done.stderr

    def test_that_is_wrong_is_told_with_its_field(self):
        self.here = Installation()
        self.addCleanup(self.here.close)
        secret = self.here.home / "mail.password"
        secret.write_text("hunter2\n")
        mail = '\n[mail]\nsmtp = "smtp://mail.example:587"\nfrom = "chat@shop.example"\n'
        for more, said in (('\n[mail]\nsmtp = "smtp://mail.example:587"\n', "[mail] lacks from"),
                           (mail.replace("smtp://", "http://"), "mail.smtp"),
                           (mail.replace("chat@shop", "chat shop"), "mail.from"),
                           (mail + 'tls = "maybe"\n', "mail.tls"),
                           (mail + 'user = "chat"\n', "user and password_file belong together"),
                           (mail + 'user = "chat"\npassword_file = "mail.password"\n', "chmod 600"),
                           (mail + 'user = "chat"\npassword_file = "nowhere"\n', "cannot be read"),
                           ('\n[webhooks]\nallow = ["10.0.0.0/99"]\n', "webhooks.allow"),
                           ('\n[webhooks]\nca_file = "nowhere.pem"\n', "webhooks.ca_file"),
                           ('\n[effects]\nretry_ms = 0\n', "effects.retry_ms")):
            with self.subTest(said):
                self.assertIn(said, self.complaint(more))


class Failovers(WithReceivers):
    options = {"timeout": 3000, "give_up": 600_000, "patience": 300}
    mail = True
    COUNT = 10

    def test_deliver_every_effect_under_one_id_and_claim_once_in_a_term(self):
        """Real processes, killed in the middle of what they do. A hundred failovers: node_test, EffectsOfTwo."""
        self.smtp.start()
        self.web.answers["/hook"] = [204, 500, 204]
        self.hook("/hook", "message.created")
        set_field(self.operator, "site:shop", "offline_to", ["desk@shop.example"])
        until(lambda: self.redundant.metric("peer_up") == 1, "the peers are connected")
        self.operator.expect("safe")
        self.operator.close()
        self.here.moderator.start()
        said = []
        active, other = self.primary, self.redundant
        for number in range(self.COUNT):
            visitor = Visitor(other if number % 3 == 0 else active)
            chat = visitor.open_chat().chat
            for line in range(3):
                message = Content("shop", visitor.author, "message", {"text": f"{number}.{line}", "offline": True}, chat)
                visitor.say(message)
                visitor.expect("safe", digest=message.digest)
                said.append(message.digest)
            active.kill()
            run("switch", "--config", self.here.moderator.config, "--to", other.name)
            active.start()
            active, other = other, active
            visitor.close()
        for program in (active, other):
            until(lambda: program.metric("effects_pending") == 0, f"nothing is left: {effects_of(program)}", patience=60)
        calls = self.web.of("/hook")
        self.assertTrue(all(call.genuine for call in calls))
        told = {call.data["event"]: call.id for call in calls}
        self.assertEqual(set(told), set(said))
        self.assertEqual(len({call.id for call in calls}), len(said), "one id for each")
        mails = [mail["Message-ID"] for _, mail in self.smtp.mails()]
        self.assertEqual(len(set(mails)), len(said))
        for program in (self.primary, self.redundant):
            program.stop()
        for program in (self.primary, self.redundant):
            claims = claims_in(program)
            self.assertGreaterEqual(len(claims), 2 * len(said))
            self.assertEqual(len(claims), len(set(claims)), "no claim twice inside one (epoch, term)")
