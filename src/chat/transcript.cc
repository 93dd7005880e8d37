// The fold that turns a set of events into a transcript.
//
// Why not by time: two deployments that are cut off take a question and its answer with clocks that
// disagree, and the answer would stand above the question. Why not by arrival: two holders of one
// set saw different arrivals. So an event's place is its time, raised above the place of everything
// that its author saw when writing it (`after`); whoever holds the same set computes the same
// places, and a reply never precedes what it answers.
#include <algorithm>
#include <limits>

#include "base/plant.h"
#include "chat/after_graph.h"
#include "chat/chat.h"
#include "chat/text_order.h"

namespace holdfast::chat {
namespace {

// Events that nobody accepted stand behind all others.
constexpr std::uint64_t kUnaccepted = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kLastPlace = kUnaccepted - 1;

std::uint64_t own_order(const protocol::Event& event) {
  const auto first = std::ranges::min_element(event.acceptances, {}, &protocol::Acceptance::hlc);
  return first == event.acceptances.end() ? kUnaccepted : std::min(first->hlc.value(), kLastPlace);
}

// Raises each event above what it comes after, depth first, with a stack of its own: a chat of
// 100,000 replies is a path as long.
class Raise {
 public:
  Raise(std::span<const protocol::Event> events, const AfterGraph& graph)
      : graph_(graph), next_(events.size(), 0), state_(events.size(), State::kNew) {
    order_.reserve(events.size());
    for (const protocol::Event& event : events) order_.push_back(own_order(event));
  }

  std::vector<std::uint64_t> run() && {
    if (planted(Plant::kOrderByWallClock)) return std::move(order_);
    for (std::size_t i = 0; i < order_.size(); ++i) visit(i);
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kDone };

  void visit(std::size_t root) {
    if (state_[root] != State::kNew || order_[root] == kUnaccepted) return;
    push(root);
    while (!stack_.empty()) {
      const std::size_t top = stack_.back();
      const auto before = graph_.before(top);
      if (next_[top] == before.size()) {
        state_[top] = State::kDone;
        stack_.pop_back();
        continue;
      }
      const std::size_t named = before[next_[top]];
      if (state_[named] == State::kNew) {
        push(named);
        continue;
      }
      // An open one would be a cycle, which hashes rule out; it must not hang us all the same.
      if (state_[named] == State::kDone)
        order_[top] = std::min(std::max(order_[top], order_[named] + 1), kLastPlace);
      ++next_[top];
    }
  }

  void push(std::size_t i) {
    state_[i] = State::kOpen;
    stack_.push_back(i);
  }

  const AfterGraph& graph_;
  std::vector<std::uint64_t> order_;
  std::vector<std::size_t> next_;  // how many of the events before it are counted in
  std::vector<State> state_;
  std::vector<std::size_t> stack_;
};

}  // namespace

std::strong_ordering operator<=>(const Place& a, const Place& b) {
  if (const auto order = a.order <=> b.order; order != 0) return order;
  if (const auto id = a.id <=> b.id; id != 0) return id;
  return text_order(a.digest.value(), b.digest.value());
}

std::vector<Placed> fold_transcript(std::span<const protocol::Event> events) {
  const AfterGraph graph(events);
  const std::vector<std::uint64_t> orders = Raise(events, graph).run();
  std::vector<Placed> transcript;
  transcript.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const protocol::Content& content = *events[i].content;
    transcript.push_back({{orders[i], content.head.id, content.digest}, &events[i]});
  }
  std::ranges::sort(transcript, {}, &Placed::place);
  return transcript;
}

std::vector<protocol::Digest> frontier(std::span<const protocol::Event> events,
                                       protocol::Audience audience) {
  const auto visible = [audience](const protocol::Event& event) {
    return event.content->head.audience <= audience;
  };
  std::vector<protocol::Digest> named;
  for (const protocol::Event& event : events) {
    if (visible(event))
      named.insert(named.end(), event.content->head.after.begin(), event.content->head.after.end());
  }
  std::ranges::sort(named);
  std::vector<protocol::Digest> ends;
  for (const Placed& placed : fold_transcript(events)) {
    if (visible(*placed.event) && !std::ranges::binary_search(named, placed.place.digest))
      ends.push_back(placed.place.digest);
  }
  if (ends.size() > kFrontierMax) ends.erase(ends.begin(), ends.end() - kFrontierMax);
  return ends;
}

std::set<protocol::Digest> past_of(std::span<const protocol::Event> events,
                                   std::span<const protocol::Digest> of) {
  const AfterGraph graph(events);
  std::vector<bool> seen(events.size(), false);
  std::vector<std::size_t> open;
  const auto reach = [&](std::size_t i) {
    if (seen[i]) return;
    seen[i] = true;
    open.push_back(i);
  };
  for (const protocol::Digest& digest : of) {
    if (const auto i = graph.find(digest)) reach(*i);
  }
  std::set<protocol::Digest> past;
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    past.insert(events[i].content->digest);
    for (const std::uint32_t named : graph.before(i)) reach(named);
  }
  return past;
}

}  // namespace holdfast::chat
