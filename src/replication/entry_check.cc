#include "replication/entry_check.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/plant.h"
#include "protocol/content.h"
#include "protocol/hashes.h"

namespace holdfast::replication {
namespace {

using protocol::Acceptance;
using protocol::Digest;
using protocol::MacCheck;
using protocol::Origin;
using protocol::PeerEntry;
using protocol::SecretKey;
using protocol::Seq;

// Refusing what was accepted before its key leaked would leave a hole that both journals count for
// ever. It is kept, and shown as unverified: the peer's own proof stands for it here.
bool genuine_under_compromised_key(std::span<const SecretKey> cluster, const Digest& digest,
                                   const Acceptance& acc) {
  const SecretKey* key = protocol::key_named(cluster, acc.key);
  if (key == nullptr) return false;
  const auto mac = protocol::acceptance_mac(*key, digest, acc.origin, acc.seq, acc.hlc);
  return protocol::equal(mac.value(), acc.mac.value());
}

struct Judged {
  std::optional<Flaw> flaw;
  bool compromised = false;
};

Judged judge(const Origin& origin, Seq seq, const Digest& digest, const Acceptance& acc,
             std::span<const SecretKey> cluster) {
  // A lower number is an entry whose row was damaged in both, entered again by who still knew it.
  if (acc.origin == origin && acc.seq > seq) return {Flaw::kMisplaced};
  if (planted(Plant::kPeerEntryUnchecked)) return {};
  switch (protocol::check_acceptance(cluster, digest, acc)) {
    case MacCheck::kValid:
      return {};
    case MacCheck::kUnknownKey:
      return {Flaw::kUnknownKey};
    case MacCheck::kCompromisedKey:
      if (genuine_under_compromised_key(cluster, digest, acc)) return {std::nullopt, true};
      return {Flaw::kMac};
    case MacCheck::kWrong:
      break;
  }
  return {Flaw::kMac};
}

std::string_view words_of(Flaw flaw) {
  switch (flaw) {
    case Flaw::kContent:
      return "bad content";
    case Flaw::kMac:
      return "the acceptance is not genuine";
    case Flaw::kUnknownKey:
      return "accepted under a key that is not configured here";
    case Flaw::kMisplaced:
      return "the acceptance is of a later number of this origin";
  }
  return "";
}

// What the planted bug takes for the end of the world.
bool is_understood(const protocol::Content& content) {
  const bool kind_known =
      std::ranges::find(protocol::kKindTable, content.head.kind, &protocol::KindRow::kind) !=
      std::end(protocol::kKindTable);
  return kind_known &&
         (!content.body_bytes || protocol::check_body(content.head.kind, *content.body_bytes));
}

}  // namespace

CheckedRun check_run(const Origin& origin, protocol::PeerRun run,
                     std::span<const SecretKey> cluster) {
  CheckedRun checked;
  checked.good.reserve(run.e.size());
  protocol::ChainHash before = run.p;
  for (std::size_t i = 0; i < run.e.size(); ++i) {
    PeerEntry& entry = run.e[i];
    const Seq seq(run.a.value() + i);
    auto content = protocol::parse_content(entry.head, entry.body);
    const Digest digest = content ? (*content)->digest : protocol::digest_of(entry.head);
    const Judged judged = judge(origin, seq, digest, entry.acc, cluster);
    if (judged.flaw) {
      checked.bad.push_back({seq, *judged.flaw, std::string(words_of(*judged.flaw))});
      checked.stopped_at = Seq(seq.value() + 1);
      break;
    }
    if (planted(Plant::kCursorStopsAtPoison) && content && !is_understood(**content)) {
      checked.bad.push_back({seq, Flaw::kContent, "not understood"});
      checked.stopped_at = Seq(seq.value() + 1);
      break;
    }
    // The MAC has vouched for digest and acceptance, so the chain is sound whatever the content
    // turned out to be.
    const auto h = protocol::chain_next(before, digest, entry.acc.mac);
    if (content) {
      checked.under_compromised_key += judged.compromised ? 1 : 0;
      checked.good.push_back({origin, seq, h, *std::move(content), std::move(entry.acc), before});
    } else {
      checked.bad.push_back({seq, Flaw::kContent, content.error().text()});
    }
    before = h;
  }
  return checked;
}

}  // namespace holdfast::replication
