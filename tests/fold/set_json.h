// A set of events and what C++ makes of it, as one line of JSON that another language can read and
// answer by itself:
//
//   {"events":[{"head":…,"body":…,"acc":[…]}…],
//    "expect":{"order":[digest…],"places":[16 hex…],"digest_chat":…,"digest_operators":…,
//              "route":{"state":…,"operator":…,"winner":…,"unreplaced":[…]},"frontier_chat":[…],"frontier_operators":[…]}}
//
// `order` is the transcript, `places` the order part of each place; what has no natural order is
// sorted as text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "protocol/event.h"

namespace holdfast::fold {

// With a `name` the line begins with {"name":…}.
std::string set_json(std::span<const protocol::Event> events, std::string_view name = {});

}  // namespace holdfast::fold
