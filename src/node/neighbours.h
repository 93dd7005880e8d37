// The other nodes of this deployment, over the bus and the shared journal.
//
// A node that committed rings the doorbell; whoever hears it reads what arrived since it last
// looked, and applies it like anything else that became durable. Doorbells may be lost, so a node
// that shares its journal also looks from time to time.
//
//   topic      payload
//   journal    the last arrival, decimal
//   verdict    a signed verdict (protocol.md §8)
//   linked     origin of the sender, whose link to the peer deployment is alive
//   presence   origin of the sender \n from_peer::Presence
//   signal     site \n from_node::Signal
//   ask        origin of the sender \n from_peer::Ask, for the lease holder
//   answer     origin of the receiver \n from_peer::Decided or Pending
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "node/turn.h"

namespace holdfast::node {

class Neighbours {
 public:
  explicit Neighbours(Turn& turn) : turn_(turn) {}

  // Everything up to `last` is known; from now on this room follows.
  void start(Arrival last);
  // Our own entries are durable up to `last`.
  void ring(Arrival last);
  // Somebody else's are.
  void rung(std::string_view payload);
  void tick();

  // Once a second: the newest verdict, for a node that has just begun and knows an older one.
  void tell_verdict(const std::optional<protocol::SignedVerdict>& verdict);
  // Tells the others that our link to the peer is alive; hears the same of them.
  void tell_linked();
  void linked() { linked_at_ = turn_.mono(); }
  bool another_is_linked() const;

  bool is_ours(ReadId read) const { return reading_ == read; }
  // Entries of the others, in the order of their arrival.
  std::vector<journal::StoredEntry> read_done(journal::Page page);

 private:
  void look();

  Turn& turn_;
  bool started_ = false;
  bool look_again_ = false;
  Arrival seen_{};
  std::optional<ReadId> reading_;
  MonoMs next_look_{};
  MonoMs next_verdict_{};
  MonoMs next_linked_{};
  std::optional<MonoMs> linked_at_;
};

// "first line", "the rest".
std::optional<std::pair<std::string_view, std::string_view>> split_payload(
    std::string_view payload);

}  // namespace holdfast::node
