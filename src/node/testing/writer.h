// Makes what clients and administrators make: real content, byte for byte. For tests and for the
// simulator.
//
// A Writer is one author on one site with a clock and randomness of its own. It remembers nothing
// of what it wrote; what an event comes after is the caller's to say.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "protocol/content.h"
#include "protocol/event.h"

namespace holdfast::node::testing {

class Writer {
 public:
  Writer(protocol::SiteId site, protocol::Author author, Clock& clock, Random& random)
      : site_(std::move(site)), author_(std::move(author)), clock_(clock), random_(random) {}

  const protocol::Author& author() const { return author_; }
  const protocol::SiteId& site() const { return site_; }

  // The opening event of a new chat; its head names the chat.
  protocol::ContentPtr open(std::string_view name = "Vera");
  protocol::ContentPtr message(const protocol::ChatId& chat, std::string_view text,
                               std::vector<protocol::Digest> after = {});
  protocol::ContentPtr note(const protocol::ChatId& chat, std::string_view text,
                            std::vector<protocol::Digest> after = {});
  // A settings write: `value` is JSON.
  protocol::ContentPtr set(std::string_view entity, std::string_view field, std::string_view value,
                           std::vector<protocol::Digest> replaces = {}, bool revoke = false);
  // Two messages, "yes" and "no", under one id: what nobody honest writes.
  std::pair<protocol::ContentPtr, protocol::ContentPtr> two_under_one_id(
      const protocol::ChatId& chat);
  // Anything: a draft that the caller has bent.
  protocol::Draft draft(std::string kind, const protocol::ChatId& chat,
                        protocol::Audience audience);
  protocol::ContentPtr write(const protocol::Draft& draft, std::string body);

  std::string new_id();
  std::string new_nonce();

 private:
  protocol::SiteId site_;
  protocol::Author author_;
  Clock& clock_;
  Random& random_;
};

}  // namespace holdfast::node::testing
