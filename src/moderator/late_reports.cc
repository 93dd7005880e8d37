#include "moderator/late_reports.h"

namespace holdfast::moderator {
namespace {

// After an outage each client reports by itself, and one that lies must not fill the record.
constexpr Ms kSpeakEvery{600'000};

std::uint64_t sum(const LateReports& reports) {
  return reports.hedges_won + reports.late_acks + reports.failed_connects;
}

}  // namespace

std::optional<LateReports> LateNews::hear(const LateReports& sums, Now now) {
  if (!told_) told_ = sums;
  if (sum(sums) < sum(*told_)) told_ = LateReports{};  // its process began anew
  if (sum(sums) == sum(*told_)) return std::nullopt;
  if (spoke_ && now.mono - *spoke_ < kSpeakEvery) return std::nullopt;
  const LateReports news{sums.hedges_won - told_->hedges_won, sums.late_acks - told_->late_acks,
                         sums.failed_connects - told_->failed_connects, sums.seen_at};
  told_ = sums;
  spoke_ = now.mono;
  return news;
}

}  // namespace holdfast::moderator
