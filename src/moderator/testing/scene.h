// Two deployments as a moderator sees them, and the moderator, in simulated time.
//
// A test changes what the deployments are (`primary.chat = false`), lets time pass (`run`), and
// reads what the moderator did. The moderator starts with the first run. Answers arrive within the
// same tick, except those to probes of a chat that does not work: they take their time-out.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "moderator/moderator.h"

namespace holdfast::moderator::testing {

struct Site {
  bool answers = true;   // over HTTP
  bool chat = true;      // synthetic chats work
  bool refuses = false;  // connections are refused: what does not work fails at once
  bool ready = true;     // what it says of itself
  bool peer_up = true;   // what it says of the peer link
  bool hears = true;     // verdicts that are published to it
  std::uint32_t journal_ms = 3;
  Ms clock_ahead{0};
  // What it says of its synthetic chats with the other one; empty: it knows none.
  std::optional<bool> peer_chat;
  std::optional<MonoMs> peer_chat_ended;  // no round has since; empty: one has just now
  LateReports late_reports;
  std::uint64_t behind = 0;
  std::string version;  // of its program
  protocol::Versions versions{1, 1};
  ClientReports reports;
  protocol::Holdings holdings;
  std::optional<Verdict> verdict;
  Trust trust = Trust::kOwnKey;

  // The process is killed.
  void die() {
    answers = chat = false;
    refuses = true;
  }
  // It is paused, or its network swallows everything.
  void hang() { answers = chat = false; }
  void live() {
    answers = chat = ready = true;
    refuses = false;
  }
};

inline std::string signed_by(std::string_view key, Epoch epoch, std::string_view why) {
  return fmt::format("{}:{}:{}", key, epoch, why);
}

inline Verdict verdict_of(std::uint64_t epoch, std::string_view why = "start",
                          std::string_view key = "k1") {
  return {Epoch(epoch), std::string(why), WallMs(1), signed_by(key, Epoch(epoch), why)};
}

inline protocol::Holdings holds_up_to(std::uint64_t last) {
  protocol::Holdings holdings;
  if (last > 0) {
    (void)holdings[protocol::Origin("redundant/n1/01J00000000000000000000000")].add(
        {protocol::Seq(1),
         protocol::Seq(last),
         {},
         protocol::ChainHash(Hash32{{static_cast<std::uint8_t>(last)}})});
  }
  return holdings;
}

class Scene {
 public:
  explicit Scene(PolicyConfig policy, Record stored = {}, Trust signer = Trust::kOwnKey,
                 bool shared = false)
      : record_(std::move(stored)),
        signer_(signer),
        moderator_(config(std::move(policy), shared)) {}

  Site primary;
  Site redundant;
  bool store_works = true;
  bool store_answers = true;
  std::optional<Record> rival;  // another moderator stores this just before our next Store
  ManualClock clock;
  std::function<void(const Input&, const Status&, Now)> watched;  // after each input, if set

  std::vector<Store> stores;  // asked for, in order
  std::vector<Publish> published;
  std::vector<Reply> replies;
  std::vector<std::string> order;  // "store 3", "publish 3 primary": what came after what

  // Lets time pass in ticks of 50 ms.
  void run(Ms time) {
    if (!std::exchange(started_, true)) input(Started{record_, signer_});
    constexpr Ms kStep{50};
    for (Ms passed{0}; passed < time; passed += kStep) {
      clock.advance(kStep);
      deliver_late();
      input(Tick{});
    }
  }
  // Time passes and the moderator sees none of it.
  void pause(Ms time) { clock.advance(time); }

  void input(Input first) {
    std::deque<Input> inputs{std::move(first)};
    while (!inputs.empty()) {
      const Effects effects = moderator_.handle(inputs.front(), clock.now());
      if (watched) watched(inputs.front(), status(), clock.now());
      inputs.pop_front();
      for (const Effect& effect : effects) {
        std::visit([&](const auto& it) { carry_out(it, inputs); }, effect);
      }
    }
  }

  RequestId switch_to(Deployment to, bool wait = false) {
    const RequestId request(++requests_);
    input(ManualSwitch{request, to, "a:cli", wait});
    return request;
  }
  RequestId maintain(Deployment deployment, bool on) {
    const RequestId request(++requests_);
    input(Maintain{request, deployment, on, "a:cli"});
    return request;
  }
  // Another moderator stored this a while ago.
  void another_stores(Record record) {
    record_ = std::move(record);
    input(RecordHeard{record_, Trust::kOtherKey});
  }
  void freeze(bool on) { input(Freeze{RequestId(++requests_), on, "a:cli"}); }

  Site& site(Deployment deployment) {
    return deployment == Deployment::kPrimary ? primary : redundant;
  }
  Status status() { return moderator_.status(clock.now()); }
  Deployment active() { return status().active; }
  std::uint64_t epoch() { return status().epoch.value(); }
  const Record& record() const { return record_; }
  Moderator& moderator() { return moderator_; }

 private:
  static Config config(PolicyConfig policy, bool shared) {
    return {std::move(policy),
            [](Epoch epoch, std::string_view why, WallMs) { return signed_by("k1", epoch, why); },
            shared};
  }

  void carry_out(const Probe& probe, std::deque<Input>& inputs) {
    const bool ok = site(probe.deployment).chat;
    const ProbeDone done{probe.probe, probe.deployment, ok, ok ? "" : "timed out", 5};
    if (ok || site(probe.deployment).refuses) {
      inputs.push_back(done);
    } else {
      late_.push_back({clock.now().mono + Ms(probe.timeout_ms), done});
    }
  }
  void carry_out(const AskState& ask, std::deque<Input>& inputs) {
    const Site& site = this->site(ask.deployment);
    if (!site.answers) {
      inputs.push_back(StateReport{ask.deployment, std::nullopt});
      return;
    }
    State state;
    state.ready = site.ready;
    state.peer_up = site.peer_up;
    state.behind = site.behind;
    state.version = site.version;
    state.versions = site.versions;
    state.reports = site.reports;
    state.late_reports = site.late_reports;
    state.journal_ms = site.journal_ms;
    state.clock = clock.now().wall + site.clock_ahead;
    if (site.peer_chat) {
      state.peer_chat =
          PeerChat{.worked = 100,
                   .failures = *site.peer_chat ? 0u : 2u,
                   .age = clock.now().mono - site.peer_chat_ended.value_or(clock.now().mono),
                   .why = *site.peer_chat ? "" : "timed out"};
    }
    if (site.verdict) {
      state.epoch = site.verdict->epoch;
      inputs.push_back(VerdictHeard{ask.deployment, *site.verdict, site.trust});
    }
    inputs.push_back(StateReport{ask.deployment, state});
  }
  void carry_out(const AskHolds& ask, std::deque<Input>& inputs) {
    const Site& site = this->site(ask.deployment);
    inputs.push_back(
        HoldsReport{ask.deployment, site.answers ? std::optional(site.holdings) : std::nullopt});
  }
  void carry_out(const Store& store, std::deque<Input>& inputs) {
    stores.push_back(store);
    order.push_back(fmt::format("store {}", store.epoch));
    if (!store_answers) return;
    if (!store_works) {
      inputs.push_back(StoreFailed{store.epoch, Error{ErrorCode::kIo, "disk full"}});
      return;
    }
    if (const auto first = std::exchange(rival, std::nullopt)) {
      record_ = *first;
      inputs.push_back(RecordHeard{record_, Trust::kOtherKey});
      inputs.push_back(StoreFailed{store.epoch, Error{ErrorCode::kFenced, "too late"}});
      return;
    }
    record_ = store.record;
    inputs.push_back(Stored{store.epoch});
  }
  void carry_out(const Publish& publish, std::deque<Input>& inputs) {
    published.push_back(publish);
    order.push_back(
        fmt::format("publish {} {}", publish.verdict.epoch, name_of(publish.deployment)));
    Site& site = this->site(publish.deployment);
    if (!site.answers || !site.hears) return;
    if (!site.verdict || site.verdict->epoch < publish.verdict.epoch) {
      site.verdict = publish.verdict;
      site.trust = Trust::kOwnKey;
    }
    inputs.push_back(VerdictHeard{publish.deployment, *site.verdict, site.trust});
  }
  void carry_out(const Reply& reply, std::deque<Input>&) { replies.push_back(reply); }
  void carry_out(const Log&, std::deque<Input>&) {}

  void deliver_late() {
    while (!late_.empty() && late_.front().first <= clock.now().mono) {
      const ProbeDone done = late_.front().second;
      late_.pop_front();
      input(done);
    }
  }

  Record record_;
  Trust signer_;
  Moderator moderator_;
  bool started_ = false;
  std::deque<std::pair<MonoMs, ProbeDone>> late_;
  std::uint64_t requests_ = 0;
};

}  // namespace holdfast::moderator::testing
