// Who of several moderators tells people what, so that a trouble is not told once by each of them.
// Pure.
//
// What concerns both deployments is told by one of those that are at work, the first by name; what
// concerns a moderator itself by that one. Who becomes the first tells what still holds, as after a
// restart: twice is better than never. Who was not the first takes some seconds to believe it: a
// store that comes and goes must not have every open trouble told at each return.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moderator/alerts/alert_book.h"

namespace holdfast::alerts {

// `at_work`: the names of the others that are.
bool speaks_for_all(std::string_view own, const std::vector<std::string>& at_work);

class Desk {
 public:
  explicit Desk(Ms remind_every);

  // All that somebody must be told now. Call at least once a second, each time at another moment.
  // `for_all`: whether this moderator speaks for all of them.
  std::vector<Alert> look(const std::vector<Symptom>& symptoms, const moderator::Status& status,
                          bool for_all, Now now);
  std::size_t open() const { return own_.open() + common_->open(); }

 private:
  void take_or_leave_the_word(bool for_all, Now now);

  const Ms remind_every_;
  AlertBook own_;
  std::optional<AlertBook> common_;
  AlertBook switches_;
  bool speaks_ = false;
  std::optional<MonoMs> first_since_;
  bool fresh_ = true;
  // A switch while another one spoke for all. Perhaps that one is gone, and nobody knows it yet.
  std::optional<Alert> held_;
};

}  // namespace holdfast::alerts
