"""Erased text is in no file any more: on disk, in a backup folder, in a restored journal. Backups that are not what they should be."""

import json
import pathlib
import shutil
import subprocess
import unittest

from holdfast import PROGRAM, Content, Installation, Operator, Visitor, run, until

SECRET = "my new address is 7 Mill Lane"


class Erasing(unittest.TestCase):
    def setUp(self):
        self.here = Installation().start()
        self.addCleanup(self.here.close)
        self.backup = self.here.dir / "backup"

    def talk(self, program=None):
        """A chat with a secret in both deployments; its id, the visitor and what must go."""
        visitor = Visitor(program or self.here.primary)
        opening = visitor.open_chat()
        said = Content("shop", visitor.author, "message", {"text": SECRET}, opening.chat, after=[opening.digest])
        visitor.say(said)
        visitor.expect("safe", digest=said.digest)
        self.gone = [SECRET, json.loads(said.body)["nonce"], json.loads(opening.body)["nonce"]]
        return visitor, opening, said

    def holders(self, root, texts=None):
        """Files below `root` in which one of the texts stands."""
        found = []
        for file in pathlib.Path(root).rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                found += [f"{file}: {text}" for text in texts or self.gone if text.encode() in data]
        return found

    def erase(self, program, *options):
        return run("erase", "shop", "--config", program.config, *options)

    def nowhere(self, root):
        until(lambda: not self.holders(root), f"gone from every file below {root}: {self.holders(root)[:5]}")

    def chat_of(self, program, visitor, opening):
        """What a visitor who comes back without anything is shown of the chat."""
        link = Visitor(program, secret=visitor.secret, chats=[{"chat": opening.chat, "digest": opening.digest}])
        link.send({"t": "have", "chat": opening.chat, "items": [], "more": False})
        return link


class Erasure(Erasing):
    def test_of_a_visitor_leaves_no_text_in_any_file_of_both_deployments(self):
        visitor, opening, said = self.talk()
        operator = Operator(self.here.primary)
        operator.accept(opening.chat)
        self.assertTrue(self.holders(self.here.home))

        asked = run("erase", "shop", "--config", self.here.primary.config, "--visitor", visitor.author, ok=False)
        self.assertEqual(asked.returncode, 2)
        self.assertIn("nothing was erased", asked.stdout)
        self.assertIn(opening.chat, asked.stdout)
        self.assertNotIn(SECRET, asked.stdout)
        self.assertTrue(self.holders(self.here.home))

        done = self.erase(self.here.primary, "--visitor", visitor.author, "--why", "asked by letter", "--yes")
        self.assertIn("erased:", done.stdout)
        self.nowhere(self.here.home)
        self.assertIn(said.digest, visitor.expect("erased")["digests"])
        self.assertIn(said.digest, operator.expect("erased")["digests"])
        link = self.chat_of(self.here.redundant, visitor, opening)
        self.assertIsNone(link.expect("event", chat=opening.chat)["body"])
        self.assertEqual(self.here.verify().returncode, 0)

    def test_by_address_finds_who_gave_it(self):
        visitor, opening, _ = self.talk()
        visitor.say(Content("shop", visitor.author, "contact", {"name": "Vera", "email": "Vera@example.net"}, opening.chat,
                            after=[opening.digest]))
        self.talk_of_another()
        found = run("erase", "shop", "--config", self.here.primary.config, "--email", "vera@EXAMPLE.net", ok=False)
        self.assertIn(visitor.author, found.stdout)
        self.erase(self.here.primary, "--email", "vera@example.net", "--yes")
        self.gone.append("Vera@example.net")
        self.nowhere(self.here.home)
        self.assertTrue(self.holders(self.here.home, ["what others said"]))
        nobody = run("erase", "shop", "--config", self.here.primary.config, "--email", "otto@example.net", "--yes", ok=False)
        self.assertIn("nobody", nobody.stdout)

    def talk_of_another(self):
        other = Visitor(self.here.primary)
        other.text(other.open_chat().chat, "what others said")

    def test_of_the_side_that_was_down_when_it_is_back(self):
        visitor, opening, _ = self.talk()
        self.here.redundant.kill()
        self.erase(self.here.primary, "--visitor", visitor.author, "--yes")
        self.assertTrue(self.holders(self.here.home))
        self.here.redundant.start()
        self.nowhere(self.here.home)

    def test_gives_a_browser_that_still_holds_the_text_nothing_to_bring_back(self):
        visitor, opening, said = self.talk()
        acceptance = visitor.say(said)
        self.erase(self.here.primary, "--visitor", visitor.author, "--yes")
        self.nowhere(self.here.home)
        back = Visitor(self.here.redundant, secret=visitor.secret, outbox=[said.digest])
        back.send({"t": "give", "chat": opening.chat,
                   "events": [{"head": opening.head, "body": opening.body, "acc": []},
                              {"head": said.head, "body": said.body, "acc": [acceptance]}]})
        back.send({**said.frame(), "acc": [acceptance]})
        back.expect("accepted", digest=said.digest)
        self.nowhere(self.here.home)

    def test_wants_to_know_whom_and_of_which_site(self):
        for options, why in (((), "one of --visitor, --chat and --email"),
                             (("--visitor", "o:ann"), "visitor"),
                             (("--chat", "x"), "chat"),
                             (("--email", "a@b.c", "--until", "tomorrow"), "until")):
            refused = run("erase", "shop", "--config", self.here.primary.config, "--yes", *options, ok=False)
            self.assertNotEqual(refused.returncode, 0, options)
            self.assertIn(why, refused.stderr)
        elsewhere = run("erase", "market", "--config", self.here.primary.config, "--visitor", "v:" + "a" * 22, "--yes", ok=False)
        self.assertIn("market", elsewhere.stderr)


class Backup(Erasing):
    def save(self, ok=True):
        return run("backup", "--config", self.here.primary.config, self.backup, ok=ok)

    def restore(self, ok=True, *options):
        return run("restore", "--config", self.here.primary.config, self.backup, *options, ok=ok)

    def lose_primary(self):
        """The machine with its disk; the folder of its configuration and keys is somebody's safe."""
        self.here.primary.kill()
        data = next(path.parent for path in self.here.home.rglob("journal.db") if "primary" in str(path))
        shutil.rmtree(data)
        return data

    def test_beside_a_running_node_holds_only_what_is_new_and_loses_what_was_erased(self):
        visitor, opening, _ = self.talk()
        self.assertIn("entries", self.save().stdout)
        self.assertTrue(self.holders(self.backup))
        self.assertIn("0 were new", self.save().stdout)
        self.talk_more(opening)
        self.assertRegex(self.save().stdout, r"[1-9]\d* were new")
        self.erase(self.here.primary, "--visitor", visitor.author, "--yes")
        self.save()
        self.assertEqual(self.holders(self.backup), [])

    def talk_more(self, opening):
        other = Visitor(self.here.primary)
        other.text(other.open_chat().chat, "something new")

    def test_of_a_stopped_node_can_be_restored_and_goes_on_as_a_new_incarnation(self):
        visitor, opening, said = self.talk()
        before = self.here.primary.get("/metrics")
        self.assertEqual(before[0], 200)
        self.here.primary.stop()
        self.save()
        self.here.redundant.stop()
        self.lose_primary()
        restored = self.restore()
        self.assertIn("restored", restored.stdout)
        self.here.primary.start()
        self.assertEqual(self.here.primary.metric("erasures_in_doubt"), 1)
        late = Visitor(self.here.primary, secret=visitor.secret)
        late.text(opening.chat, "new ones always go on", after=[said.digest])
        self.here.redundant.start()
        until(lambda: self.here.primary.metric("erasures_in_doubt") == 0, "the peer confirmed the ledger")
        link = self.chat_of(self.here.primary, visitor, opening)
        link.heard(opening.chat, SECRET)
        until(lambda: self.here.verify().returncode == 0, "both hold the same")

    def test_from_before_an_erasure_shows_nothing_of_it_when_it_was_restored(self):
        visitor, opening, said = self.talk()
        self.save()
        self.erase(self.here.primary, "--visitor", visitor.author, "--yes")
        self.nowhere(self.here.home)
        self.here.redundant.stop()
        self.lose_primary()
        self.restore()
        self.assertTrue(self.holders(self.here.home))

        self.here.primary.start()
        link = self.chat_of(self.here.primary, visitor, opening)
        link.text(opening.chat, "is anybody there?")
        self.assertEqual([frame for frame in link.inbox if frame["t"] == "event"], [])
        self.here.redundant.start()
        self.nowhere(self.here.home)
        until(lambda: self.here.primary.metric("erasures_in_doubt") == 0, "the peer confirmed the ledger")
        self.save()
        self.assertEqual(self.holders(self.backup), [])

    def test_of_a_lone_survivor_waits_for_a_person(self):
        visitor, opening, _ = self.talk()
        self.save()
        self.here.redundant.kill()
        self.lose_primary()
        self.restore()
        self.here.primary.start()
        self.assertEqual(self.here.primary.metric("erasures_in_doubt"), 1)
        said = run("erase", "--config", self.here.primary.config, "--confirm-ledger").stdout
        self.assertIn("shown again", said)
        link = self.chat_of(self.here.primary, visitor, opening)
        link.heard(opening.chat, SECRET)

    def test_refuses_to_overwrite(self):
        self.talk()
        self.save()
        self.here.primary.stop()
        refused = self.restore(False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("overwrites nothing", refused.stderr)

    def test_that_was_damaged_is_refused_with_the_name_of_the_file(self):
        self.talk()
        self.save()
        self.here.primary.stop()
        self.lose_primary()
        segment = next(self.backup.glob("segment-*"))
        whole = segment.read_bytes()
        manifest = (self.backup / "manifest.json").read_text()

        def refused(why, code=1):
            answer = self.restore(False)
            self.assertEqual(answer.returncode, code, answer.stderr)
            self.assertIn(why, answer.stderr)
            self.assertEqual(list(self.here.home.rglob("journal*")), [p for p in self.here.home.rglob("journal*") if "redundant" in str(p)])
            return answer.stderr

        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 1
        segment.write_bytes(flipped)
        self.assertIn(segment.name, refused("checksum"))
        segment.write_bytes(whole[: len(whole) // 2])
        self.assertIn(segment.name, refused("cut short"))
        segment.unlink()
        self.assertIn(segment.name, refused("missing"))
        segment.write_bytes(whole)
        (self.backup / "manifest.json").write_text(manifest.replace('"format":1', '"format":7'))
        refused("format 7", 2)
        (self.backup / "manifest.json").write_text("half a")
        refused("manifest.json", 2)
        (self.backup / "manifest.json").unlink()
        refused("no manifest.json", 2)
        (self.backup / "manifest.json").write_text(manifest)
        self.restore()

    def test_of_another_installation_is_refused(self):
        self.talk()
        self.save()
        other = Installation()
        self.addCleanup(other.close)
        answer = run("restore", "--config", other.primary.config, self.backup, "--into", other.dir / "new", ok=False)
        self.assertIn("another installation", answer.stderr)
        self.assertEqual(answer.returncode, 1)

    def test_that_finds_no_room_says_where_and_leaves_the_one_before(self):
        visitor, opening, _ = self.talk()
        self.save()
        before = sorted(file.name for file in self.backup.iterdir())
        for i in range(300):
            visitor.text(opening.chat, f"{i} " + "x" * 3_000)
        self.here.primary.stop()
        command = f"ulimit -f 400; exec '{PROGRAM}' backup --config '{self.here.primary.config}' '{self.backup}'"
        full = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
        self.assertEqual(full.returncode, 1, full.stdout)
        self.assertRegex(full.stderr, "segment-.*File too large")
        self.assertEqual(sorted(file.name for file in self.backup.iterdir()), before)
        self.save()

    def test_into_a_folder_of_something_else_is_refused(self):
        self.backup.mkdir()
        (self.backup / "holiday.jpg").write_text("not ours")
        answer = self.save(ok=False)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("holiday.jpg", answer.stderr)
        self.assertEqual([file.name for file in self.backup.iterdir() if file.name != "lock"], ["holiday.jpg"])

    def test_of_the_other_deployment_goes_into_its_own_folder(self):
        self.save()
        answer = run("backup", "--config", self.here.redundant.config, self.backup, ok=False)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("backup of the primary deployment", answer.stderr)


if __name__ == "__main__":
    unittest.main()
