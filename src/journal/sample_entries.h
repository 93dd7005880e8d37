// Entries for tests and benchmarks of journals: well-formed content, chains that verify. The hashes
// are written out from docs/protocol.md here, not taken from src/protocol, so that a mistake there
// does not vouch for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/journal.h"
#include "protocol/event.h"

namespace holdfast::journal {

struct SampleContent {
  std::string site = "shop";
  std::string chat = "first";  // any name, hashed into a chat id; "" for the chat ''
  std::string kind = "message";
  std::string text = "hello";
  std::uint64_t id = 1;
  bool erased = false;
};

ChatKey sample_chat(const std::string& site, const std::string& chat);
protocol::ContentPtr make_content(const SampleContent& sample);

// Makes the entries of one origin, one after the other.
class SampleOrigin {
 public:
  explicit SampleOrigin(const std::string& node, std::uint64_t incarnation = 1);

  protocol::Entry next(const protocol::ContentPtr& content);
  protocol::Entry next(const SampleContent& sample) { return next(make_content(sample)); }
  // A message with its own id, so that each call makes another event.
  protocol::Entry next_message(const std::string& chat, const std::string& text = "hello");
  // An entry that carries somebody else's acceptance, as given-back and re-entered ones do.
  protocol::Entry carry(const protocol::ContentPtr& content,
                        const protocol::Acceptance& acceptance);

  const protocol::Origin& name() const { return name_; }
  protocol::ChainHash h() const { return h_; }
  protocol::Seq last() const { return protocol::Seq(seq_); }

 private:
  protocol::Origin name_;
  std::uint64_t seq_ = 0;
  protocol::ChainHash h_;
};

}  // namespace holdfast::journal
