#include "node/neighbours.h"

#include <charconv>

namespace holdfast::node {
namespace {

constexpr std::size_t kPageBytes = 1 << 20;
constexpr Ms kLookEvery{1'000};
constexpr Ms kLinkedEvery{1'000};
constexpr Ms kVerdictEvery{1'000};

}  // namespace

void Neighbours::start(Arrival last) {
  seen_ = last;
  started_ = true;
}

void Neighbours::ring(Arrival last) {
  if (turn_.config.shared_journal) turn_.emit(Publish{"journal", std::to_string(last.value())});
}

void Neighbours::rung(std::string_view payload) {
  std::uint64_t arrival = 0;
  const auto [end, error] =
      std::from_chars(payload.data(), payload.data() + payload.size(), arrival);
  if (error != std::errc() || end != payload.data() + payload.size())
    return turn_.counters.add(Count::kBusBad);
  if (Arrival(arrival) > seen_) look();
}

void Neighbours::tick() {
  if (turn_.config.shared_journal && turn_.mono() >= next_look_) look();
}

void Neighbours::look() {
  if (!started_) return;
  if (reading_) {
    look_again_ = true;
    return;
  }
  next_look_ = turn_.mono() + kLookEvery;
  reading_ = turn_.read(ReadArrivals{seen_, kPageBytes});
}

void Neighbours::tell_verdict(const std::optional<protocol::SignedVerdict>& verdict) {
  if (!turn_.config.shared_journal || !verdict || turn_.mono() < next_verdict_) return;
  next_verdict_ = turn_.mono() + kVerdictEvery;
  turn_.emit(Publish{"verdict", protocol::encode(*verdict)});
}

void Neighbours::tell_linked() {
  if (!turn_.config.shared_journal || turn_.mono() < next_linked_) return;
  next_linked_ = turn_.mono() + kLinkedEvery;
  turn_.emit(Publish{"linked", turn_.origin.value()});
}

bool Neighbours::another_is_linked() const {
  return linked_at_ && turn_.mono() - *linked_at_ < 3 * kLinkedEvery;
}

std::vector<journal::StoredEntry> Neighbours::read_done(journal::Page page) {
  reading_.reset();
  if (!page.entries.empty()) seen_ = page.entries.back().arrival;
  if (page.more || std::exchange(look_again_, false)) look();
  std::erase_if(page.entries,
                [this](const auto& stored) { return stored.entry.origin == turn_.origin; });
  return std::move(page.entries);
}

std::optional<std::pair<std::string_view, std::string_view>> split_payload(
    std::string_view payload) {
  const std::size_t line = payload.find('\n');
  if (line == std::string_view::npos) return std::nullopt;
  return std::pair{payload.substr(0, line), payload.substr(line + 1)};
}

}  // namespace holdfast::node
