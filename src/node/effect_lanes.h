// Who is tried when: a queue for each receiver, and how many may be under way in each.
//
// A lane is a host that webhooks are posted to, or mail. In a lane that fails one attempt at a time
// finds out whether it still does; the others wait. Lanes take turns, so that none starves another.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "chat/effects.h"
#include "node/turn.h"

namespace holdfast::node {

using LaneName = Strong<struct LaneNameTag, std::string>;

class EffectLanes {
 public:
  // The host of a URL as people write it; the whole text when it has none.
  static LaneName of_url(std::string_view url);
  static LaneName of_mail() { return LaneName("mail"); }

  void put(const LaneName& lane, const chat::EffectKey& key, MonoMs due);
  void take_out(const LaneName& lane, const chat::EffectKey& key, MonoMs due);
  // The next that is due in a lane with room, taken out; it counts as under way until ended().
  std::optional<chat::EffectKey> next(MonoMs now);
  // `ok`: how it went, when that says something about the receiver.
  void ended(const LaneName& lane, std::optional<bool> ok);

 private:
  struct Lane {
    std::set<std::pair<MonoMs, chat::EffectKey>> queue;
    std::size_t under_way = 0;
    bool fails = false;
  };
  void drop_if_idle(std::map<LaneName, Lane>::iterator lane);

  std::map<LaneName, Lane> lanes_;
  std::size_t under_way_ = 0;
  LaneName last_;  // whose turn it was
};

}  // namespace holdfast::node
