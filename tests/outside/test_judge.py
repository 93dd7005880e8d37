"""A judge that cannot find fault is worth nothing: broken histories of each kind."""

import unittest

from judge import History, Screen, Sent, judge

V, O, CHAT = "v:visitor", "o:ann", "chat-1"


def conversation():
    """Four messages, seen by both: nothing is wrong."""
    history = History(calm_at=100.0)
    for number, (author, after) in enumerate([(V, ()), (O, ("d0",)), (V, ("d1",)), (O, ("d2",))]):
        digest = f"d{number}"
        history.sent.append(Sent(digest, CHAT, author, f"text {number}", float(number), after))
        history.accepted[digest] = number + 0.01
        history.safe[digest] = number + 0.05
        history.seen[digest] = {V: number + 0.02, O: number + 0.02}
    lines = [(each.digest, each.author, each.text) for each in history.sent]
    history.screens = [Screen(V, CHAT, list(lines)), Screen(O, CHAT, list(lines))]
    return history


def kinds(history):
    return {kind for kind, _ in judge(history).findings}


class Judge(unittest.TestCase):
    def test_finds_nothing_where_nothing_is(self):
        verdict = judge(conversation())
        self.assertEqual(verdict.findings, [])
        self.assertEqual(verdict.counts, dict(sent=4, stable=4, stale=0, never_seen=0, lost=0))

    def test_sees_an_acknowledged_message_that_one_screen_lacks(self):
        history = conversation()
        del history.screens[1].lines[2]
        self.assertIn("lost", kinds(history))

    def test_sees_an_acknowledged_message_that_all_screens_lack(self):
        history = conversation()
        for screen in history.screens:
            del screen.lines[3]
        self.assertIn("lost", kinds(history))

    def test_a_safe_message_counts_as_acknowledged_too(self):
        history = conversation()
        del history.accepted["d3"]
        for screen in history.screens:
            del screen.lines[3]
        self.assertIn("lost", kinds(history))

    def test_forgives_what_nobody_was_promised(self):
        history = conversation()
        del history.accepted["d3"], history.safe["d3"], history.seen["d3"]
        for screen in history.screens:
            del screen.lines[3]
        self.assertEqual(kinds(history), set())
        self.assertEqual(judge(history).counts["never_seen"], 1)

    def test_sees_a_message_that_is_on_one_screen_only_though_nobody_was_told(self):
        history = conversation()
        del history.accepted["d3"], history.safe["d3"]
        del history.screens[0].lines[3]
        self.assertIn("torn", kinds(history))

    def test_sees_a_message_twice(self):
        history = conversation()
        history.screens[0].lines.append(history.screens[0].lines[1])
        self.assertIn("duplicated", kinds(history))

    def test_sees_a_message_that_nobody_wrote(self):
        history = conversation()
        history.screens[0].lines.append(("d9", O, "buy this"))
        self.assertIn("forged", kinds(history))

    def test_sees_a_message_whose_text_was_changed(self):
        history = conversation()
        history.screens[0].lines[1] = ("d1", O, "text one")
        self.assertIn("forged", kinds(history))

    def test_sees_a_message_that_changed_its_author(self):
        history = conversation()
        history.screens[0].lines[1] = ("d1", V, "text 1")
        self.assertIn("forged", kinds(history))

    def test_sees_one_authors_messages_swapped(self):
        history = conversation()
        for screen in history.screens:
            screen.lines[0], screen.lines[2] = screen.lines[2], screen.lines[0]
        self.assertIn("inverted", kinds(history))

    def test_sees_a_reply_before_what_it_answers(self):
        history = conversation()
        for screen in history.screens:
            screen.lines[0], screen.lines[1] = screen.lines[1], screen.lines[0]
        self.assertIn("inverted", kinds(history))

    def test_sees_another_chats_message(self):
        history = conversation()
        history.sent.append(Sent("x0", "chat-2", "v:other", "secret", 1.0))
        history.screens[0].lines.append(("x0", "v:other", "secret"))
        self.assertIn("leaked", kinds(history))

    def test_sees_two_screens_that_differ_only_in_order(self):
        history = conversation()
        history.sent[2].after = ()
        history.sent[1].after = ()
        lines = history.screens[1].lines
        lines[1], lines[2] = lines[2], lines[1]
        self.assertEqual(kinds(history), {"torn"})

    def test_sees_what_came_too_late(self):
        history = conversation()
        history.seen["d1"][V] = 140.0
        self.assertIn("stale", kinds(history))


if __name__ == "__main__":
    unittest.main()
