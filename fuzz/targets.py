"""What each harness is about: one table, from which run takes all it does.

    target      the files whose lines it must reach: 80 % of them, at least (run --coverage)
    plant       the bug of src/base/plant.h that it must find (run --self-test)
    dictionary  tokens that no fuzzer guesses, in dictionaries/
    bytes       the longest input that is worth a try
    brief       how many inputs ./test tries: a few seconds of them
    options     more for libFuzzer
"""
from dataclasses import dataclass, field


@dataclass
class Harness:
    target: list[str]
    plant: str
    bytes: int
    brief: int
    dictionary: str = ""
    options: list[str] = field(default_factory=list)


HARNESSES = {
    "frames": Harness(
        target=["src/protocol/frames.gen.cc", "src/protocol/frame_text.cc", "src/protocol/json_reader.cc",
                "src/protocol/fields.cc", "src/protocol/content.cc"],
        plant="hex_beyond_the_end", bytes=2_000, brief=20_000, dictionary="json"),
    "wire": Harness(
        target=["src/net/ws_frame.cc", "src/net/http_parser.cc", "src/net/ws_handshake.cc", "src/net/ws_deflate.cc",
                "src/net/url.cc"],
        plant="control_frame_unbounded", bytes=1_000, brief=20_000, dictionary="wire"),
    "hello": Harness(
        target=["src/node/authenticate.cc", "src/node/reception.cc", "src/node/sessions.cc", "src/protocol/token.cc"],
        plant="proof_unchecked", bytes=600, brief=800, dictionary="json"),
    "give_back": Harness(
        target=["src/node/give_back.cc", "src/node/carry.cc", "src/node/intake.cc"],
        plant="give_back_without_mac", bytes=600, brief=800, dictionary="json"),
    "peer_entries": Harness(
        target=["src/replication/entry_check.cc", "src/replication/intake.cc", "src/replication/link.cc",
                "src/replication/holdings_book.cc", "src/replication/responder.cc", "src/replication/agreement.cc"],
        plant="peer_entry_unchecked", bytes=800, brief=600, dictionary="json"),
    "verdicts": Harness(
        target=["src/protocol/verdict.cc", "src/node/verdicts.cc", "src/moderator/verdict_log.cc",
                "src/moderator/signing.cc"],
        plant="older_verdict_wins", bytes=600, brief=1_000, dictionary="json"),
    "config": Harness(
        target=["src/app/config/common.cc", "src/app/config/effects_fields.cc", "src/app/config/fields.cc",
                "src/app/config/keys_file.cc", "src/app/config/moderate_config.cc", "src/app/config/parsers.cc",
                "src/app/config/serve_config.cc", "src/app/config/toml_tree.cc"],
        plant="range_unchecked", bytes=4_000, brief=6_000, dictionary="toml"),
    # Comparisons are not watched: libFuzzer would read the right checksum off the one that failed, and a checksum
    # guards against damage, not against somebody who computes it.
    "journal_opening": Harness(
        target=["src/journal/sqlite/opening.cc", "src/journal/sqlite/salvage.cc", "src/journal/sqlite/salvaged_names.cc",
                "src/journal/sqlite/page_scan.cc", "src/journal/sqlite/wal_file.cc", "src/journal/sqlite/file_header.cc",
                "src/journal/sqlite/scrub.cc", "src/journal/sqlite/quarantine.cc", "src/journal/sqlite/row.cc"],
        plant="row_unchecked", bytes=300, brief=300, options=["-use_cmp=0"]),
}
