"""Two deployments, a visitor and an operator, and what becomes of their words."""

import json
import unittest

from holdfast import Content, Installation, Link, Operator, Visitor, Closed, run, sign_in, until


class Chat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Installation().start()
        cls.addClassCleanup(cls.here.close)

    def test_goes_from_visitor_to_operator_and_back(self):
        visitor, operator = Visitor(self.here.primary), Operator(self.here.primary)
        opening = visitor.open_chat()
        operator.accept(opening.chat)
        question = visitor.text(opening.chat, "Is the lantern real brass?", after=[opening.digest])
        operator.heard(opening.chat, "Is the lantern real brass?")
        operator.text(opening.chat, "It is.", after=[question.digest])
        visitor.heard(opening.chat, "It is.")

    def test_is_safe_once_both_hold_it(self):
        visitor = Visitor(self.here.primary)
        opening = visitor.open_chat()
        safe = visitor.expect("safe", digest=opening.digest)
        self.assertTrue(safe["o"])
        until(lambda: self.here.verify().returncode == 0, "both hold the same")

    def test_reaches_an_operator_at_the_other_deployment(self):
        visitor, operator = Visitor(self.here.primary), Operator(self.here.redundant)
        opening = visitor.open_chat()
        operator.accept(opening.chat)
        visitor.text(opening.chat, "Hello over there")
        operator.heard(opening.chat, "Hello over there")
        operator.text(opening.chat, "Hello over here")
        visitor.heard(opening.chat, "Hello over here")

    def test_survives_a_kill_of_primary_and_is_identical_after_its_return(self):
        here = Installation().start()
        self.addCleanup(here.close)
        visitor, operator = Visitor(here.primary), Operator(here.primary)
        opening = visitor.open_chat()
        operator.accept(opening.chat)
        said = [visitor.text(opening.chat, f"before {i}") for i in range(20)]
        here.primary.kill()

        visitor = Visitor(here.redundant, secret=visitor.secret, outbox=[content.digest for content in said])
        operator = Operator(here.redundant, token=operator.token)
        known = {each["digest"] for each in visitor.welcome["outbox"]}
        for content in said:
            if content.digest not in known:
                visitor.say(content)
        visitor.text(opening.chat, "after")
        operator.heard(opening.chat, "after")

        here.primary.start()
        until(lambda: here.verify().returncode == 0, "both hold the same after the return")
        back = Visitor(here.primary, secret=visitor.secret, outbox=[content.digest for content in said])
        self.assertEqual({each["digest"] for each in back.welcome["outbox"]}, {content.digest for content in said})
        self.assertIn("hold the same", here.verify().stdout)

    def test_is_given_the_same_acceptance_twice(self):
        visitor = Visitor(self.here.primary)
        opening = visitor.open_chat()
        first = visitor.say(Content("shop", visitor.author, "message", {"text": "x"}, opening.chat))
        content = Content("shop", visitor.author, "message", {"text": "once"}, opening.chat)
        self.assertEqual(visitor.say(content), visitor.say(content))
        self.assertNotEqual(first, visitor.say(content))

    def test_of_a_page_of_another_origin_is_refused(self):
        for origin in ["https://shop.example.evil.example", "https://shop.exampl", "http://shop.example", "null"]:
            with self.assertRaises((Closed, AssertionError)) as refusal:
                Visitor(self.here.primary, origin=origin)
            self.assertIn("4313", str(refusal.exception))

    def test_needs_the_right_password(self):
        status, answer = sign_in(self.here.primary, password="wrong-horse")
        self.assertEqual((status, answer["code"]), (401, 4204))

    def test_with_a_forged_token_is_refused(self):
        token = sign_in(self.here.primary)[1]["token"]
        with self.assertRaises((Closed, AssertionError)) as refusal:
            Operator(self.here.primary, token=token[:-2] + ("AA" if not token.endswith("AA") else "BB"))
        self.assertIn("4200", str(refusal.exception))

    def test_token_of_one_deployment_works_at_the_other(self):
        token = sign_in(self.here.primary)[1]["token"]
        self.assertEqual(Operator(self.here.redundant, token=token).author, "o:ann")

    def test_costs_nobody_else_anything_when_somebody_sends_nonsense(self):
        good = Visitor(self.here.primary)
        bad = Visitor(self.here.primary)
        bad.send({"t": "no such frame"})
        self.assertEqual(bad.expect("error")["code"], 4300)
        bad.socket.send("{" * 100)
        self.assertIn(bad.expect("error")["code"], (4300, 4302))
        bad.socket.send("x" * 20_000)
        self.assertEqual(bad.closed(), 4301)
        worse = Visitor(self.here.primary)
        worse.socket.send(b"\xff\xfe")
        self.assertEqual(worse.closed(), 4303)
        good.open_chat()

    def test_is_counted(self):
        visitor = Visitor(self.here.primary)
        before = self.here.primary.metric("events_accepted_total")
        visitor.open_chat()
        until(lambda: self.here.primary.metric("events_accepted_total") > before, "the metric counts the event")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Installation().start()
        cls.addClassCleanup(cls.here.close)

    def test_tell_what_a_client_has_to_know(self):
        status, headers, text = self.here.primary.get("/v1/client.json")
        facts = json.loads(text)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, "*"))
        self.assertEqual(facts["deployments"], {"primary": [self.here.primary.url], "redundant": [self.here.redundant.url]})
        self.assertEqual(facts["moderators"], [self.here.moderator.url])
        self.assertEqual(len(facts["moderatorKeys"]), 1)
        self.assertEqual(json.loads(self.here.redundant.get("/v1/client.json")[2])["deployments"], facts["deployments"])

    def test_let_a_console_of_the_other_deployment_sign_in(self):
        origin = {"Origin": self.here.redundant.url}
        self.assertEqual(self.here.primary.request("OPTIONS", "/v1/signin", headers=origin)[1].get("Access-Control-Allow-Origin"),
                         self.here.redundant.url)
        stranger = self.here.primary.request("OPTIONS", "/v1/signin", headers={"Origin": "https://evil.example"})
        self.assertNotIn("Access-Control-Allow-Origin", stranger[1])

    def test_of_the_admin_are_for_who_has_the_key(self):
        for method, path in [("GET", "/v1/admin/state"), ("GET", "/v1/admin/holds"), ("POST", "/v1/admin/sums")]:
            self.assertEqual(self.here.primary.request(method, path, "{}" if method == "POST" else None)[0], 401)

    def test_live_and_ready(self):
        self.assertEqual(self.here.primary.get("/livez")[0], 200)
        self.assertEqual(self.here.primary.get("/readyz")[0], 200)
        self.assertEqual(self.here.primary.metric("ready"), 1)
        self.assertEqual(self.here.primary.get("/../primary.toml")[0], 404)


class Settings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Installation().start()
        cls.addClassCleanup(cls.here.close)
        cls.config = cls.here.primary.config

    def test_a_new_operator_signs_in_at_both_deployments(self):
        run("operator", "add", "bob", "--password", "battery-staple", "--config", self.config)
        self.assertEqual(sign_in(self.here.primary, "bob", "battery-staple")[0], 200)
        until(lambda: sign_in(self.here.redundant, "bob", "battery-staple")[0] == 200, "bob is known at the other deployment")

    def test_a_new_password_ends_the_old_sessions(self):
        run("operator", "add", "eve", "--site", "shop", "--password", "first-word", "--config", self.config)
        token = sign_in(self.here.primary, "eve", "first-word")[1]["token"]
        until(lambda: sign_in(self.here.primary, "eve", "first-word")[0] == 200, "")
        out = run("operator", "reset-password", "eve", "--config", self.config).stdout
        fresh = out.split(": ")[-1].strip()
        self.assertEqual(sign_in(self.here.primary, "eve", "first-word")[0], 401)
        self.assertEqual(sign_in(self.here.primary, "eve", fresh)[0], 200)
        with self.assertRaises((Closed, AssertionError)) as refusal:
            Operator(self.here.primary, token=token)
        self.assertIn("4202", str(refusal.exception))

    def test_a_new_site_takes_its_own_visitors(self):
        run("site", "add", "lamps", "--origin", "https://lamps.example", "--config", self.config)
        secret = {"type": "secret", "secret": "A" * 43}
        self.assertTrue(Link(self.here.primary, "lamps", "https://lamps.example", "visitor", secret).author.startswith("v:"))
        run("site", "origins", "lamps", "https://new.example", "--config", self.config)
        with self.assertRaises((Closed, AssertionError)):
            Link(self.here.primary, "lamps", "https://lamps.example", "visitor", secret)
        Link(self.here.primary, "lamps", "https://new.example", "visitor", secret)

    def test_what_exists_is_not_added_again(self):
        again = run("site", "add", "shop", "--config", self.config, ok=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn('the site "shop" exists', again.stderr)
        nobody = run("operator", "reset-password", "nobody", "--site", "shop", "--config", self.config, ok=False)
        self.assertIn('no operator "nobody"', nobody.stderr)

    def test_are_refused_with_a_clear_line_when_nothing_runs(self):
        idle = Installation()
        self.addCleanup(idle.close)
        done = run("site", "add", "lamps", "--config", idle.primary.config, ok=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the primary deployment does not answer", done.stderr)
        self.assertIn("start it: holdfast serve --config", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)
