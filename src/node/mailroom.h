// What the peer and the other nodes of this deployment say besides entries: read, and brought to
// the room that it is for. Who writes it: docs/protocol.md §9 and neighbours.h (topics).
#pragma once

#include <functional>
#include <string_view>

#include "node/attendance.h"
#include "node/decider.h"
#include "node/neighbours.h"
#include "node/signals.h"

namespace holdfast::node {

class Mailroom {
 public:
  // True: it was news. An error says what is wrong with it.
  using HearVerdict = std::function<Parsed<bool>(const protocol::SignedVerdict&)>;

  Mailroom(Turn& turn, Decider& decider, Attendance& attendance, Signals& signals,
           Neighbours& neighbours, HearVerdict hear_verdict);

  void peer_says(const replication::Control& control);
  // What makes no sense is counted.
  void bus_says(const BusMessage& message);

 private:
  // Each is false where it makes no sense.
  bool take(const BusMessage& message);
  bool take_verdict(std::string_view text);
  bool take_signal(const SiteId& site, std::string_view text);
  bool take_from_neighbour(const Origin& node, std::string_view text);
  bool take_answer(std::string_view text);
  // To what was asked there; anything else is not for here.
  void hear_answer(const from_peer::Frame& frame);

  Turn& turn_;
  Decider& decider_;
  Attendance& attendance_;
  Signals& signals_;
  Neighbours& neighbours_;
  const HearVerdict hear_verdict_;
};

}  // namespace holdfast::node
