#!/usr/bin/python3
"""A real SMTP server (aiosmtpd, from Debian) for the tests: mail_server.py HOST PORT FOLDER. Each mail that it takes becomes a file of
FOLDER: {"from", "to", "data"} as JSON. Whoever is called nobody@… is refused for good, later@… for now. Ends when its standard input does."""

import itertools
import json
import pathlib
import sys

from aiosmtpd.controller import Controller


class Keep:
    def __init__(self, folder):
        self.folder, self.numbers = folder, itertools.count(1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such person here"
        if address.startswith("later@"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("ascii")}
        name = self.folder / f"{next(self.numbers):06}.tmp"
        name.write_text(json.dumps(mail))
        name.rename(name.with_suffix(".json"))
        return "250 kept"


def main():
    host, port, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    controller = Controller(Keep(folder), hostname=host, port=port)
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()


main()
