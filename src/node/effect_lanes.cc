#include "node/effect_lanes.h"

#include <algorithm>

namespace holdfast::node {
namespace {

constexpr std::size_t kLaneAtOnce = 4;

}  // namespace

LaneName EffectLanes::of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
    host = host.substr(at + 1);
  if (const std::size_t colon = host.rfind(':');
      colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos)
    host = host.substr(0, colon);
  std::string name(host);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return LaneName("host " + name);
}

void EffectLanes::put(const LaneName& lane, const chat::EffectKey& key, MonoMs due) {
  lanes_[lane].queue.emplace(due, key);
}

void EffectLanes::take_out(const LaneName& lane, const chat::EffectKey& key, MonoMs due) {
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) return;
  found->second.queue.erase({due, key});
  drop_if_idle(found);
}

std::optional<chat::EffectKey> EffectLanes::next(MonoMs now) {
  if (under_way_ >= kPerformsAtOnce || lanes_.empty()) return std::nullopt;
  auto at = lanes_.upper_bound(last_);
  for (std::size_t looked = 0; looked < lanes_.size(); ++looked, ++at) {
    if (at == lanes_.end()) at = lanes_.begin();
    Lane& lane = at->second;
    const std::size_t room = lane.fails ? 1 : kLaneAtOnce;
    if (lane.under_way >= room || lane.queue.empty() || lane.queue.begin()->first > now) continue;
    const chat::EffectKey key = lane.queue.begin()->second;
    lane.queue.erase(lane.queue.begin());
    ++lane.under_way;
    ++under_way_;
    last_ = at->first;
    return key;
  }
  return std::nullopt;
}

void EffectLanes::ended(const LaneName& name, std::optional<bool> ok) {
  const auto found = lanes_.find(name);
  if (found == lanes_.end()) return;
  --found->second.under_way;
  --under_way_;
  if (ok) found->second.fails = !*ok;
  drop_if_idle(found);
}

void EffectLanes::drop_if_idle(std::map<LaneName, Lane>::iterator lane) {
  if (lane->second.queue.empty() && lane->second.under_way == 0) lanes_.erase(lane);
}

}  // namespace holdfast::node
