"""A deployment is taken out of service while people talk, stopped, started and given back."""

import json
import subprocess
import threading
import unittest

from holdfast import PROGRAM, Closed, Content, Installation, Visitor, run, until

PACE_S = 0.03  # between two messages of one person
ASKED_AT_ONCE = 15  # a welcome tells of no more than fit into its frame


class Talk(threading.Thread):
    """A visitor with a link to each deployment, as a browser has them in a chat: every message goes to the one that the highest
    verdict names, and to the other one when that is gone."""

    def __init__(self, here):
        super().__init__(daemon=True)
        self.here, self.epoch, self.links, self.said, self.took = here, 1, {}, [], {"primary": 0, "redundant": 0}
        self.over, self.failure = threading.Event(), None
        self.secret = None
        self.reach("primary")
        self.opening = self.links["primary"].open_chat()
        self.reach("redundant")

    def reach(self, name):
        visitor = Visitor(getattr(self.here, name), secret=self.secret)
        self.secret, self.links[name] = visitor.secret, visitor
        self.hear(visitor.welcome.get("verdict"))

    def hear(self, verdict):
        if verdict:
            self.epoch = max(self.epoch, json.loads(verdict["p"])["epoch"])

    def listen(self, link):
        for frame in link.inbox:
            if frame["t"] == "verdict":
                self.hear(frame["verdict"])
        link.inbox.clear()

    def run(self):
        try:
            while not self.over.wait(PACE_S):
                self.say()
        except Exception as failure:  # told by finish()
            self.failure = failure

    def say(self):
        content = Content("shop", self.links["redundant"].author, "message", {"text": f"word {len(self.said)}"}, self.opening.chat)
        self.said.append(content.digest)
        active = "primary" if self.epoch % 2 else "redundant"
        for name in (active, "redundant" if active == "primary" else "primary"):
            try:
                if name not in self.links:
                    self.reach(name)
                self.links[name].say(content)
                self.listen(self.links[name])
                self.took[name] += 1
                return
            except (Closed, OSError):
                self.links.pop(name, None)
        raise AssertionError("neither deployment took a message")

    def goes_on(self, name):
        """Whether a good many messages more were taken there."""
        goal = self.took[name] + 20

        def reached():
            if self.failure:
                raise self.failure
            return self.took[name] >= goal

        return reached

    def finish(self):
        self.over.set()
        self.join()
        if self.failure:
            raise self.failure


class Maintenance(unittest.TestCase):
    def setUp(self):
        self.here = Installation().start()
        self.addCleanup(self.here.close)
        self.here.moderator.start()
        self.wait_for(lambda status: all(side["usable"] for side in status["deployments"].values()), "both work")

    def status(self):
        return json.loads(self.here.moderator.get("/v1/status")[2])

    def wait_for(self, reached, what):
        return until(lambda: reached(self.status()), what)

    def maintenance(self, verb, name, ok=True):
        return run("maintenance", verb, name, "--config", self.here.moderator.config, ok=ok)

    def test_loses_nothing_while_people_talk(self):
        talk = Talk(self.here)
        talk.start()
        until(talk.goes_on("primary"), "the talk is under way")

        begun = self.maintenance("begin", "primary")
        self.assertTrue(begun.stdout.splitlines()[-1].startswith("safe to stop: redundant is active"), begun.stdout)
        until(talk.goes_on("redundant"), "the talk goes on at the other one")
        self.assertEqual(self.here.primary.stop(), 0)
        self.assertEqual(talk.links.pop("primary").closed(), 4000, "the link to Primary stayed until it was stopped")
        until(talk.goes_on("redundant"), "the talk goes on while it is stopped")

        self.assertEqual(self.here.moderator.stop(), 0)
        self.here.moderator.start()
        self.assertEqual(self.status()["maintenance"]["step"], "safe", "the order outlives the Moderator's restart")
        self.here.primary.start()
        self.wait_for(lambda status: status["deployments"]["primary"]["flawless_s"] >= 4
                      if "flawless_s" in status["deployments"]["primary"] else False, "longer than failback asks for")
        self.assertEqual(self.status()["active"], "redundant", "not before its maintenance is ended")
        refused = run("switch", "--config", self.here.moderator.config, "--to", "primary", ok=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("end that first: holdfast maintenance end primary", refused.stderr)

        self.maintenance("end", "primary")
        self.wait_for(lambda status: status["active"] == "primary", "it fails back")
        self.assertIn("failback", self.status()["why"])
        until(talk.goes_on("primary"), "the talk is back at Primary")
        talk.finish()
        until(lambda: self.here.verify().returncode == 0, "both hold the same")
        for program in (self.here.primary, self.here.redundant):
            for first in range(0, len(talk.said), ASKED_AT_ONCE):
                part = talk.said[first:first + ASKED_AT_ONCE]
                held = Visitor(program, secret=talk.secret, outbox=part).welcome["outbox"]
                self.assertEqual({one["digest"] for one in held}, set(part), f"every message, at {program.name}")

    def test_waits_for_the_other_one_and_says_so(self):
        self.here.redundant.kill()
        self.wait_for(lambda status: not status["deployments"]["redundant"]["healthy"], "the other one is missed")
        begin = subprocess.Popen([PROGRAM, "maintenance", "begin", "primary", "--config", self.here.moderator.config],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(begin.stdout.close)
        self.addCleanup(begin.kill)
        lines = [begin.stdout.readline() for _ in range(2)]
        self.assertIn("primary is in maintenance until", lines[0])
        self.assertIn("primary stays active until redundant can take over: redundant is unhealthy", lines[1])
        self.here.redundant.start()
        rest, _ = begin.communicate(timeout=30)
        self.assertEqual(begin.returncode, 0)
        self.assertIn("safe to stop", rest)

    def test_when_the_other_one_fails_it_is_active_again_and_says_so(self):
        self.maintenance("begin", "primary")
        self.here.redundant.kill()
        self.wait_for(lambda status: status["active"] == "primary", "nobody else is left")
        shown = run("status", "--config", self.here.moderator.config).stdout
        self.assertIn("because redundant failed: do not stop it", shown)
        self.assertIn("do not stop it", self.here.moderator.get("/")[2])

    def test_of_both_at_once_is_refused(self):
        self.maintenance("begin", "redundant")
        refused = self.maintenance("begin", "primary", ok=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("one of the two must stay", refused.stderr)
        self.assertEqual(self.maintenance("begin", "third", ok=False).returncode, 2)


if __name__ == "__main__":
    unittest.main()
