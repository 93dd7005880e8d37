#include "journal/memory/memory_journal.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/plant.h"
#include "journal/page.h"
#include "protocol/words.h"

namespace holdfast::journal {

using protocol::Entry;
using protocol::Origin;
using protocol::Seq;

std::vector<StoredEntry> MemoryJournal::State::stored(const std::vector<Arrival>& arrivals) const {
  std::vector<StoredEntry> entries;
  entries.reserve(arrivals.size());
  for (const Arrival arrival : arrivals) entries.push_back(stored(arrival));
  return entries;
}

bool MemoryJournal::State::is_open(const ChatKey& key) const {
  const auto chat = chats.find(key);
  return chat != chats.end() && !chat->second.arrivals.empty() &&
         chat->second.arrivals.back() > chat->second.closed;
}

void MemoryJournal::State::insert(Entry entry) {
  const Arrival arrival(rows.size() + 1);
  const protocol::Head& head = entry.content->head;
  chats[{head.site, head.chat}].arrivals.push_back(arrival);
  by_origin[entry.origin].insert_or_assign(entry.seq, arrival);
  if (head.kind == "set") settings.push_back(arrival);
  if (head.kind == "erase") erasures.push_back(arrival);
  if (head.kind == "open") opened_by[{head.site, head.author}].insert(head.chat);
  std::erase_if(damaged, [&](const auto& item) {
    return item.second.origin == entry.origin && item.second.seq == entry.seq;
  });
  rows.push_back({.entry = std::make_shared<const Entry>(std::move(entry))});
}

void MemoryJournal::State::withdraw(Arrival arrival) {
  const Entry& entry = at(arrival);
  rows[arrival.value() - 1].readable = false;
  std::erase(chats[{entry.content->head.site, entry.content->head.chat}].arrivals, arrival);
  std::erase(settings, arrival);
  std::erase(erasures, arrival);
  by_origin[entry.origin].erase(entry.seq);
}

Result<Arrival> MemoryJournal::append(std::span<const Entry> batch,
                                      const std::optional<LeaseClaim>& lease) {
  const std::lock_guard lock(mutex_);
  auto last = write_locked(batch, lease);
  if (!last) return last;
  const std::size_t unsynced = written_rows_;
  show_written(written_.size());
  unsynced_rows_ = planted(Plant::kAckBeforeFsync) ? unsynced : 0;
  return last;
}

Result<Arrival> MemoryJournal::write(std::span<const Entry> batch,
                                     const std::optional<LeaseClaim>& lease) {
  const std::lock_guard lock(mutex_);
  return write_locked(batch, lease);
}

Result<void> MemoryJournal::refusal(const std::optional<LeaseClaim>& lease) {
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  if (fail_next_) {
    const ErrorCode code = *std::exchange(fail_next_, std::nullopt);
    failed_ = code == ErrorCode::kFull ? "no space left on the simulated disk"
                                       : "the simulated disk failed";
    return fail(code, "{}", *failed_);
  }
  if (planted(Plant::kLeaseUnchecked)) return {};
  if (lease && (!state_.lease || state_.lease->holder != lease->holder ||
                state_.lease->term != lease->term)) {
    return fail(ErrorCode::kFenced, "the lease is not {}'s with term {} any more", lease->holder,
                lease->term);
  }
  return {};
}

Result<Arrival> MemoryJournal::write_locked(std::span<const Entry> batch,
                                            const std::optional<LeaseClaim>& lease) {
  HF_CHECKED(refusal(lease));
  const auto look_up = [this](const Origin& origin, Seq seq) -> Result<Held::Known> {
    const Arrival arrival = state_.by_origin.at(origin).at(seq);
    return Held::Known{.h = state_.at(arrival).h, .arrival = arrival};
  };
  const Arrival next(state_.rows.size() + written_rows_ + 1);
  HF_TRY(plan, state_.held.stage(batch, next, look_up));

  Written written;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!plan[i].is_new) continue;
    written.entries.push_back(batch[i]);
    written.entries.back().before = plan[i].before;
  }
  written_rows_ += written.entries.size();
  written_.push_back(std::move(written));
  return plan.empty() ? Arrival(next.value() - 1) : plan.back().arrival;
}

void MemoryJournal::sync() {
  const std::lock_guard lock(mutex_);
  show_written(written_.size());
  unsynced_rows_ = 0;
}

std::size_t MemoryJournal::unsynced_batches() const {
  const std::lock_guard lock(mutex_);
  return written_.size();
}

// The first `batches` of what was written happened, the others did not.
void MemoryJournal::show_written(std::size_t batches) {
  const bool all = batches >= written_.size();
  if (all) {
    state_.held.commit();
  } else {
    state_.held.discard();
  }
  for (std::size_t i = 0; i < written_.size() && i < batches; ++i) {
    for (Entry& entry : written_[i].entries) {
      if (!all)
        CHECK(state_.held.add(entry.origin, {entry.seq, entry.seq, entry.before, entry.h}) !=
              protocol::AddResult::kFork);
      state_.insert(std::move(entry));
    }
  }
  written_.clear();
  written_rows_ = 0;
}

// Only with ack_before_fsync planted: rows that were shown, and acknowledged, are gone after all.
void MemoryJournal::forget_unsynced_rows() {
  for (; unsynced_rows_ > 0; --unsynced_rows_) {
    const Arrival last(state_.rows.size());
    const Entry entry = state_.at(last);
    if (state_.readable(last)) {
      state_.withdraw(last);
      state_.held.forget(entry.origin, entry.seq, entry.before, entry.h);
    }
    state_.rows.pop_back();
  }
}

void MemoryJournal::crash(std::size_t survivors) {
  const std::lock_guard lock(mutex_);
  if (unsynced_rows_ > 0) survivors = 0;
  show_written(survivors);
  forget_unsynced_rows();
  fail_next_.reset();
  failed_.reset();
}

void MemoryJournal::reopen() {
  const std::lock_guard lock(mutex_);
  show_written(written_.size());
  unsynced_rows_ = 0;
  fail_next_.reset();
  failed_.reset();
}

std::unique_ptr<MemoryJournal> MemoryJournal::clone() const {
  const std::lock_guard lock(mutex_);
  auto copy = std::make_unique<MemoryJournal>();
  copy->state_ = state_;
  copy->unsynced_rows_ = unsynced_rows_;
  copy->state_.held.discard();
  copy->forget_unsynced_rows();
  return copy;
}

void MemoryJournal::restore(const MemoryJournal& backup) {
  const std::unique_ptr<MemoryJournal> copy = backup.clone();
  const std::lock_guard lock(mutex_);
  state_ = std::move(copy->state_);
  written_.clear();
  written_rows_ = 0;
  unsynced_rows_ = 0;
  fail_next_.reset();
  failed_.reset();
}

void MemoryJournal::fail_next_append(ErrorCode code) {
  const std::lock_guard lock(mutex_);
  fail_next_ = code;
}

bool MemoryJournal::corrupt(Arrival arrival) {
  const std::lock_guard lock(mutex_);
  if (arrival.value() == 0 || arrival.value() > state_.rows.size() || !state_.readable(arrival))
    return false;
  const Entry& entry = state_.at(arrival);
  state_.withdraw(arrival);
  state_.held.forget(entry.origin, entry.seq, entry.before, entry.h);
  state_.damaged.insert_or_assign(
      arrival, DamagedRow{arrival, entry.origin, entry.seq, "checksum of the row is wrong"});
  return true;
}

void MemoryJournal::each(const std::function<void(const Entry&)>& look) const {
  const std::lock_guard lock(mutex_);
  for (const Row& row : state_.rows) {
    if (row.readable) look(*row.entry);
  }
}

Result<bool> MemoryJournal::is_seeded() {
  const std::lock_guard lock(mutex_);
  return state_.seeded;
}

Result<void> MemoryJournal::mark_seeded() {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  state_.seeded = true;
  return {};
}

Result<std::vector<StoredEntry>> MemoryJournal::read_chat(const ChatKey& key) {
  const std::lock_guard lock(mutex_);
  const auto chat = state_.chats.find(key);
  return chat == state_.chats.end() ? std::vector<StoredEntry>{}
                                    : state_.stored(chat->second.arrivals);
}

Result<std::vector<StoredEntry>> MemoryJournal::read_settings() {
  const std::lock_guard lock(mutex_);
  return state_.stored(state_.settings);
}

Result<Page> MemoryJournal::read_origin(const OriginRange& range) {
  const std::lock_guard lock(mutex_);
  PageBuilder page(range.bytes_max);
  const auto origin = state_.by_origin.find(range.origin);
  if (origin == state_.by_origin.end()) return Page{};
  for (auto it = origin->second.lower_bound(range.first);
       it != origin->second.end() && it->first <= range.last; ++it) {
    const protocol::Head& head = state_.at(it->second).content->head;
    if (range.live_only && !head.chat.value().empty() && !state_.is_open({head.site, head.chat}))
      continue;
    if (!page.add(state_.stored(it->second))) break;
  }
  return std::move(page).finish();
}

Result<Page> MemoryJournal::read_arrivals(Arrival after, std::size_t bytes_max) {
  const std::lock_guard lock(mutex_);
  PageBuilder page(bytes_max);
  for (std::uint64_t at = after.value() + 1; at <= state_.rows.size(); ++at) {
    if (state_.readable(Arrival(at)) && !page.add(state_.stored(Arrival(at)))) break;
  }
  return std::move(page).finish();
}

Result<std::vector<ChatKey>> MemoryJournal::open_chats() {
  const std::lock_guard lock(mutex_);
  std::vector<ChatKey> open;
  for (const auto& [key, chat] : state_.chats) {
    if (!key.chat.value().empty() && state_.is_open(key)) open.push_back(key);
  }
  return open;
}

Result<void> MemoryJournal::mark_closed(const ChatKey& key, Arrival as_of) {
  const std::lock_guard lock(mutex_);
  const auto chat = state_.chats.find(key);
  if (chat == state_.chats.end() || chat->second.arrivals.empty() ||
      chat->second.arrivals.back() > as_of)
    return {};
  chat->second.closed = std::max(chat->second.closed, as_of);
  return {};
}

Result<protocol::Holdings> MemoryJournal::holdings() {
  const std::lock_guard lock(mutex_);
  return state_.held.holdings();
}

Result<Arrival> MemoryJournal::last_arrival() {
  const std::lock_guard lock(mutex_);
  return Arrival(state_.rows.size());
}

Result<Lease> MemoryJournal::acquire_lease(const std::string& holder, WallMs now, WallMs until) {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  if (!state_.lease) {
    state_.lease =
        Lease{.holder = holder, .term = next_term(protocol::Term(0), now), .until = until};
  } else if (state_.lease->holder == holder) {
    state_.lease->until = until;
  } else if (is_over(*state_.lease, now, until)) {
    state_.lease =
        Lease{.holder = holder, .term = next_term(state_.lease->term, now), .until = until};
  }
  return *state_.lease;
}

Result<void> MemoryJournal::freeze_origin(const Origin& origin, Seq last_common) {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  show_written(written_.size());
  const auto seqs = state_.by_origin.find(origin);
  if (seqs == state_.by_origin.end()) return {};
  std::vector<Arrival> beyond;
  for (auto it = seqs->second.upper_bound(last_common); it != seqs->second.end(); ++it)
    beyond.push_back(it->second);
  if (beyond.empty()) return {};

  const auto common = seqs->second.find(last_common);
  state_.held.cut(
      origin, last_common,
      common == seqs->second.end() ? protocol::ChainHash{} : state_.at(common->second).h);
  for (const Arrival arrival : beyond) {
    state_.branches.push_back(state_.at(arrival));
    state_.withdraw(arrival);
  }
  return {};
}

Result<std::vector<Entry>> MemoryJournal::read_branches() {
  const std::lock_guard lock(mutex_);
  return state_.branches;
}

Result<void> MemoryJournal::clear_branches() {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  state_.branches.clear();
  return {};
}

Result<Erased> MemoryJournal::erase(const ChatKey& key, std::span<const protocol::Digest> events) {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(ErrorCode::kIo, "journal failed earlier: {}", *failed_);
  const std::set<protocol::Digest> named(events.begin(), events.end());
  Erased erased;
  const auto is_to_go = [&](const Entry& entry) {
    const protocol::Content& content = *entry.content;
    const bool of_this_chat = content.head.site == key.site && content.head.chat == key.chat;
    return of_this_chat && content.body_bytes && named.contains(content.digest);
  };
  const auto without_body = [&](Entry entry) {
    entry.content = protocol::without_body(*entry.content);
    ++erased.bodies;
    return entry;
  };
  // Rows that were withdrawn keep their bytes, so all are looked at.
  for (Row& row : state_.rows) {
    if (is_to_go(*row.entry)) row.entry = std::make_shared<const Entry>(without_body(*row.entry));
  }
  for (Entry& entry : state_.branches) {
    if (is_to_go(entry)) entry = without_body(entry);
  }
  return erased;
}

Result<std::vector<StoredEntry>> MemoryJournal::read_erasures() {
  const std::lock_guard lock(mutex_);
  return state_.stored(state_.erasures);
}

Result<std::vector<ChatKey>> MemoryJournal::chats_of(const protocol::SiteId& site,
                                                     const protocol::Author& visitor) {
  const std::lock_guard lock(mutex_);
  std::vector<ChatKey> chats;
  const auto opened = state_.opened_by.find({site, visitor});
  if (opened == state_.opened_by.end()) return chats;
  for (const protocol::ChatId& chat : opened->second) chats.push_back({site, chat});
  return chats;
}

Result<std::vector<ClosedChat>> MemoryJournal::closed_chats(const protocol::SiteId& site,
                                                            const protocol::ChatId& after,
                                                            std::size_t max) {
  const std::lock_guard lock(mutex_);
  std::vector<ClosedChat> closed;
  for (auto chat = state_.chats.upper_bound({site, after});
       chat != state_.chats.end() && chat->first.site == site && closed.size() < max; ++chat) {
    const std::vector<Arrival>& arrivals = chat->second.arrivals;
    if (chat->first.chat.value().empty() || arrivals.empty() || state_.is_open(chat->first))
      continue;
    protocol::Hlc newest(0);
    for (const Arrival arrival : arrivals)
      newest = std::max(newest, state_.at(arrival).acceptance.hlc);
    closed.push_back({chat->first, newest});
  }
  return closed;
}

Result<ChatsFound> MemoryJournal::search(const ChatSearch& search) {
  const std::lock_guard lock(mutex_);
  std::vector<SearchPlace> chats;
  for (auto chat = state_.chats.lower_bound({search.site, protocol::ChatId()});
       chat != state_.chats.end() && chat->first.site == search.site; ++chat) {
    SearchPlace place{protocol::Hlc(0), chat->first.chat};
    std::set<std::string> words;
    for (const Arrival arrival : chat->second.arrivals) {
      const Entry& entry = state_.at(arrival);
      if (!protocol::is_searched(entry.content->head.kind)) continue;
      place.newest = std::max(place.newest, entry.acceptance.hlc);
      for (std::string& word : protocol::distinct_words(protocol::searched_text(*entry.content)))
        words.insert(std::move(word));
    }
    const bool fits = std::ranges::all_of(search.words, [&](const std::string& wanted) {
      const auto word = words.lower_bound(wanted);
      return word != words.end() && word->starts_with(wanted);
    });
    const bool after = !search.before || place < *search.before;
    if (fits && after && place.newest.value() != 0) chats.push_back(place);
  }
  std::ranges::sort(chats, std::greater());
  ChatsFound found{std::move(chats), {}};
  if (found.chats.size() > search.max) {
    found.chats.resize(search.max);
    found.next = found.chats.back();
  }
  return found;
}

std::vector<DamagedRow> MemoryJournal::damaged() {
  const std::lock_guard lock(mutex_);
  std::vector<DamagedRow> rows;
  for (const auto& [arrival, row] : state_.damaged) rows.push_back(row);
  return rows;
}

}  // namespace holdfast::journal
