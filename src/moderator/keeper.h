// Keeps the record: the verdict, `freeze`, maintenance, the moves of the last hour. What changes in
// it is durable before it is true, and one change is under way at a time, so that decisions have an
// order.
//
// Freeze alone is in force before it is stored: the big red switch must work while the disk is
// full. It is stored as soon as that is possible.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "moderator/moderator.h"
#include "moderator/moves.h"
#include "moderator/verdict_log.h"

namespace holdfast::moderator {

class Keeper {
 public:
  // Who waits for a change, and what he is told when it is durable.
  struct Asker {
    std::optional<RequestId> request;
    std::string reply;
  };
  // How a change ended.
  struct Outcome {
    bool ok = false;
    std::optional<Verdict> became;  // the new verdict, where there is one
    bool signed_by_us = false;
    Asker asker;
    std::string why;  // when not ok
  };

  explicit Keeper(Signer sign) : sign_(std::move(sign)) {}

  Result<void> start(const Started& input);

  // Each begins a change, to be carried out by the caller. Not while writing().
  Store mint(Deployment to, std::string why, bool automatic, Asker asker, Now now);
  Store adopt(const Verdict& verdict, Trust trust, Now now);
  Store store_as_it_is(Asker asker, Now now);
  Store store_maintenance(std::optional<Maintenance> next, Asker asker, Now now);

  // What the shared store holds. It is taken as it is, but for a freeze that is still to be stored.
  // A record with a verdict below ours is not: the store lost something, and gets ours again.
  void heard(const RecordHeard& input);
  // Something that is in force is not stored.
  bool owes() const { return !freeze_is_stored() || store_is_behind_; }

  // Answers to the Store; empty when none is under way for that epoch.
  std::optional<Outcome> stored(const Stored& input);
  std::optional<Outcome> failed(const StoreFailed& input, Now now);

  bool writing() const { return writing_.has_value(); }
  // A change that failed is not tried again at once.
  bool resting(Now now) const { return now.mono < rests_until_; }

  void freeze(bool on) { frozen_ = on; }
  bool frozen() const { return frozen_; }
  bool freeze_is_stored() const { return frozen_ == frozen_is_stored_; }

  const std::optional<Maintenance>& maintenance() const { return maintenance_; }

  VerdictLog& log() { return log_; }
  const VerdictLog& log() const { return log_; }
  const Moves& moves() const { return moves_; }

 private:
  struct Change {
    Epoch expected;               // compare ...
    std::optional<Verdict> next;  // ... and set; empty: only the rest of the record changes
    Trust signer = Trust::kOwnKey;
    bool frozen = false;
    std::vector<WallMs> moves;
    std::optional<Maintenance> maintenance;
    Asker asker;
    bool in_force = false;  // before it is durable
  };

  Store begin(Change change);
  Change change(Now now) const;
  bool answers(Epoch epoch) const;

  Signer sign_;
  VerdictLog log_;
  Moves moves_;
  bool frozen_ = false;
  bool frozen_is_stored_ = false;
  bool store_is_behind_ = false;
  std::optional<Maintenance> maintenance_;
  std::optional<Change> writing_;
  MonoMs rests_until_;
};

}  // namespace holdfast::moderator
