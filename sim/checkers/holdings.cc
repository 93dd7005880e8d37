#include "sim/checkers/holdings.h"

#include <fmt/format.h>

namespace holdfast::sim {
namespace {

std::string edge(const protocol::ChainHash& hash) {
  return hash.value().hex().substr(0, 4);
}

std::string text_of(const protocol::IntervalSet& set) {
  std::string text;
  for (const auto& one : set.intervals())
    text += fmt::format("{}{}~{}-{}~{}", text.empty() ? "" : " ", edge(one.before), one.first,
                        one.last, edge(one.after));
  return text.substr(0, 300);
}

}  // namespace

std::size_t lacking(const protocol::Holdings& ours, const protocol::Holdings& theirs,
                    std::string* first) {
  std::size_t count = 0;
  for (const auto& [origin, set] : theirs) {
    const auto held = ours.find(origin);
    const protocol::IntervalSet here = held == ours.end() ? protocol::IntervalSet() : held->second;
    for (const auto& gap : here.missing_from(set)) {
      if (count == 0 && first != nullptr)
        *first = fmt::format("{} {}-{}, here {} there {}", origin, gap.first, gap.last,
                             text_of(here), text_of(set));
      count += gap.last.value() - gap.first.value() + 1;
    }
  }
  return count;
}

}  // namespace holdfast::sim
