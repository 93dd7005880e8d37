#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/chat.h"
#include "protocol/base64url32.h"

namespace holdfast::chat {
namespace {

constexpr std::string_view kHead = "holdfast:set:1\n";

struct Line {
  std::uint64_t first;  // eight characters of the digest as text, which decide nearly always
  const protocol::Event* event;
};

// Base64url does not order as the bytes do.
std::uint64_t first_characters(const Hash32& hash) {
  return boost::endian::load_big_u64(
      reinterpret_cast<const unsigned char*>(protocol::HashText(hash).chars));
}

bool text_less(const Hash32& a, const Hash32& b) {
  return protocol::HashText(a).view() < protocol::HashText(b).view();
}

bool line_less(const Line& a, const Line& b) {
  if (a.first != b.first) return a.first < b.first;
  return text_less(a.event->content->digest.value(), b.event->content->digest.value());
}

// Appends to what has room for it.
class Text {
 public:
  explicit Text(char* at) : at_(at) {}

  void hash(const Hash32& hash) {
    protocol::encode_base64url32(hash, at_);
    at_ += protocol::kHashTextSize;
  }
  void character(char c) { *at_++ = c; }
  const char* end() const { return at_; }

 private:
  char* at_;
};

}  // namespace

Hash32 set_digest(std::span<const protocol::Event> events, protocol::Audience up_to) {
  std::vector<Line> lines;
  lines.reserve(events.size());
  std::size_t hashes = 0;
  for (const protocol::Event& event : events) {
    if (event.acceptances.empty() || event.content->head.audience > up_to) continue;
    lines.push_back({first_characters(event.content->digest.value()), &event});
    hashes += 1 + event.acceptances.size();
  }
  std::ranges::sort(lines, line_less);

  // Behind each hash stands one character.
  std::string buffer(kHead);
  buffer.resize_and_overwrite(
      kHead.size() + hashes * (protocol::kHashTextSize + 1), [&](char* begin, std::size_t) {
        Text text(begin + kHead.size());
        std::vector<const Hash32*> macs;
        for (const Line& line : lines) {
          macs.clear();
          for (const protocol::Acceptance& acceptance : line.event->acceptances)
            macs.push_back(&acceptance.mac.value());
          std::ranges::sort(macs, text_less,
                            [](const Hash32* mac) -> const Hash32& { return *mac; });
          text.hash(line.event->content->digest.value());
          char separator = ' ';
          for (const Hash32* mac : macs) {
            text.character(std::exchange(separator, ','));
            text.hash(*mac);
          }
          text.character('\n');
        }
        return static_cast<std::size_t>(text.end() - begin);
      });
  return sha256(buffer);
}

}  // namespace holdfast::chat
