#include "sim/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/json.h"

namespace holdfast::sim {
namespace {

json::Array texts(const std::vector<std::string>& items) {
  json::Array array;
  for (const std::string& item : items) array.emplace_back(item);
  return array;
}

json::Object counts(const std::map<std::string, std::int64_t>& items) {
  json::Object object;
  for (const auto& [name, count] : items) object[name] = count;
  return object;
}

std::vector<std::string> read_texts(const json::Value& value) {
  std::vector<std::string> items;
  for (const json::Value& item : value.as_array()) items.emplace_back(item.as_string());
  return items;
}

std::map<std::string, std::int64_t> read_counts(const json::Value& value) {
  std::map<std::string, std::int64_t> items;
  for (const auto& member : value.as_object())
    items[std::string(member.key())] = member.value().to_number<std::int64_t>();
  return items;
}

json::Object object_of(const RunResult& result) {
  json::Object object;
  object["seed"] = result.seed;
  object["failures"] = texts(result.failures);
  object["timeline"] = texts(result.timeline);
  object["kinds"] = result.kinds;
  object["all_kinds"] = texts(result.all_kinds);
  json::Object strikes;
  for (const auto& [number, strike] : result.strikes) strikes[std::to_string(number)] = strike;
  object["strikes"] = std::move(strikes);
  object["simulated_ms"] = result.simulated_ms;
  object["cpu_us"] = result.cpu_us;
  object["messages"] = result.messages;
  object["events"] = result.events;
  object["converged_ms"] = result.converged_ms;
  object["faults"] = counts(result.faults);
  object["sometimes"] = counts(result.sometimes);
  object["trace_hash"] = fmt::format("{:016x}", result.trace_hash);
  return object;
}

std::int64_t sum(const std::map<std::string, std::int64_t>& items) {
  std::int64_t all = 0;
  for (const auto& [name, count] : items) all += count;
  return all;
}

}  // namespace

std::string to_line(const RunResult& result) {
  return json::serialize(object_of(result)) + "\n";
}

RunResult from_line(const std::string& line) {
  const auto parsed = json::parse(line);
  CHECK(parsed.has_value(), "a worker's line: {}", line.substr(0, 200));
  const json::Object& object = parsed->as_object();
  RunResult result;
  result.seed = object.at("seed").to_number<std::uint64_t>();
  result.failures = read_texts(object.at("failures"));
  result.timeline = read_texts(object.at("timeline"));
  result.kinds = std::string(object.at("kinds").as_string());
  result.all_kinds = read_texts(object.at("all_kinds"));
  for (const auto& member : object.at("strikes").as_object())
    result.strikes[std::stoul(std::string(member.key()))] = std::string(member.value().as_string());
  result.simulated_ms = object.at("simulated_ms").to_number<std::int64_t>();
  result.cpu_us = object.at("cpu_us").to_number<std::int64_t>();
  result.messages = object.at("messages").to_number<std::int64_t>();
  result.events = object.at("events").to_number<std::int64_t>();
  result.converged_ms = object.at("converged_ms").to_number<std::int64_t>();
  result.faults = read_counts(object.at("faults"));
  result.sometimes = read_counts(object.at("sometimes"));
  result.trace_hash = std::stoull(std::string(object.at("trace_hash").as_string()), nullptr, 16);
  return result;
}

void Report::add(const RunResult& result) {
  first_seed_ = runs_ == 0 ? result.seed : std::min(first_seed_, result.seed);
  last_seed_ = std::max(last_seed_, result.seed);
  ++runs_;
  simulated_ms_ += result.simulated_ms;
  cpu_us_ += result.cpu_us;
  messages_ += result.messages;
  events_ += result.events;
  for (const auto& [name, count] : result.faults) faults_[name] += count;
  for (const auto& [name, count] : result.sometimes) sometimes_[name] += count;
  if (!result.failures.empty()) {
    failed_.push_back(result);
    return;
  }
  converged_ms_.push_back(result.converged_ms);
  const std::int64_t faults = sum(result.faults);
  messages_min_ = messages_min_ < 0 ? result.messages : std::min(messages_min_, result.messages);
  faults_min_ = faults_min_ < 0 ? faults : std::min(faults_min_, faults);
}

std::string Report::text() const {
  std::string text = fmt::format(
      "\n{} runs, seeds {} to {}: {:.0f} simulated seconds, {} messages (at least {} a run), {} "
      "faults (at least {} a run), {} failed\n",
      runs_, first_seed_, last_seed_, simulated_s(), messages_, messages_min_, sum(faults_),
      faults_min_, failed_.size());
  if (!converged_ms_.empty()) {
    auto sorted = converged_ms_;
    std::ranges::sort(sorted);
    text += fmt::format("converged after the healing: median {} ms, slowest {} ms\n",
                        sorted[sorted.size() / 2], sorted.back());
  }
  if (cpu_us_ > 0)
    text += fmt::format("{:.0f} simulated seconds a second of a processor\n", speed());
  text += "\nfaults\n";
  for (const auto& [name, count] : faults_) text += fmt::format("  {:8}  {}\n", count, name);
  text += "\nsometimes\n";
  for (const auto& [name, count] : sometimes_) text += fmt::format("  {:8}  {}\n", count, name);
  return text;
}

std::string Report::json() const {
  json::Object object;
  object["runs"] = runs_;
  object["first_seed"] = first_seed_;
  object["last_seed"] = last_seed_;
  object["simulated_s"] = simulated_s();
  object["cpu_s"] = static_cast<double>(cpu_us_) / 1'000'000.0;
  object["messages"] = messages_;
  object["messages_min"] = messages_min_;
  object["events"] = events_;
  object["faults"] = counts(faults_);
  object["faults_min"] = faults_min_;
  object["sometimes"] = counts(sometimes_);
  json::Array failed;
  for (const RunResult& result : failed_) failed.emplace_back(object_of(result));
  object["failed"] = std::move(failed);
  return json::serialize(object);
}

}  // namespace holdfast::sim
