#include <algorithm>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "protocol/base64url32.h"

namespace holdfast::chat {
namespace {

using protocol::HashText;

bool text_less(const HashText& a, const HashText& b) {
  // Most pairs differ at once: that saves the call.
  if (a.chars[0] != b.chars[0]) return a.chars[0] < b.chars[0];
  return a.view() < b.view();
}

struct Line {
  HashText digest;
  const protocol::Event* event;
};

}  // namespace

Hash32 set_digest(std::span<const protocol::Event> events, protocol::Audience up_to) {
  std::vector<Line> lines;
  lines.reserve(events.size());
  for (const protocol::Event& event : events) {
    if (event.acceptances.empty() || event.content->head.audience > up_to) continue;
    lines.push_back({HashText(event.content->digest.value()), &event});
  }
  std::ranges::sort(lines, text_less, &Line::digest);

  std::string text = "holdfast:set:1\n";
  // A line has a digest and, mostly, the MACs of two deployments.
  text.reserve(text.size() + lines.size() * 3 * (protocol::kHashTextSize + 1));
  std::vector<HashText> macs;
  for (const Line& line : lines) {
    macs.clear();
    for (const protocol::Acceptance& acceptance : line.event->acceptances)
      macs.emplace_back(acceptance.mac.value());
    std::ranges::sort(macs, text_less);
    text += line.digest.view();
    char separator = ' ';
    for (const HashText& mac : macs) {
      text += separator;
      text += mac.view();
      separator = ',';
    }
    text += '\n';
  }
  return sha256(text);
}

}  // namespace holdfast::chat
