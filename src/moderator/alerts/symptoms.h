// What is not as it should be, as the moderator sees it now. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "moderator/moderator.h"

namespace holdfast::alerts {

// One thing that is wrong. `name` is the same as long as it lasts: "primary.down".
struct Symptom {
  std::string name;
  std::string text;  // a sentence for a person
  Ms patience{0};    // it must last as long before anybody is told
};

// When something is worth a message. Every default with its reason.
struct Thresholds {
  std::uint64_t lag_entries = 1'000;   // not yet in both: minutes of a busy site
  Ms lag_for{60'000};                  // a deployment that comes back catches up in that time
  Ms clock_skew{1'000};                // a node stops accepting at a few seconds; warn well before
  Ms versions_differ_for{86'400'000};  // an upgrade of one after the other takes hours, not days
  std::int64_t certificate_days = 14;  // as the log and `holdfast status` warn
};

// What the moderator knows beside its core.
struct OwnState {
  std::optional<WallMs> certificate_expires;  // of its own server
  std::string record_failing;                 // why the record is not durable, or ""
  bool store_failing = false;                 // the last verdict or order could not be stored
  // Of synthetic messages since it began, for an hour after the last such: those that both
  // deployments had promised to hold and neither knows; those that nobody had said.
  std::uint64_t messages_lost = 0;
  std::uint64_t messages_unsaid = 0;
  // How far the deployments' clocks were from ours when they answered: primary, redundant.
  std::array<std::optional<Ms>, 2> clocks_off;
};

std::vector<Symptom> symptoms_of(const moderator::Status& status, const OwnState& own,
                                 const Thresholds& thresholds, WallMs now);

}  // namespace holdfast::alerts
