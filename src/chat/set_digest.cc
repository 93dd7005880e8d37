#include <algorithm>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "protocol/base64url32.h"

namespace holdfast::chat {
namespace {

using protocol::HashText;

bool text_less(const HashText& a, const HashText& b) {
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

  Sha256 hash;
  hash.update("holdfast:set:1\n");
  std::string text;
  std::vector<HashText> macs;
  for (const Line& line : lines) {
    macs.clear();
    for (const protocol::Acceptance& acceptance : line.event->acceptances)
      macs.emplace_back(acceptance.mac.value());
    std::ranges::sort(macs, text_less);
    text.assign(line.digest.view());
    char separator = ' ';
    for (const HashText& mac : macs) {
      text += separator;
      text += mac.view();
      separator = ',';
    }
    text += '\n';
    hash.update(text);
  }
  return hash.finish();
}

}  // namespace holdfast::chat
