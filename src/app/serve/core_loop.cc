#include "app/serve/core_loop.h"

#include "app/data_dir.h"
#include "app/serve/erasure_keeper.h"
#include "base/log.h"
#include "bus/in_process_bus.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kMailsAtOnce = 1'024;
constexpr Ms kTickEvery{100};
constexpr Ms kSecond{1'000};
constexpr Ms kOpenAgain{2'000};
constexpr Ms kShortLife{5'000};
// A journal that lost something waits this long for its peer before it goes on with what is sound.
constexpr std::uint32_t kDamagedGraceMs = 60'000;

}  // namespace

CoreLoop::CoreLoop(const ServeConfig& config, Clock& clock, Random& random, Mailbox& mailbox,
                   Gateway& gateway, PasswordWorkers& passwords, EffectWorkers& effects,
                   MetricsBoard& board)
    : config_(config),
      clock_(clock),
      random_(random),
      mailbox_(mailbox),
      gateway_(gateway),
      passwords_(passwords),
      effects_(effects),
      board_(board),
      verdict_(verdict_file(config.data_dir)),
      bus_(std::make_unique<bus::InProcessBus>()) {}

CoreLoop::~CoreLoop() = default;

Result<void> CoreLoop::open_journal() {
  HF_TRY(opened, JournalShell::open(config_.data_dir, clock_, config_.journal_queue_max));
  say_what_opening_met(opened->report());
  const std::lock_guard lock(journal_mutex_);
  journal_ = std::move(opened);
  return {};
}

void CoreLoop::say_what_opening_met(const journal::OpenReport& report) const {
  if (report.clean) return;
  log::error("journal",
             "{} was damaged: {}; {} rows are sound, {} are lost or quarantined{}; the rest is "
             "fetched from the peer",
             journal_file(config_.data_dir).string(), report.message, report.salvaged_rows,
             report.damaged_rows,
             report.moved_to.empty() ? "" : "; the damaged file is " + report.moved_to);
}

bool CoreLoop::with_journal(journal::JournalReader::Work work) {
  const std::lock_guard lock(journal_mutex_);
  return journal_ != nullptr && journal_->submit(std::move(work));
}

void CoreLoop::run() {
  auto began = clock_.now().mono;
  while (live()) {
    ++restarts_;
    life_ = Life(life_.value() + 1);
    // A disk that fails every append must not be asked a thousand times a second.
    const bool at_once = clock_.now().mono - began < kShortLife;
    if (at_once && restarts_ > 1 && !pause(kOpenAgain)) return;
    began = clock_.now().mono;
  }
}

node::Config CoreLoop::node_config() const {
  auto config = config_.node;
  if (!journal_->report().clean)
    config.peer_grace_ms = std::max(config.peer_grace_ms, kDamagedGraceMs);
  config.erasures = read_erasure_mark(erasures_file(config_.data_dir));
  config.erase_again = !journal_->report().clean;
  return config;
}

bool CoreLoop::live() {
  if (!journal_) {
    if (auto opened = open_journal(); !opened) return live_without_journal(opened.error());
  }
  restart_.reset();
  ready_ = false;
  auto now = clock_.now();
  next_tick_ = now.mono + kTickEvery;
  next_second_ = now.mono;
  gateway_.begin_life(life_);
  neighbours_ = bus_->subscribe([this, life = life_](const bus::Message& message) {
    mailbox_.deliver(life, node::BusMessage{message.topic, message.payload});
  });
  node_.emplace(node_config(), random_, now);
  log::info("node", "starting as {}", node_->origin());
  collect(node_->start(now));
  if (const auto stored = verdict_.post_stored()) collect(node_->handle(*stored, now));
  send_outbound();

  while (!restart_ && !mailbox_.drained()) take_mail(now);

  neighbours_.reset();
  send_outbound();
  {
    const std::lock_guard lock(journal_mutex_);
    if (auto finished = journal_->finish(); !finished)
      log::error("journal", "closing: {}", finished.error().text());
    journal_.reset();
  }
  node_.reset();
  if (!restart_) return false;
  log::warn("node", "this incarnation is over: {}; starting again", *restart_);
  return true;
}

bool CoreLoop::live_without_journal(const Error& error) {
  log::error("journal", "cannot be opened: {}; trying again", error.text());
  gateway_.begin_life(life_);
  board_.put({{"ready", 0}, {"restarts_total", restarts_}});
  return pause(kOpenAgain);
}

bool CoreLoop::pause(Ms duration) {
  const auto until = clock_.now().mono + duration;
  while (!mailbox_.drained()) {
    const auto left = until - clock_.now().mono;
    if (left <= Ms{0}) return true;
    // Links that come meanwhile are closed by the next life, and requests are answered by it.
    mailbox_.take(kMailsAtOnce, left);
  }
  return false;
}

// ---- in ----

void CoreLoop::take_mail(Now& now) {
  journal_->wait_for_room();
  const auto patience = std::max(Ms{0}, next_tick_ - clock_.now().mono);
  auto mails = mailbox_.take(kMailsAtOnce, patience);
  now = clock_.now();
  for (auto& mail : mails) {
    if (mail.life != life_ && mail.life != kAnyLife) continue;
    collect(node_->handle(std::move(mail.input), now));
    if (restart_) break;
  }
  if (now.mono >= next_tick_ && !restart_) tick(now);
  send_outbound();
}

void CoreLoop::tick(Now now) {
  next_tick_ = now.mono + kTickEvery;
  collect(node_->handle(node::Tick{}, now));
  if (node_->ready() != ready_) {
    ready_ = node_->ready();
    if (ready_) {
      log::info("node", "ready");
    } else {
      log::warn("node", "not ready: {}", node_->not_ready_reason());
    }
  }
  publish_metrics();
  if (now.mono < next_second_) return;
  next_second_ = now.mono + kSecond;
  collect(node_->handle(verdict_.get_current(), now));
  journal_->look_for_damage(answer());
}

void CoreLoop::publish_metrics() {
  auto numbers = node_->metrics();
  const bool up = numbers["peer_up"] != 0;
  if (up != peer_up_) {
    peer_up_ = up;
    gateway_.set_peer_up(up);
  }
  const auto journal = journal_->counters();
  numbers["journal_groups_total"] = static_cast<std::int64_t>(journal.groups);
  numbers["journal_batches_total"] = static_cast<std::int64_t>(journal.batches);
  numbers["journal_entries_total"] = static_cast<std::int64_t>(journal.entries);
  numbers["journal_failed_total"] = static_cast<std::int64_t>(journal.failed);
  numbers["journal_appends_waiting"] = static_cast<std::int64_t>(journal.waiting);
  numbers["journal_reads_waiting"] = static_cast<std::int64_t>(journal_->reads_waiting());
  numbers["restarts_total"] = restarts_;
  board_.put(std::move(numbers));
}

// ---- out ----

void CoreLoop::collect(node::Effects effects) {
  for (auto& effect : effects) {
    std::visit([this](auto& each) { take(each); }, effect);
  }
}

std::function<void(node::Input)> CoreLoop::answer() const {
  return [&mailbox = mailbox_, life = life_](node::Input input) {
    mailbox.deliver(life, std::move(input));
  };
}

void CoreLoop::take(node::Append& effect) {
  journal_->append(std::move(effect), answer());
}

void CoreLoop::take(node::Read& effect) {
  journal_->read(std::move(effect), answer());
}

void CoreLoop::take(node::CheckPassword& effect) {
  passwords_.check(std::move(effect), answer());
}

void CoreLoop::take(node::HashPassword& effect) {
  passwords_.hash(std::move(effect), answer());
}

void CoreLoop::take(node::Perform& effect) {
  effects_.perform(std::move(effect), answer());
}

void CoreLoop::take(node::Publish& effect) {
  neighbours_->publish(effect.topic, effect.payload);
}

void CoreLoop::take(node::Restart& effect) {
  if (!restart_) restart_ = effect.why;
}

void CoreLoop::take(node::HttpReply& effect) {
  if (!VerdictKeeper::is_own(effect)) {
    outbound_.emplace_back(std::move(effect));
    return;
  }
  auto verdict = verdict_.news(effect);
  if (!verdict) return;
  const bool storing =
      journal_->submit([file = verdict_.file(), verdict = std::move(*verdict)](journal::Journal&) {
        const auto stored = VerdictKeeper::store(file, verdict);
        if (!stored) log::error("verdict", "not stored: {}", stored.error().text());
      });
  if (!storing) log::error("verdict", "not stored: the journal is going down");
}

void CoreLoop::take(node::StoreErasures& effect) {
  const bool storing = journal_->submit(
      [file = erasures_file(config_.data_dir), mark = effect.mark](journal::Journal&) {
        const auto stored = write_erasure_mark(file, mark);
        if (!stored) log::error("erasure", "not stored: {}", stored.error().text());
      });
  if (!storing) log::error("erasure", "not stored: the journal is going down");
}

void CoreLoop::send_outbound() {
  if (!outbound_.empty()) gateway_.carry_out(std::exchange(outbound_, {}));
}

}  // namespace holdfast::app
