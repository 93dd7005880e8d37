// From symptoms to messages: each trouble is told once, reminded of now and then, and ended with a
// second message. Pure.
//
// A symptom is told when it has lasted as long as its patience says, and is over when it has been
// away for a minute: what comes and goes is one trouble, not a message each second.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "moderator/alerts/symptoms.h"

namespace holdfast::alerts {

enum class Stage { kRaised, kReminded, kResolved };
std::string_view name_of(Stage stage);  // "raised", ...

struct Alert {
  std::string id;  // of the trouble, the same in all of its messages: "primary.down-1700000000000"
  std::string name;  // "primary.down", "switch"
  Stage stage;
  std::string text;
  WallMs since;         // when it began
  WallMs at;            // when this is told
  std::uint32_t count;  // of the trouble's messages, from 1: (id, count) names one message

  bool operator==(const Alert&) const = default;
};

class AlertBook {
 public:
  explicit AlertBook(Ms remind_every) : remind_every_(remind_every) {}

  // What is wrong now; call at least once a second, each time at another moment.
  std::vector<Alert> see(const std::vector<Symptom>& symptoms, Now now);
  // The active deployment has changed. Empty at the first call: where it was is no news.
  std::optional<Alert> see_verdict(const moderator::Status& status, Now now);

  std::size_t open() const;  // raised and not resolved

 private:
  struct Trouble {
    std::string text;
    WallMs since;
    MonoMs first_seen;
    MonoMs last_seen;
    Ms patience{0};
    std::optional<MonoMs> told;
    std::uint32_t count = 0;
  };

  Alert tell(const std::string& name, Trouble& trouble, Stage stage, Now now) const;

  const Ms remind_every_;
  std::map<std::string, Trouble> troubles_;
  std::optional<protocol::Deployment> active_;
};

}  // namespace holdfast::alerts
