"""The snippet that the command line prints is the one that the console shows, and browsers may keep the widget."""

import base64
import hashlib
import json
import pathlib
import re
import subprocess
import unittest

from holdfast import ROOT, Installation, run

GENERATOR = """
import { readFileSync } from 'node:fs';
import { policyOf, snippet } from '@holdfast/loader';
const [template, site, facts] = process.argv.slice(1);
const made = snippet(readFileSync(template, 'utf8'), site, JSON.parse(facts));
process.stdout.write(JSON.stringify({ html: made.html, policy: policyOf(made) }));
"""


def generated(site, facts):
    """What web/loader makes of what a deployment serves."""
    done = subprocess.run(
        [ROOT / "tools/with-node", "node", "--input-type=module", "-e", GENERATOR, ROOT / "web/dist/widget/snippet.txt", site, facts],
        cwd=ROOT / "web/drill", capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class Snippet(unittest.TestCase):
    def setUp(self):
        self.here = Installation()
        self.addCleanup(self.here.close)

    def printed(self, config, site="shop", ok=True):
        return run("site", "snippet", site, "--config", config, ok=ok)

    def test_is_the_consoles_byte_by_byte(self):
        self.here.start()
        facts = self.here.primary.get("/v1/client.json")[2]
        console = generated("shop", facts)
        mine = self.printed(self.here.primary.config)
        self.assertEqual(mine.stdout, console["html"])
        self.assertEqual(self.printed(self.here.redundant.config).stdout, console["html"], "either deployment prints the same")
        for part in console["policy"].split("; "):
            self.assertIn(part, mine.stderr)

    def test_has_the_hash_that_browsers_compute(self):
        mine = self.printed(self.here.primary.config)
        script = re.search(r"<script>(.*)</script>", mine.stdout, re.S).group(1)
        self.assertIn(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'", mine.stderr)

    def test_is_printed_while_nothing_runs_and_says_that_the_site_was_not_checked(self):
        mine = self.printed(self.here.primary.config)
        self.assertIn('{"site": "shop"}', mine.stdout)
        self.assertIn("not checked", mine.stderr)

    def test_of_a_site_that_is_none_names_it(self):
        self.here.start()
        for site, code in (("shpo", 1), ("No Site", 2)):
            mine = self.printed(self.here.primary.config, site, ok=False)
            self.assertEqual((mine.returncode, mine.stdout), (code, ""))
            self.assertIn(f'"{site}"', mine.stderr)

    def test_brings_a_script_that_browsers_may_keep_while_nobody_answers(self):
        self.here.start()
        status, headers, _ = self.here.primary.get("/widget/holdfast.js")
        self.assertEqual(status, 200)
        self.assertIn("stale-while-revalidate=", headers["Cache-Control"])
        status, headers, _ = self.here.primary.get("/widget/aside.js?0123")
        self.assertIn("stale-while-revalidate=", headers["Cache-Control"])
        self.assertEqual(headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(self.here.primary.get("/widget/snippet.txt")[1]["Cache-Control"], "no-cache")
