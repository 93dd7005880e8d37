// Every name of the protocol is a type of its own, so that two of them can never be swapped in a
// call. Their text forms and bounds are docs/protocol.md §1.
#pragma once

#include <cstdint>
#include <string>

#include "base/crypto.h"
#include "base/strong.h"

namespace holdfast::protocol {

using SiteId = Strong<struct SiteIdTag, std::string>;
using ChatId = Strong<struct ChatIdTag, std::string>;  // "" = belongs to no chat (settings, audits)
using EventId = Strong<struct EventIdTag, std::string>;  // ULID
using Author = Strong<struct AuthorTag, std::string>;    // "v:…", "o:…", "n:…", "a:…"
using Digest = Strong<struct DigestTag, Hash32>;         // identity of an event
using Mac = Strong<struct MacTag, Hash32>;               // identity of an acceptance
using ChainHash = Strong<struct ChainHashTag, Hash32>;
using KeyId = Strong<struct KeyIdTag, std::string>;
using Origin = Strong<struct OriginTag, std::string>;  // "primary/n1/01J…"
using Seq = Strong<struct SeqTag, std::uint64_t>;      // dense from 1 inside an origin
using Hlc = Strong<struct HlcTag, std::uint64_t>;      // wall ms * 65536 + counter
using Epoch = Strong<struct EpochTag, std::uint64_t>;
using Term = Strong<struct TermTag, std::uint64_t>;  // of the decider lease, within one deployment

// The two halves of the product; an odd epoch names kPrimary, an even one kRedundant.
enum class Deployment { kPrimary, kRedundant };

constexpr Deployment active_deployment(Epoch epoch) {
  return epoch.value() % 2 == 1 ? Deployment::kPrimary : Deployment::kRedundant;
}

}  // namespace holdfast::protocol
