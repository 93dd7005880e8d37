#include "moderator/keeper.h"

#include <utility>

#include "base/check.h"

namespace holdfast::moderator {
namespace {

constexpr Ms kRest{1'000};

}  // namespace

Result<void> Keeper::start(const Started& input) {
  frozen_ = frozen_is_stored_ = input.stored.frozen;
  moves_ = Moves(input.stored.moves);
  maintenance_ = input.stored.maintenance;
  if (!input.stored.verdict) return {};
  return log_.commit(Epoch(0), *input.stored.verdict, input.signer);
}

Store Keeper::mint(Deployment to, std::string why, bool automatic, Asker asker, Now now) {
  const Epoch epoch = log_.next(to);
  std::string text = sign_(epoch, why, now.wall);
  Change next = change(now);
  next.next = Verdict{epoch, std::move(why), now.wall, std::move(text)};
  next.signer = Trust::kOwnKey;
  if (automatic) next.moves.push_back(now.wall);
  if (next.maintenance) next.maintenance->moved(log_.active(), to);
  next.asker = std::move(asker);
  return begin(std::move(next));
}

Store Keeper::adopt(const Verdict& verdict, Trust trust, Now now) {
  Change next = change(now);
  next.next = verdict;
  next.signer = trust;
  if (next.maintenance) {
    next.maintenance->moved(log_.active(), protocol::active_deployment(verdict.epoch));
  }
  return begin(std::move(next));
}

Store Keeper::store_as_it_is(Asker asker, Now now) {
  Change next = change(now);
  next.asker = std::move(asker);
  next.in_force = true;
  return begin(std::move(next));
}

Store Keeper::store_maintenance(std::optional<Maintenance> maintenance, Asker asker, Now now) {
  Change next = change(now);
  next.maintenance = std::move(maintenance);
  next.asker = std::move(asker);
  return begin(std::move(next));
}

void Keeper::heard(const RecordHeard& input) {
  const Record& stored = input.stored;
  store_is_behind_ = log_.highest() && (!stored.verdict || stored.verdict->epoch < log_.epoch());
  if (store_is_behind_) return;
  if (stored.verdict && log_.hear(*stored.verdict, input.signer) == VerdictLog::Heard::kNews) {
    CHECK(log_.commit(log_.epoch(), *stored.verdict, input.signer), "news is above what is known");
  }
  moves_ = Moves(stored.moves);
  maintenance_ = stored.maintenance;
  frozen_ = stored.frozen || (frozen_ && !frozen_is_stored_);
  frozen_is_stored_ = stored.frozen;
}

Keeper::Change Keeper::change(Now now) const {
  Change change;
  change.expected = log_.epoch();
  change.signer = log_.signer();
  change.frozen = frozen_;
  change.moves = moves_.of_last_hour(now.wall);
  change.maintenance = maintenance_;
  return change;
}

Store Keeper::begin(Change change) {
  CHECK(!writing_, "one change at a time");
  Record record{change.next ? change.next : log_.highest(), change.frozen, change.moves,
                change.maintenance};
  const Epoch epoch = record.verdict ? record.verdict->epoch : Epoch(0);
  writing_ = std::move(change);
  return Store{std::move(record), epoch};
}

bool Keeper::answers(Epoch epoch) const {
  return writing_ && (!writing_->next || writing_->next->epoch == epoch);
}

std::optional<Keeper::Outcome> Keeper::stored(const Stored& input) {
  if (!answers(input.epoch)) return std::nullopt;
  Change done = *std::exchange(writing_, std::nullopt);
  moves_ = Moves(std::move(done.moves));
  frozen_is_stored_ = done.frozen;
  store_is_behind_ = false;
  maintenance_ = std::move(done.maintenance);
  Outcome outcome{true, {}, false, std::move(done.asker), ""};
  if (!done.next) return outcome;
  if (const auto committed = log_.commit(done.expected, *done.next, done.signer); !committed) {
    outcome.ok = false;
    outcome.why = committed.error().text();
    return outcome;
  }
  outcome.became = std::move(done.next);
  outcome.signed_by_us = done.signer == Trust::kOwnKey;
  return outcome;
}

std::optional<Keeper::Outcome> Keeper::failed(const StoreFailed& input, Now now) {
  if (!answers(input.epoch)) return std::nullopt;
  Change lost = *std::exchange(writing_, std::nullopt);
  // Who lost against another moderator decides anew at once.
  if (input.error.code != ErrorCode::kFenced) rests_until_ = now.mono + kRest;
  std::string why = input.error.text();
  if (lost.in_force) why = "in force here, but not stored: a restart would undo it: " + why;
  return Outcome{false, {}, false, std::move(lost.asker), std::move(why)};
}

}  // namespace holdfast::moderator
