#include "moderator/audit.h"

#include <algorithm>

#include "moderator/sides.h"

namespace holdfast::moderator {
namespace {

using protocol::Deployment;
using protocol::Digest;

constexpr std::size_t kQuestionsMax = 40;  // their answers fit into the welcome of any node
constexpr std::size_t kOpenMax = 400;
constexpr Ms kAskedAfter{10'000};  // what was said a moment ago is no proof
constexpr Ms kLetGoAfter{1'800'000};
constexpr Ms kBothDenyWithin{120'000};
constexpr Ms kDeniedAskedAgainAfter{20'000};

bool contains(const std::vector<Digest>& digests, const Digest& digest) {
  return std::ranges::find(digests, digest) != digests.end();
}

}  // namespace

void Audit::promised(Deployment at, Digest digest, MonoMs now) {
  if (open_.size() == kOpenMax) open_.erase(open_.begin());
  open_.push_back({digest, at, now, {}});
}

std::vector<Digest> Audit::questions(Deployment by, MonoMs now) {
  std::erase_if(open_, [&](const Promise& each) { return now - each.since >= kLetGoAfter; });
  std::vector<Digest> questions;
  for (const Promise& each : open_) {
    const auto& denied = each.denied[index_of(by)];
    if (now - each.since < kAskedAfter || (denied && now - *denied < kDeniedAskedAgainAfter))
      continue;
    questions.push_back(each.digest);
    if (questions.size() == kQuestionsMax) break;
  }
  return questions;
}

void Audit::answered(Deployment by, const std::vector<Digest>& asked,
                     const std::vector<Digest>& known, MonoMs now) {
  std::erase_if(open_, [&](Promise& each) {
    if (!contains(asked, each.digest)) return false;
    if (contains(known, each.digest)) {
      ++counts_.kept;
      return true;
    }
    each.denied[index_of(by)] = now;
    const auto& other = each.denied[index_of(protocol::other(by))];
    const bool lost = other && now - *other <= kBothDenyWithin;
    counts_.lost += lost;
    return lost;
  });
}

void Audit::chat_left(Deployment at) {
  std::erase_if(open_, [&](const Promise& each) { return each.at == at; });
}

}  // namespace holdfast::moderator
