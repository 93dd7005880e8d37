#include "app/moderate/etcd_records.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

// A moderator that says nothing for so long is not at work; it says something three times as often.
constexpr std::int64_t kLeaseS = 30;
constexpr Ms kPresence{10'000};
constexpr std::string_view kRecord = "record";
constexpr std::string_view kModerators = "moderators/";

using Entries = std::map<std::string, std::string>;

// The keys, without their prefix, and the values of a range.
Result<Entries> entries_of(const json::Object& range, std::string_view prefix) {
  Entries entries;
  HF_TRY(list, json::find_array(range, "kvs"));
  if (list == nullptr) return entries;
  for (const json::Value& each : *list) {
    if (!each.is_object()) return fail(ErrorCode::kInvalid, "kvs: not an object");
    HF_TRY(key_text, json::get_text(each.get_object(), "key"));
    HF_TRY(value_text, json::find_text(each.get_object(), "value"));
    HF_TRY(key, from_base64(key_text));
    HF_TRY(value, from_base64(value_text.value_or("")));
    if (key.starts_with(prefix)) entries[key.substr(prefix.size())] = std::move(value);
  }
  return entries;
}

std::optional<std::string> record_in(const Entries& entries) {
  const auto found = entries.find(std::string(kRecord));
  return found == entries.end() ? std::nullopt : std::optional(found->second);
}

// Whether a transaction was carried out, and else what stands there.
struct Transaction {
  bool succeeded;
  std::optional<std::string> record;
};

Result<Transaction> transaction_of(const json::Object& answer, std::string_view prefix) {
  HF_TRY(succeeded, json::find_bool(answer, "succeeded"));
  if (succeeded.value_or(false)) return Transaction{true, {}};
  HF_TRY(responses, json::get_array(answer, "responses"));
  if (responses->size() != 1 || !responses->front().is_object())
    return fail(ErrorCode::kInvalid, "responses: not one");
  HF_TRY(range, json::get_object(responses->front().get_object(), "response_range"));
  HF_TRY(entries, entries_of(*range, prefix));
  return Transaction{false, record_in(entries)};
}

// What a colleague wrote of itself, maybe in another version.
struct Presence {
  std::string life;
  std::string listens;
  moderator::Colleague view;
};

Presence read_presence(const std::string& name, const std::string& text) {
  Presence presence;
  presence.view.name = name;
  const auto object = json::parse_object(text);
  if (!object) return presence;
  const auto words = [&](std::string_view field) {
    const auto found = json::find_text(*object, field);
    return std::string(found ? found->value_or("") : "");
  };
  const auto flag = [&](std::string_view field) {
    const auto found = json::find_bool(*object, field);
    return found && found->value_or(false);
  };
  presence.life = words("life");
  presence.listens = words("listens");
  presence.view.primary_unhealthy = flag("primary_unhealthy");
  presence.view.redundant_unhealthy = flag("redundant_unhealthy");
  return presence;
}

std::string new_life(Random& random) {
  std::array<std::uint8_t, 8> bytes;
  random.fill(bytes);
  return hex_encode(bytes);
}

}  // namespace

EtcdRecords::EtcdRecords(net::Loop& loop, Random& random, Config config)
    : loop_(loop),
      config_(std::move(config)),
      life_(new_life(random)),
      client_(loop, config_.endpoints),
      next_poll_(loop),
      presence_(loop, config_.endpoints),
      next_presence_(loop) {}

void EtcdRecords::start(Events events) {
  events_ = std::move(events);
  poll();
  announce();
}

RecordStore::Status EtcdRecords::status() const {
  std::vector<std::string> urls;
  for (const net::Url& url : config_.endpoints.urls) urls.push_back(url.origin());
  Status status{"etcd",
                fmt::format("{} {}", fmt::join(urls, " "), config_.prefix),
                unreadable_.empty() ? trouble_ : unreadable_,
                {},
                ""};
  for (const auto& [name, colleague] : others_) {
    status.others.push_back(colleague);
    status.others.back().at_work = colleague.at_work && trouble_.empty();
  }
  if (namesake_seen_ && loop_.now() - *namesake_seen_ < Ms(kLeaseS * 1'000)) {
    status.warning = fmt::format(
        "another moderator over this etcd is called {}, too: give each a name of its own "
        "([moderate] name)",
        config_.name);
  }
  return status;
}

// ---- the record ----

void EtcdRecords::poll() {
  client_.call(
      "kv/range",
      {{"key", to_base64(config_.prefix)}, {"range_end", to_base64(end_of_prefix(config_.prefix))}},
      [this, announced = announced_](const Result<json::Object>& answer) {
        polled(answer, announced);
      });
}

void EtcdRecords::polled(const Result<json::Object>& answer, bool announced) {
  next_poll_.start(config_.poll, [this] { poll(); });
  const auto entries =
      answer ? entries_of(*answer, config_.prefix) : std::unexpected(answer.error());
  set_trouble(entries ? "" : entries.error().why);
  if (!entries) return;
  saw_colleagues(*entries, announced);
  saw(record_in(*entries));
}

void EtcdRecords::saw(std::optional<std::string> text) {
  if (loaded_ && text == known_) return;
  auto read = text ? read_record(*text, config_.keys) : moderator::Started{};
  known_ = std::move(text);
  const std::string why =
      read ? "" : fmt::format("{}{} is no record: {}", config_.prefix, kRecord, read.error().why);
  if (std::exchange(unreadable_, why) != why && !why.empty()) log::error("moderator", "{}", why);
  if (!read) return;
  if (!std::exchange(loaded_, true)) return events_.loaded(std::move(*read));
  events_.heard({std::move(read->stored), read->signer});
}

void EtcdRecords::store(const moderator::Record& record, Then then) {
  CHECK(loaded_ && !storing_, "one at a time, on what is known");
  // A record of a newer program, or damaged: what stands in it must not be lost without a word.
  if (!unreadable_.empty()) return then(fail(ErrorCode::kCorrupt, "{}", unreadable_));
  storing_ = true;
  next_poll_.cancel();
  const std::string key = to_base64(config_.prefix + std::string(kRecord));
  std::string text = record_text(record);
  json::Object condition{{"key", key}, {"result", "EQUAL"}};
  if (known_) {
    condition["target"] = "VALUE";
    condition["value"] = to_base64(*known_);
  } else {
    condition["target"] = "CREATE";
    condition["create_revision"] = "0";
  }
  const json::Object put{{"request_put", {{"key", key}, {"value", to_base64(text)}}}};
  const json::Object look{{"request_range", {{"key", key}}}};
  client_.call("kv/txn",
               {{"compare", json::Array{std::move(condition)}},
                {"success", json::Array{put}},
                {"failure", json::Array{look}}},
               [this, text = std::move(text), then = std::move(then)](
                   const Result<json::Object>& answer) { stored(answer, text, then); });
}

void EtcdRecords::stored(const Result<json::Object>& answer, const std::string& text,
                         const Then& then) {
  storing_ = false;
  next_poll_.start(config_.poll, [this] { poll(); });
  auto done = answer ? transaction_of(*answer, config_.prefix) : std::unexpected(answer.error());
  set_trouble(done ? "" : done.error().why);
  if (!done) {
    return then(fail(ErrorCode::kUnavailable,
                     "etcd does not answer ({}): if it was stored all the same, that shows when "
                     "etcd answers again",
                     done.error().why));
  }
  // Not carried out, and yet there: an earlier attempt at it came through, without an answer.
  if (done->succeeded || done->record == text) {
    known_ = text;
    return then({});
  }
  saw(std::move(done->record));
  then(fail(ErrorCode::kFenced, "another moderator stored its record first"));
}

void EtcdRecords::set_trouble(std::string why) {
  if (why == trouble_) return;
  if (why.empty())
    log::info("moderator", "etcd answers again");
  else
    log::warn("moderator", "etcd does not answer: {}", why);
  trouble_ = std::move(why);
}

// ---- who else is at work ----

void EtcdRecords::saw_colleagues(const std::map<std::string, std::string>& present,
                                 bool announced) {
  for (auto& [name, colleague] : others_) colleague.at_work = false;
  std::vector<moderator::Colleague> at_work;
  for (const auto& [key, text] : present) {
    if (!key.starts_with(kModerators)) continue;
    const std::string name = key.substr(kModerators.size());
    Presence presence = read_presence(name, text);
    if (name == config_.name) {
      if (announced && presence.life != life_) saw_namesake();
      continue;
    }
    others_[name] = {name, presence.listens, loop_.wall_and_mono().wall, true};
    at_work.push_back(std::move(presence.view));
  }
  if (at_work == at_work_) return;
  at_work_ = at_work;
  if (events_.colleagues) events_.colleagues({std::move(at_work)});
}

void EtcdRecords::saw_namesake() {
  const bool known = !status().warning.empty();
  namesake_seen_ = loop_.now();
  if (!known) log::warn("moderator", "{}", status().warning);
}

void EtcdRecords::tell(const moderator::Colleague& view) {
  if (view == view_) return;
  view_ = view;
  announce();
}

void EtcdRecords::announce() {
  next_presence_.start(kPresence, [this] { announce(); });
  presence_.call("lease/grant", {{"TTL", kLeaseS}}, [this](const Result<json::Object>& granted) {
    const auto lease = granted ? json::get_text(*granted, "ID") : std::unexpected(granted.error());
    if (lease) put_presence(std::string(*lease));
  });
}

void EtcdRecords::put_presence(const std::string& lease) {
  const json::Object presence{{"life", life_},
                              {"listens", config_.listens},
                              {"primary_unhealthy", view_.primary_unhealthy},
                              {"redundant_unhealthy", view_.redundant_unhealthy}};
  const std::string key = config_.prefix + std::string(kModerators) + config_.name;
  presence_.call(
      "kv/put",
      {{"key", to_base64(key)}, {"value", to_base64(json::serialize(presence))}, {"lease", lease}},
      [this](const Result<json::Object>& put) { announced_ = announced_ || put; });
}

}  // namespace holdfast::app
