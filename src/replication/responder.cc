#include "replication/responder.h"

#include <algorithm>
#include <utility>

#include "base/plant.h"
#include "protocol/content.h"

namespace holdfast::replication {

using journal::Page;
using protocol::Entry;
using protocol::Origin;
using protocol::PeerRun;
using protocol::Seq;
namespace from_peer = protocol::from_peer;

namespace {

// Well under the limit of 1 MiB: between two of these a beat or an operator's ask gets its turn.
constexpr std::size_t kFrameBytes = 256u << 10;
constexpr std::size_t kEntryBytes =
    320;  // of an entry's frame that are neither head nor body, at most

// At most: every byte of a text may need an escape, and quotes are common.
std::size_t escaped_size(const std::string& text) {
  std::size_t size = text.size();
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      ++size;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      size += 5;
    }
  }
  return size;
}

std::size_t size_in_frame(const Entry& entry) {
  const auto& body = entry.content->body_bytes;
  return kEntryBytes + escaped_size(entry.content->head_bytes) + (body ? escaped_size(*body) : 4);
}

// As its author wrote it. The planted bug writes what this version knows of it.
std::string head_of(const protocol::Content& content) {
  if (!planted(Plant::kUnknownFieldLost) || !content.body_bytes) return content.head_bytes;
  const protocol::Head& head = content.head;
  return protocol::compose(
             {head.site, head.chat, head.author, head.id, head.kind, head.audience, head.after},
             *content.body_bytes)
      ->head_bytes;
}

bool continues(const PeerRun& run, const Entry& entry) {
  return run.a.value() + run.e.size() == entry.seq.value();
}

}  // namespace

std::vector<std::string> frames_of(std::uint64_t n, const Origin& origin, const Page& page) {
  std::vector<std::string> frames;
  from_peer::Entries frame;
  frame.n = n;
  frame.o = origin;
  std::size_t size = 0;
  for (const auto& [arrival, entry] : page.entries) {
    const std::size_t more = size_in_frame(entry);
    if (size > 0 && size + more > kFrameBytes) {
      frames.push_back(from_peer::encode(frame));
      frame.runs.clear();
      size = 0;
    }
    size += more;
    if (frame.runs.empty() || !continues(frame.runs.back(), entry)) {
      frame.runs.push_back({entry.seq, entry.before, {}});
    }
    frame.runs.back().e.push_back(
        {entry.acceptance, head_of(*entry.content), entry.content->body_bytes});
  }
  frame.done = true;
  frame.more = page.more;
  frames.push_back(from_peer::encode(frame));
  return frames;
}

bool Responder::asked(const from_peer::Pull& pull, PullId id, ConnectionId connection,
                      Actions& actions) {
  const auto waiting =
      std::ranges::count_if(asked_, [](const auto& one) { return !one.second.gone; });
  if (static_cast<std::size_t>(waiting) >= kAskedMax) return false;
  const std::size_t bytes = std::clamp<std::size_t>(pull.max, 1, bytes_max_);
  asked_.emplace(id, Asked{pull.n, pull.o, connection});
  actions.reading.push_back({id, {pull.o, pull.a, pull.b, pull.live, bytes}});
  return true;
}

void Responder::answer(PullId id, const Result<Page>& page, Actions& actions) {
  const Asked asked = std::move(asked_.extract(id).mapped());
  // Who hears that this is all does not ask for the rest for a minute; who hears nothing asks again
  // soon.
  if (asked.gone || !page) return;
  ++counters_.pulls_answered;
  counters_.entries_sent += static_cast<std::int64_t>(page->entries.size());
  for (std::string& frame : frames_of(asked.n, asked.origin, *page)) {
    actions.outgoing.push_back({asked.connection, std::move(frame)});
  }
}

void Responder::disconnected() {
  for (auto& [id, asked] : asked_) asked.gone = true;
}

}  // namespace holdfast::replication
