// The highest verdict that this moderator knows, and the rules by which it may change.
// docs/protocol.md §8.
//
// An odd epoch names Primary, an even one Redundant, so one epoch can never name two deployments.
// The higher epoch wins and nothing else ever does. A pure value; durability is the caller's: it
// calls commit() for what it has stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/codes.h"
#include "protocol/ids.h"
#include "protocol/names.h"

namespace holdfast::moderator {

struct Verdict {
  protocol::Epoch epoch;
  std::string why;  // begins with one of the words below; a person reads the rest
  WallMs at;
  std::string text;  // signed JSON, exactly as published; everything above is a view of it
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// First words of `why`. Failback undoes only what a failover or a maintenance did: a verdict that a
// person gave stays until a person, or a failure, replaces it. That is read from the verdict
// itself, so it survives restarts and a change of moderators.
inline constexpr std::string_view kWhyStart = "start";
inline constexpr std::string_view kWhyFailover = "failover";
inline constexpr std::string_view kWhyFailback = "failback";
inline constexpr std::string_view kWhyManual = "manual";
inline constexpr std::string_view kWhyMaintenance = "maintenance";

// Who signed a verdict that was heard.
enum class Trust {
  kOwnKey,      // the key that this moderator signs with
  kOtherKey,    // another active key: another moderator, or this one before its key was changed
  kRetiredKey,  // obeyed, but about to be taken away
  kUntrusted,  // unknown or revoked key, or a bad signature: never adopted, but its epoch counts as
               // taken
};

// The smallest epoch above `above` that names `to`.
constexpr protocol::Epoch next_epoch(protocol::Epoch above, protocol::Deployment to) {
  const protocol::Epoch next(above.value() + 1);
  return protocol::active_deployment(next) == to ? next : protocol::Epoch(next.value() + 1);
}

class VerdictLog {
 public:
  enum class Heard {
    kNews,     // higher than ours: store it, then commit it
    kNoNews,   // what we know, or older
    kTaken,    // untrusted: not adopted, but our next epoch will be above it
    kRefused,  // jumps by more than protocol::kEpochJumpMax
  };

  // What a verdict from elsewhere means. Changes nothing but the epochs known to be taken.
  Heard hear(const Verdict& verdict, Trust trust);

  // Compare-and-set: `next` replaces the highest verdict only when that still has epoch `expected`
  // (0: none) and `next` is higher. kFenced otherwise.
  Result<void> commit(protocol::Epoch expected, const Verdict& next, Trust trust);

  const std::optional<Verdict>& highest() const { return highest_; }
  protocol::Epoch epoch() const;            // 0 when none is known
  protocol::Deployment active() const;      // without any verdict: Primary
  Trust signer() const { return signer_; }  // of highest()
  // For a verdict of our own: above every epoch known to be taken.
  protocol::Epoch next(protocol::Deployment to) const;
  // An untrusted verdict stands at or above ours, or ours was signed with another key: sign anew
  // above it. Asked once, at start: two moderators that did so at any time would outbid each other
  // for ever. `shared`: others sign with active keys of their own, which are as good.
  bool must_sign_anew(bool shared) const;

 private:
  std::optional<Verdict> highest_;
  Trust signer_ = Trust::kOwnKey;
  protocol::Epoch taken_{0};  // by verdicts that were not adopted
};

}  // namespace holdfast::moderator
