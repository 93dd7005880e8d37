#include "replication/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/crypto.h"

namespace holdfast::replication {

using journal::ChatKey;
using protocol::Entry;
using protocol::Gap;
using protocol::Holdings;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;

namespace {

constexpr std::size_t kPageBytes = 1u << 20;
constexpr std::size_t kGapsTold = 5;

void add_to(Mark& mark, const Holdings& holdings) {
  for (const auto& [origin, set] : holdings) {
    for (const Interval& interval : set.intervals())
      mark[origin].add({interval.first, interval.last});
  }
}

std::vector<Gap> gaps_of(const IntervalSet& set) {
  std::vector<Gap> gaps;
  for (const Interval& interval : set.intervals()) gaps.push_back({interval.first, interval.last});
  return gaps;
}

const IntervalSet& set_of(const Holdings& holdings, const Origin& origin) {
  static const IntervalSet kNothing;
  const auto found = holdings.find(origin);
  return found == holdings.end() ? kNothing : found->second;
}

std::string words_of(const std::vector<Gap>& gaps) {
  std::string words;
  for (std::size_t i = 0; i < std::min(gaps.size(), kGapsTold); ++i) {
    const auto [first, last] = gaps[i];
    words += i == 0 ? "" : ", ";
    words += first == last ? fmt::format("{}", first) : fmt::format("{}..{}", first, last);
  }
  if (gaps.size() > kGapsTold) words += fmt::format(" and {} more", gaps.size() - kGapsTold);
  return words;
}

std::string words_of(const ChatKey& key) {
  const std::string_view chat = key.chat.value();
  return chat.empty() ? fmt::format("settings of {}", key.site)
                      : fmt::format("chat {} of {}", chat, key.site);
}

void add_modulo(std::array<std::uint8_t, 32>& sum, const Hash32& hash) {
  unsigned carry = 0;
  for (std::size_t i = sum.size(); i-- > 0;) {
    carry += static_cast<unsigned>(sum[i]) + hash.bytes[i];
    sum[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

void compare_origins(const Mark& mark, const VerifyReport& a, const VerifyReport& b,
                     std::vector<Difference>& found) {
  for (const VerifyReport* report : {&a, &b}) {
    for (const auto& [origin, gaps] : lacking(report->holdings, mark)) {
      const auto count = count_of(gaps);
      found.push_back({Difference::Kind::kLacking,
                       fmt::format("{} lacks {} {} of {}: {}", report->name, count,
                                   count == 1 ? "entry" : "entries", origin, words_of(gaps))});
    }
  }
  for (const auto& [origin, numbers] : mark) {
    const auto seq = set_of(a.holdings, origin).contradiction(set_of(b.holdings, origin));
    if (!seq) continue;
    found.push_back(
        {Difference::Kind::kFork, fmt::format("{} and {} hold different entries of {} up to {}",
                                              a.name, b.name, origin, *seq)});
  }
}

void compare_chats(const VerifyReport& a, const VerifyReport& b, std::vector<Difference>& found) {
  std::set<ChatKey> keys;
  for (const auto& [key, sum] : a.chats) keys.insert(key);
  for (const auto& [key, sum] : b.chats) keys.insert(key);
  const auto sum_in = [](const ChatSums& sums, const ChatKey& key) {
    const auto sum = sums.find(key);
    return sum == sums.end() ? ChatSum() : sum->second;
  };
  for (const ChatKey& key : keys) {
    const ChatSum here = sum_in(a.chats, key), there = sum_in(b.chats, key);
    if (here == there) continue;
    const std::string counts = here.entries == there.entries
                                   ? fmt::format("{} entries at both, not the same", here.entries)
                                   : fmt::format("{} entries at {}, {} at {}", here.entries, a.name,
                                                 there.entries, b.name);
    found.push_back({Difference::Kind::kChat, fmt::format("{}: {}", words_of(key), counts)});
  }
}

}  // namespace

Mark mark_of(const Holdings& a, const Holdings& b) {
  Mark mark;
  add_to(mark, a);
  add_to(mark, b);
  return mark;
}

std::map<Origin, std::vector<Gap>> lacking(const Holdings& holdings, const Mark& mark) {
  std::map<Origin, std::vector<Gap>> lacking;
  for (const auto& [origin, numbers] : mark) {
    SeqRanges held;
    for (const Gap& gap : gaps_of(set_of(holdings, origin))) held.add(gap);
    auto gaps = held.cut_from(numbers.ranges());
    if (!gaps.empty()) lacking.emplace(origin, std::move(gaps));
  }
  return lacking;
}

void ChatSummer::add(const Entry& entry) {
  const auto marked = mark_.find(entry.origin);
  if (marked == mark_.end() || !marked->second.contains(entry.seq)) return;
  const protocol::Content& content = *entry.content;
  const std::string line =
      fmt::format("holdfast:verify:1\n{}\n{}\n{}\n{}\n{}", entry.origin, entry.seq,
                  content.digest.value().base64url(), entry.acceptance.mac.value().base64url(),
                  content.body_bytes ? "body" : "erased");
  ChatSum& sum = sums_[{content.head.site, content.head.chat}];
  ++sum.entries;
  add_modulo(sum.sum, sha256(std::string_view(line)));
}

Result<void> sum_journal(journal::Journal& journal, ChatSummer& summer) {
  journal::Arrival at;
  bool more = true;
  while (more) {
    HF_TRY(page, journal.read_arrivals(at, kPageBytes));
    for (const auto& [arrival, entry] : page.entries) {
      summer.add(entry);
      at = arrival;
    }
    more = page.more && !page.entries.empty();
  }
  return {};
}

std::vector<Difference> compare(const Mark& mark, const VerifyReport& a, const VerifyReport& b) {
  std::vector<Difference> found;
  if (a.build != b.build) {
    found.push_back({Difference::Kind::kBuild,
                     fmt::format("{} runs {}, {} runs {}", a.name, a.build, b.name, b.build)});
  }
  if (a.config_digest != b.config_digest) {
    found.push_back(
        {Difference::Kind::kConfig, fmt::format("{} and {} are configured differently: {} and {}",
                                                a.name, b.name, a.config_digest, b.config_digest)});
  }
  compare_origins(mark, a, b, found);
  compare_chats(a, b, found);
  std::ranges::stable_sort(found, {}, &Difference::kind);
  return found;
}

bool same(const std::vector<Difference>& differences) {
  return std::ranges::all_of(differences, &Difference::is_notice);
}

}  // namespace holdfast::replication
