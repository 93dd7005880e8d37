#include "app/serve/journal_shell.h"

#include <filesystem>

#include "app/data_dir.h"
#include "base/check.h"

namespace holdfast::app {
namespace {

using journal::Journal;
using node::ReadAnswer;

// The writer's own bound is never met: wait_for_room() comes first, and one turn of the core makes
// few batches.
constexpr std::size_t kUnbounded = 1'000'000;

template <class T, class Wrap>
Result<ReadAnswer> answer_with(Result<T> result, Wrap wrap) {
  if (!result) return std::unexpected(result.error());
  return ReadAnswer(wrap(std::move(*result)));
}

Result<ReadAnswer> done(const Result<void>& result) {
  if (!result) return std::unexpected(result.error());
  return ReadAnswer(node::WriteDone{});
}

struct CarryOut {
  Journal& journal;
  Clock& clock;

  Result<ReadAnswer> operator()(const node::ReadChat& ask) const {
    return answer_with(journal.read_chat(ask.key),
                       [](auto entries) { return node::ChatRead{std::move(entries)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadSettings&) const {
    return answer_with(journal.read_settings(),
                       [](auto entries) { return node::SettingsRead{std::move(entries)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadOrigin& ask) const {
    return answer_with(journal.read_origin(ask.range),
                       [](auto page) { return node::PageRead{std::move(page)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadSeeded&) const {
    return answer_with(journal.is_seeded(), [](bool seeded) { return node::SeededRead{seeded}; });
  }
  Result<ReadAnswer> operator()(const node::MarkSeeded&) const {
    return done(journal.mark_seeded());
  }
  Result<ReadAnswer> operator()(const node::ReadArrivals& ask) const {
    return answer_with(journal.read_arrivals(ask.after, ask.bytes_max),
                       [](auto page) { return node::PageRead{std::move(page)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadOpenChats&) const {
    return answer_with(journal.open_chats(),
                       [](auto chats) { return node::OpenChatsRead{std::move(chats)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadHoldings&) const {
    HF_TRY(last, journal.last_arrival());
    return answer_with(journal.holdings(), [last](auto holdings) {
      return node::HoldingsRead{std::move(holdings), last};
    });
  }
  Result<ReadAnswer> operator()(const node::AcquireLease& ask) const {
    return answer_with(journal.acquire_lease(ask.holder, clock.now().wall, ask.until),
                       [](auto lease) { return node::LeaseRead{std::move(lease)}; });
  }
  Result<ReadAnswer> operator()(const node::FreezeOrigin& ask) const {
    return done(journal.freeze_origin(ask.origin, ask.last_common));
  }
  Result<ReadAnswer> operator()(const node::ReadBranches&) const {
    return answer_with(journal.read_branches(),
                       [](auto entries) { return node::BranchesRead{std::move(entries)}; });
  }
  Result<ReadAnswer> operator()(const node::ClearBranches&) const {
    return done(journal.clear_branches());
  }
  Result<ReadAnswer> operator()(const node::SearchChats& ask) const {
    return answer_with(journal.search(ask.search),
                       [](auto found) { return node::ChatsFoundRead{std::move(found)}; });
  }
  Result<ReadAnswer> operator()(const node::MarkClosed& ask) const {
    return done(journal.mark_closed(ask.key, ask.as_of));
  }
  Result<ReadAnswer> operator()(const node::ReadErasures&) const {
    return answer_with(journal.read_erasures(),
                       [](auto entries) { return node::ErasuresRead{std::move(entries)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadChatsOf& ask) const {
    return answer_with(journal.chats_of(ask.site, ask.visitor),
                       [](auto chats) { return node::ChatKeysRead{std::move(chats)}; });
  }
  Result<ReadAnswer> operator()(const node::ReadClosedChats& ask) const {
    return answer_with(journal.closed_chats(ask.site, ask.after, ask.max),
                       [](auto chats) { return node::ClosedChatsRead{std::move(chats)}; });
  }
  Result<ReadAnswer> operator()(const node::EraseBodies& ask) const {
    return answer_with(journal.erase(ask.key, ask.events),
                       [](auto erased) { return node::ErasedRead{std::move(erased)}; });
  }
};

// Nobody else appends to an embedded journal: whoever holds its lease is a life of ours that is
// over. Without this a node that was killed would wait for its own ghost before it decides and
// pulls.
Result<void> end_lease_of_former_life(Journal& journal, WallMs now) {
  HF_TRY(lease, journal.acquire_lease("shell", now, now));
  if (lease.holder != "shell") HF_CHECKED(journal.acquire_lease(lease.holder, now, now));
  return {};
}

}  // namespace

Result<std::unique_ptr<JournalShell>> JournalShell::open(const std::string& data_dir, Clock& clock,
                                                         std::size_t waiting_max) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error)
    return fail(ErrorCode::kIo, "data_dir {}: cannot be created: {}", data_dir, error.message());
  HF_TRY(opened, journal::SqliteJournal::open(journal_file(data_dir).string(), {clock.now().wall}));
  HF_CHECKED(end_lease_of_former_life(*opened.journal, clock.now().wall));
  return std::unique_ptr<JournalShell>(new JournalShell(std::move(opened), clock, waiting_max));
}

JournalShell::JournalShell(journal::SqliteJournal::Opened opened, Clock& clock,
                           std::size_t waiting_max)
    : clock_(clock),
      waiting_max_(waiting_max),
      report_(std::move(opened.report)),
      journal_(std::move(opened.journal)),
      writer_(*journal_, {.batches_max = kUnbounded, .group_max = 1'000}),
      reader_(*journal_, writer_) {
  writer_.on_committed([this] { reader_.nudge(); });
}

JournalShell::~JournalShell() {
  if (!finished_) [[maybe_unused]]
    const auto ignored = finish();
}

void JournalShell::append(node::Append effect, Answer answer) {
  const auto batch = effect.batch;
  const bool taken =
      writer_.submit(std::move(effect.entries), std::move(effect.lease),
                     [batch, answer = std::move(answer)](Result<journal::Arrival> result) {
                       if (result) return answer(node::Committed{batch, *result});
                       answer(node::AppendFailed{batch, result.error()});
                     });
  CHECK(taken, "an append after the journal was told to stop");
}

void JournalShell::read(node::Read effect, Answer answer) {
  const auto id = effect.read;
  const bool taken = reader_.submit(
      [this, id, ask = std::move(effect.ask), answer = std::move(answer)](Journal& journal) {
        answer(node::ReadDone{id, std::visit(CarryOut{journal, clock_}, ask)});
      });
  CHECK(taken, "a read after the journal was told to stop");
}

void JournalShell::look_for_damage(Answer answer) {
  const bool taken = reader_.submit([this, answer = std::move(answer)](Journal& journal) {
    if (damage_.look(journal.damaged(), journal.times_mended())) answer(node::JournalDamaged{});
  });
  CHECK(taken, "a look at the journal after it was told to stop");
}

void JournalShell::wait_for_room() {
  if (writer_.counters().waiting > waiting_max_) writer_.wait_for(writer_.submitted());
}

Result<void> JournalShell::finish() {
  finished_ = true;
  writer_.stop();
  writer_.finish();
  reader_.stop();
  reader_.finish();
  return journal_->close();
}

}  // namespace holdfast::app
