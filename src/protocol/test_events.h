// Events for tests, here and in the folders above: short to write, valid, and the same on every
// run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/content.h"
#include "protocol/event.h"
#include "protocol/hashes.h"
#include "protocol/keys.h"

namespace holdfast::protocol::testing {

inline SecretKey test_key(std::string id, std::uint8_t byte, KeyState state = KeyState::kActive) {
  SecretKey key{KeyId(std::move(id)), state, {}};
  key.bytes.fill(byte);
  return key;
}

// ULIDs that count.
inline std::string test_ulid(unsigned n) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text = "01M3XJ00000000000000000000";
  for (std::size_t at = text.size(); n != 0; n /= 32) text[--at] = kDigits[n % 32];
  return text;
}

inline std::string test_nonce(unsigned n) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  return nonce_text(bytes);
}

inline const SiteId kTestSite{"shop"};
inline const Author kTestOperator{"o:ann"};
inline const Origin kTestPrimary{"primary/n1/01M3XJ0000000000000000000P"};
inline const Origin kTestRedundant{"redundant/n1/01M3XJ0000000000000000000R"};
inline Author test_visitor() {
  return visitor_of(kTestSite, "c2VjcmV0IG9mIGEgdmlzaXRvciwgMzIgYnl0ZXMhISE");
}
inline ChatId test_chat() {
  return chat_id(kTestSite, test_visitor(), EventId(test_ulid(0)));
}

inline ContentPtr test_opening() {
  return compose(
      {kTestSite, ChatId(), test_visitor(), EventId(test_ulid(0)), "open", Audience::kChat, {}},
      "{\"nonce\":\"" + test_nonce(0) + "\",\"name\":\"Vera\"}");
}

// `n` makes id and nonce.
inline ContentPtr test_message(unsigned n, const Author& author, std::vector<Digest> after = {},
                               std::string_view text = "hello") {
  return compose({kTestSite, test_chat(), author, EventId(test_ulid(n)), "message", Audience::kChat,
                  std::move(after)},
                 text_body(test_nonce(n), text));
}

inline Acceptance test_acceptance(const ContentPtr& content, const Origin& origin,
                                  std::uint64_t seq, std::uint64_t hlc) {
  const SecretKey key = test_key("c1", 1);
  return accept({&key, 1}, content->digest, origin, Seq(seq), Hlc(hlc));
}

// Accepted by Primary at that hlc.
inline Event test_event(const ContentPtr& content, std::uint64_t hlc) {
  return {content, {test_acceptance(content, kTestPrimary, hlc + 1, hlc)}};
}

}  // namespace holdfast::protocol::testing
