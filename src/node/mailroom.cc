#include "node/mailroom.h"

#include <utility>
#include <variant>

namespace holdfast::node {

Mailroom::Mailroom(Turn& turn, Decider& decider, Attendance& attendance, Signals& signals,
                   Neighbours& neighbours, HearVerdict hear_verdict)
    : turn_(turn),
      decider_(decider),
      attendance_(attendance),
      signals_(signals),
      neighbours_(neighbours),
      hear_verdict_(std::move(hear_verdict)) {}

void Mailroom::peer_says(const replication::Control& control) {
  const auto frame = protocol::parse_peer_frame(control.text);
  if (!frame) return;
  hear_answer(*frame);
  if (const auto* const ask = std::get_if<from_peer::Ask>(&*frame)) decider_.peer_asks(*ask);
  if (const auto* const report = std::get_if<from_peer::Presence>(&*frame))
    attendance_.peer_reports(*report);
  if (const auto* const verdict = std::get_if<from_peer::Verdict>(&*frame)) {
    if (const auto heard = hear_verdict_(verdict->verdict); !heard)
      turn_.counters.told(heard.error().code);
  }
}

void Mailroom::hear_answer(const from_peer::Frame& frame) {
  if (const auto* const answer = std::get_if<from_peer::Decided>(&frame)) decider_.decided(*answer);
  if (const auto* const answer = std::get_if<from_peer::Pending>(&frame)) decider_.pending(*answer);
}

void Mailroom::bus_says(const BusMessage& message) {
  if (!take(message)) turn_.counters.add(Count::kBusBad);
}

bool Mailroom::take(const BusMessage& message) {
  if (message.topic == "journal") {
    neighbours_.rung(message.payload);
    return true;
  }
  if (message.topic == "linked") {
    neighbours_.linked();
    return true;
  }
  if (message.topic == "verdict") return take_verdict(message.payload);
  const auto parts = split_payload(message.payload);
  if (!parts) return false;
  const auto [first, rest] = *parts;
  if (message.topic == "signal") return take_signal(SiteId(std::string(first)), rest);
  if (message.topic != "answer") return take_from_neighbour(Origin{std::string(first)}, rest);
  return first != turn_.origin.value() || take_answer(rest);
}

bool Mailroom::take_verdict(std::string_view text) {
  const auto verdict = protocol::parse_signed_verdict(text);
  return verdict && hear_verdict_(*verdict);
}

bool Mailroom::take_signal(const SiteId& site, std::string_view text) {
  const auto frame = protocol::parse_node_frame(text);
  const auto* const signal = frame ? std::get_if<from_node::Signal>(&*frame) : nullptr;
  if (signal != nullptr) signals_.from_neighbour(site, *signal);
  return signal != nullptr;
}

bool Mailroom::take_from_neighbour(const Origin& node, std::string_view text) {
  const auto frame = protocol::parse_peer_frame(text);
  if (!frame) return false;
  const auto* const ask = std::get_if<from_peer::Ask>(&*frame);
  const auto* const report = std::get_if<from_peer::Presence>(&*frame);
  if (ask != nullptr) decider_.neighbour_asks(node, *ask);
  if (report != nullptr) attendance_.neighbour_reports(node, *report);
  return ask != nullptr || report != nullptr;
}

bool Mailroom::take_answer(std::string_view text) {
  const auto frame = protocol::parse_peer_frame(text);
  if (frame) hear_answer(*frame);
  return frame.has_value();
}

}  // namespace holdfast::node
