// Incidents as sentences for people. Nothing is promised that the record does not show: "nobody
// could notice" is said only of a standby that failed while the other one carried chats throughout.
#pragma once

#include <string>

#include "moderator/record/summary.h"

namespace holdfast::record {

// "3 min 12 s: Primary did not carry chats; Redundant took over after 0.9 s; ...". `now` is for
// what goes on. Plain text without a name of a person.
std::string in_words(const Incident& incident, WallMs now);

}  // namespace holdfast::record
