#include <map>
#include <utility>

#include "base/json.h"
#include "moderator/record/enum_words.h"
#include "moderator/record/line.h"

namespace holdfast::record {
namespace {

json::Object head(std::string_view type, WallMs at) {
  json::Object object;
  object["t"] = type;
  object["at"] = at.value();
  return object;
}

json::Object object_of(const Counts& counts) {
  return {{"ok", counts.probes_worked},        {"failed", counts.probes_failed},
          {"hedges", counts.hedges_won},       {"late", counts.late_acks},
          {"refused", counts.failed_connects}, {"behind", counts.behind_max},
          {"clients", counts.clients}};
}

json::Object object_of(const Promises& promises) {
  return {{"kept", promises.kept}, {"lost", promises.lost}, {"unsaid", promises.unsaid}};
}

json::Object object_of(const Began& line) {
  json::Object object = head("began", line.at);
  object["build"] = line.build;
  return object;
}

json::Object object_of(const Blind& line) {
  json::Object object = head("blind", line.at);
  object["from"] = line.from.value();
  object["why"] = line.why;
  return object;
}

json::Object object_of(const Turned& line) {
  json::Object object = head("turned", line.at);
  object["deployment"] = protocol::name_of(line.deployment);
  object["to"] = word_of(line.to, kConditions);
  object["since"] = line.since.value();
  object["signals"] = line.signals;
  return object;
}

json::Object object_of(const Decided& line) {
  json::Object object = head("decided", line.at);
  object["epoch"] = line.epoch.value();
  object["cause"] = word_of(line.cause, kCauses);
  object["why"] = line.why;
  return object;
}

json::Object object_of(const Froze& line) {
  json::Object object = head("froze", line.at);
  object["on"] = line.on;
  object["by"] = line.by;
  return object;
}

json::Object object_of(const Maintained& line) {
  json::Object object = head("maintained", line.at);
  object["deployment"] = protocol::name_of(line.deployment);
  object["step"] = word_of(line.step, kSteps);
  object["by"] = line.by;
  return object;
}

json::Object object_of(const Abstained& line) {
  json::Object object = head("abstained", line.at);
  object["why"] = line.why;
  return object;
}

json::Object object_of(const Sample& line) {
  json::Object object = head("sample", line.at);
  object["from"] = line.from.value();
  for (const Deployment each : kDeployments) {
    object[protocol::name_of(each)] = object_of(line.sides[index_of(each)]);
  }
  object["promises"] = object_of(line.promises);
  return object;
}

Result<WallMs> time_of(const json::Object& object, std::string_view field) {
  HF_TRY(ms, json::get_int(object, field, {.min = 0}));
  return WallMs(ms);
}

Result<std::string> text_at(const json::Object& object, std::string_view field) {
  HF_TRY(text, json::get_text(object, field));
  return std::string(text);
}

Result<Deployment> deployment_at(const json::Object& object) {
  HF_TRY(name, json::get_text(object, "deployment"));
  return deployment_of(name);
}

Result<Counts> read_counts(const json::Object& line, Deployment deployment) {
  HF_TRY(object, json::get_object(line, protocol::name_of(deployment)));
  Counts counts;
  for (const auto& [field, out] : std::initializer_list<std::pair<const char*, std::uint64_t*>>{
           {"ok", &counts.probes_worked},
           {"failed", &counts.probes_failed},
           {"hedges", &counts.hedges_won},
           {"late", &counts.late_acks},
           {"refused", &counts.failed_connects},
           {"behind", &counts.behind_max},
           {"clients", &counts.clients}}) {
    HF_TRY(value, json::get_int(*object, field, {.min = 0}));
    *out = static_cast<std::uint64_t>(value);
  }
  return counts;
}

// Versions before 0.2.0 counted none.
Result<Promises> read_promises(const json::Object& line) {
  HF_TRY(object, json::find_object(line, "promises"));
  Promises promises;
  if (object == nullptr) return promises;
  for (const auto& [field, out] : std::initializer_list<std::pair<const char*, std::uint64_t*>>{
           {"kept", &promises.kept}, {"lost", &promises.lost}, {"unsaid", &promises.unsaid}}) {
    HF_TRY(value, json::get_int(*object, field, {.min = 0}));
    *out = static_cast<std::uint64_t>(value);
  }
  return promises;
}

Result<Line> read_began(const json::Object& object, WallMs at) {
  HF_TRY(build, text_at(object, "build"));
  return Began{at, std::move(build)};
}

Result<Line> read_blind(const json::Object& object, WallMs at) {
  HF_TRY(from, time_of(object, "from"));
  HF_TRY(why, text_at(object, "why"));
  return Blind{at, from, std::move(why)};
}

Result<Line> read_turned(const json::Object& object, WallMs at) {
  HF_TRY(deployment, deployment_at(object));
  HF_TRY(word, json::get_text(object, "to"));
  HF_TRY(to, enum_of<Condition>(word, kConditions));
  HF_TRY(since, time_of(object, "since"));
  HF_TRY(signals, text_at(object, "signals"));
  return Turned{at, deployment, to, since, std::move(signals)};
}

Result<Line> read_decided(const json::Object& object, WallMs at) {
  HF_TRY(epoch, json::get_int(object, "epoch", {.min = 1}));
  HF_TRY(word, json::get_text(object, "cause"));
  HF_TRY(cause, enum_of<Cause>(word, kCauses));
  HF_TRY(why, text_at(object, "why"));
  return Decided{at, Epoch(static_cast<std::uint64_t>(epoch)), cause, std::move(why)};
}

Result<Line> read_froze(const json::Object& object, WallMs at) {
  HF_TRY(on, json::get_bool(object, "on"));
  HF_TRY(by, text_at(object, "by"));
  return Froze{at, on, std::move(by)};
}

Result<Line> read_maintained(const json::Object& object, WallMs at) {
  HF_TRY(deployment, deployment_at(object));
  HF_TRY(word, json::get_text(object, "step"));
  HF_TRY(step, enum_of<Step>(word, kSteps));
  HF_TRY(by, text_at(object, "by"));
  return Maintained{at, deployment, step, std::move(by)};
}

Result<Line> read_abstained(const json::Object& object, WallMs at) {
  HF_TRY(why, text_at(object, "why"));
  return Abstained{at, std::move(why)};
}

Result<Line> read_sample(const json::Object& object, WallMs at) {
  HF_TRY(from, time_of(object, "from"));
  HF_TRY(promises, read_promises(object));
  Sample sample{at, from, {}, promises};
  for (const Deployment each : kDeployments) {
    HF_TRY(counts, read_counts(object, each));
    sample.sides[index_of(each)] = counts;
  }
  return sample;
}

}  // namespace

std::string text_of(const Line& line) {
  return json::serialize(std::visit([](const auto& it) { return object_of(it); }, line));
}

Result<Line> parse_line(std::string_view text) {
  static const std::map<std::string_view, Result<Line> (*)(const json::Object&, WallMs)> kReaders{
      {"began", read_began},         {"blind", read_blind},  {"turned", read_turned},
      {"decided", read_decided},     {"froze", read_froze},  {"maintained", read_maintained},
      {"abstained", read_abstained}, {"sample", read_sample}};
  HF_TRY(object, json::parse_object(text));
  HF_TRY(type, json::get_text(object, "t"));
  HF_TRY(at, time_of(object, "at"));
  const auto reader = kReaders.find(type);
  if (reader == kReaders.end()) return fail(ErrorCode::kInvalid, "\"{}\" is no kind of line", type);
  return reader->second(object, at);
}

}  // namespace holdfast::record
