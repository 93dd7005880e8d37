// The lines of the record: what the moderator saw and did, one after the other, never changed
// afterwards. Between two lines everything stays as the first one left it; what no line vouches for
// (the moderator was away, paused, or could not write) was not observed.
//
// As text, a line is one JSON object: {"t":"turned","at":1700000000000,...}. docs/record.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "moderator/sides.h"
#include "protocol/ids.h"
#include "protocol/names.h"

namespace holdfast::record {

using protocol::Deployment;
using protocol::Epoch;

// Of a deployment, as the record counts it. kDown: its synthetic chats do not get through, or two
// signals call it unhealthy. From outside the moderator's own broken route looks the same, and a
// record that errs must err against its owner.
enum class Condition { kUnknown, kUp, kDown };

// The moderator began to look. Before its next line nothing is known.
struct Began {
  WallMs at;
  std::string build;
  bool operator==(const Began&) const = default;
};

// Between `from` and `at` it saw nothing: it was paused, or its clock jumped.
struct Blind {
  WallMs at;
  WallMs from;
  std::string why;
  bool operator==(const Blind&) const = default;
};

struct Turned {
  WallMs at;
  Deployment deployment;
  Condition to;
  WallMs since;         // kDown: when a synthetic chat worked last; else equal to `at`
  std::string signals;  // kDown: which are bad, "chat, peer"
  bool operator==(const Turned&) const = default;
};

// Why a verdict was given.
enum class Cause { kFailover, kFailback, kMaintenance, kManual, kOther };

struct Decided {
  WallMs at;
  Epoch epoch;
  Cause cause;
  std::string why;
  bool operator==(const Decided&) const = default;
};

struct Froze {
  WallMs at;
  bool on;
  std::string by;
  bool operator==(const Froze&) const = default;
};

enum class Step { kBegun, kSafe, kInterrupted, kEnded };

struct Maintained {
  WallMs at;
  Deployment deployment;
  Step step;
  std::string by;
  bool operator==(const Maintained&) const = default;
};

// Why no automatic move is made; "": they are made again.
struct Abstained {
  WallMs at;
  std::string why;
  bool operator==(const Abstained&) const = default;
};

// Counted since the sample before, of one deployment.
struct Counts {
  std::uint64_t probes_worked = 0;
  std::uint64_t probes_failed = 0;
  // What browsers told the other deployment about this one.
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  std::uint64_t behind_max = 0;  // entries that were not yet in both
  std::uint64_t clients = 0;     // links at the end of it

  bool operator==(const Counts&) const = default;
};

// What became of synthetic messages that both deployments had promised to hold, since the sample
// before (moderator/audit.h).
struct Promises {
  std::uint64_t kept = 0;
  std::uint64_t lost = 0;
  std::uint64_t unsaid = 0;

  Promises& operator+=(const Promises& other) {
    kept += other.kept;
    lost += other.lost;
    unsaid += other.unsaid;
    return *this;
  }
  bool operator==(const Promises&) const = default;
};

// Once a minute. It also vouches for the minute: a record without samples observed nothing.
struct Sample {
  WallMs at;
  WallMs from;
  std::array<Counts, 2> sides;  // primary, redundant
  Promises promises = {};
  bool operator==(const Sample&) const = default;
};

using Line = std::variant<Began, Blind, Turned, Decided, Froze, Maintained, Abstained, Sample>;
using Lines = std::vector<Line>;

WallMs at_of(const Line& line);

using moderator::index_of;
inline constexpr Deployment kDeployments[] = {Deployment::kPrimary, Deployment::kRedundant};
std::string_view title_of(Deployment deployment);  // "Primary"

// One line of text, without its end.
std::string text_of(const Line& line);
Result<Line> parse_line(std::string_view text);

}  // namespace holdfast::record
