// The protocol's names, as every room of the node uses them.
#pragma once

#include "journal/journal.h"
#include "protocol/codes.h"
#include "protocol/event.h"
#include "protocol/frames.gen.h"
#include "protocol/ids.h"

namespace holdfast::node {

using journal::Arrival;
using journal::ChatKey;
using protocol::Acceptance;
using protocol::Audience;
using protocol::Author;
using protocol::ChainHash;
using protocol::ChatId;
using protocol::Code;
using protocol::ContentPtr;
using protocol::Deployment;
using protocol::Digest;
using protocol::Entry;
using protocol::Epoch;
using protocol::Event;
using protocol::EventId;
using protocol::Mac;
using protocol::Origin;
using protocol::Parsed;
using protocol::refuse;
using protocol::Seq;
using protocol::SiteId;
using protocol::Term;
using protocol::WireError;

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;
namespace from_peer = protocol::from_peer;

// When to come back, for whoever is turned away now but will be welcome again.
inline constexpr std::uint64_t kComeBackMs = 1'000;

}  // namespace holdfast::node
