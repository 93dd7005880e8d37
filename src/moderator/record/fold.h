// Adds a line of the record to what is known. Pure, and in the order of the lines.
//
//   time      What the deployments were counts from each line to the next. Where lines are further
//             apart than three minutes (samples come each minute), or `Began` or `Blind` say so,
//             the time between them was not observed. A line that lies before the last one (the
//             clock was set back) begins anew there.
//   downtime  begins when a synthetic chat worked last, not when the moderator was sure: a
//             deployment's as `Turned::since` says, the service's when the second one went down.
//   needless  A failover is needless when the deployment that was left carries synthetic chats
//             again within ten seconds of the verdict: hedges alone would have bridged it, and the
//             thresholds were too eager. It cost nothing, which is why the thresholds may be.
#pragma once

#include "moderator/record/summary.h"

namespace holdfast::record {

inline constexpr Ms kSilenceMax{180'000};
inline constexpr Ms kNeedlessWithin{10'000};
// The moderator looked away: shorter than this it is counted, but no incident of its own.
inline constexpr Ms kUnseenMin{60'000};

void fold(Summary& summary, const Line& line);

}  // namespace holdfast::record
