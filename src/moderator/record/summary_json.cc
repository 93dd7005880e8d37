#include <string_view>
#include <utility>

#include "moderator/record/enum_words.h"
#include "moderator/record/summary.h"

namespace holdfast::record {
namespace {

inline constexpr std::array<std::string_view, 6> kKinds{"deployment",  "service", "switch",
                                                        "maintenance", "unseen",  "frozen"};

// The numbers of each part by name, for both directions. What is zero is left out: most days are
// quiet, and a deployment takes no more than 64 KiB at once.
template <class Object, class Value>
struct Field {
  std::string_view name;
  Value Object::*member;
};

constexpr Field<Times, Ms> kTimes[] = {
    {"up_ms", &Times::up}, {"down_ms", &Times::down}, {"planned_ms", &Times::planned}};
constexpr Field<SideDay, std::uint64_t> kSideCounts[] = {
    {"probes_worked", &SideDay::probes_worked},     {"probes_failed", &SideDay::probes_failed},
    {"hedges_won", &SideDay::hedges_won},           {"late_acks", &SideDay::late_acks},
    {"failed_connects", &SideDay::failed_connects}, {"behind_max", &SideDay::behind_max}};
constexpr Field<Day, std::uint32_t> kDayCounts[] = {
    {"windows", &Day::windows},
    {"failovers", &Day::failovers},
    {"failbacks", &Day::failbacks},
    {"moves_by_people", &Day::moves_by_people},
    {"needless_failovers", &Day::needless_failovers}};
constexpr Field<Promises, std::uint64_t> kPromises[] = {{"promises_kept", &Promises::kept},
                                                        {"promises_lost", &Promises::lost},
                                                        {"messages_unsaid", &Promises::unsaid}};
constexpr Field<Day, Ms> kDayTimes[] = {{"client_ms", &Day::client_time},
                                        {"client_ms_dark", &Day::client_time_dark}};
constexpr Field<Incident, std::uint64_t> kIncidentCounts[] = {
    {"hedges_won", &Incident::hedges_won},
    {"late_acks", &Incident::late_acks},
    {"failed_connects", &Incident::failed_connects}};
constexpr Field<Incident, bool> kIncidentFlags[] = {{"was_active", &Incident::was_active},
                                                    {"planned", &Incident::planned},
                                                    {"needless", &Incident::needless}};

// Long ago enough for every clock, and a sum of them still fits.
constexpr json::IntRange kTime{.min = 0, .max = 1LL << 52};

std::int64_t number_of(Ms value) {
  return value.count();
}
template <class Integer>
Integer number_of(Integer value) {
  return value;
}

template <class Object, class Value, std::size_t N>
void write(json::Object& out, const Object& object, const Field<Object, Value> (&fields)[N]) {
  for (const auto& field : fields) {
    if (object.*field.member != Value{}) out[field.name] = number_of(object.*field.member);
  }
}

template <class Object, class Value, std::size_t N>
Result<void> read(const json::Object& in, Object& object, const Field<Object, Value> (&fields)[N]) {
  for (const auto& field : fields) {
    if constexpr (std::is_same_v<Value, bool>) {
      HF_TRY(flag, json::find_bool(in, field.name));
      object.*field.member = flag.value_or(false);
    } else {
      HF_TRY(number, json::find_int(in, field.name, kTime));
      object.*field.member = static_cast<Value>(number.value_or(0));
    }
  }
  return {};
}

json::Object object_of(const SideDay& side) {
  json::Object object;
  write(object, side.times, kTimes);
  write(object, side, kSideCounts);
  return object;
}

json::Object object_of(DayNumber number, const Day& day) {
  json::Object object;
  object["day"] = number;
  json::Object service;
  write(service, day.service, kTimes);
  object["service"] = std::move(service);
  for (const Deployment each : kDeployments) {
    object[protocol::name_of(each)] = object_of(day.sides[index_of(each)]);
  }
  write(object, day, kDayCounts);
  write(object, day, kDayTimes);
  write(object, day.promises, kPromises);
  if (day.last_window) object["last_window"] = *day.last_window;
  if (day.dark_windows.empty()) return object;
  json::Array dark;
  for (const std::uint32_t window : day.dark_windows) dark.push_back(window);
  object["dark_windows"] = std::move(dark);
  return object;
}

json::Object object_of(const Incident& incident) {
  json::Object object;
  object["kind"] = word_of(incident.kind, kKinds);
  object["from"] = incident.from.value();
  if (incident.until) object["until"] = incident.until->value();
  if (incident.deployment) object["deployment"] = protocol::name_of(*incident.deployment);
  object["why"] = incident.why;
  if (incident.kind != Kind::kDeployment) return object;
  write(object, incident, kIncidentFlags);
  if (incident.took_over) object["took_over_ms"] = incident.took_over->count();
  object["dark_ms"] = incident.dark.count();
  write(object, incident, kIncidentCounts);
  return object;
}

Result<std::optional<WallMs>> find_time(const json::Object& object, std::string_view field) {
  HF_TRY(value, json::find_int(object, field, kTime));
  return value ? std::optional(WallMs(*value)) : std::nullopt;
}

Result<std::optional<Deployment>> find_deployment(const json::Object& object,
                                                  std::string_view field) {
  HF_TRY(name, json::find_text(object, field));
  if (!name) return std::nullopt;
  HF_TRY(deployment, deployment_of(*name));
  return std::optional(deployment);
}

Result<SideDay> read_side(const json::Object& day, Deployment deployment) {
  HF_TRY(object, json::get_object(day, protocol::name_of(deployment)));
  SideDay side;
  HF_CHECKED(read(*object, side.times, kTimes));
  HF_CHECKED(read(*object, side, kSideCounts));
  return side;
}

Result<std::uint32_t> read_window(const json::Value& value) {
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > 287)
    return fail(ErrorCode::kInvalid, "dark_windows: not a window of a day");
  return static_cast<std::uint32_t>(value.get_int64());
}

Result<Day> read_day(const json::Object& object) {
  Day day;
  HF_TRY(service, json::get_object(object, "service"));
  HF_CHECKED(read(*service, day.service, kTimes));
  for (const Deployment each : kDeployments) {
    HF_TRY(side, read_side(object, each));
    day.sides[index_of(each)] = side;
  }
  HF_CHECKED(read(object, day, kDayCounts));
  HF_CHECKED(read(object, day, kDayTimes));
  HF_CHECKED(read(object, day.promises, kPromises));
  HF_TRY(last, json::find_int(object, "last_window", {.min = 0, .max = 287}));
  if (last) day.last_window = static_cast<std::uint32_t>(*last);
  HF_TRY(dark, json::find_array(object, "dark_windows"));
  if (dark == nullptr) return day;
  for (const json::Value& value : *dark) {
    HF_TRY(window, read_window(value));
    day.dark_windows.insert(window);
  }
  return day;
}

Result<Incident> read_incident(const json::Object& object) {
  HF_TRY(word, json::get_text(object, "kind"));
  HF_TRY(kind, enum_of<Kind>(word, kKinds));
  HF_TRY(from, json::get_int(object, "from", kTime));
  HF_TRY(until, find_time(object, "until"));
  HF_TRY(deployment, find_deployment(object, "deployment"));
  HF_TRY(why, json::get_text(object, "why"));
  Incident incident{kind, WallMs(from), until, deployment, std::string(why)};
  if (kind != Kind::kDeployment) return incident;
  if (!deployment) return fail(ErrorCode::kInvalid, "deployment: missing");
  HF_CHECKED(read(object, incident, kIncidentFlags));
  HF_TRY(took_over, json::find_int(object, "took_over_ms", kTime));
  if (took_over) incident.took_over = Ms(*took_over);
  HF_TRY(dark, json::get_int(object, "dark_ms", kTime));
  incident.dark = Ms(dark);
  HF_CHECKED(read(object, incident, kIncidentCounts));
  return incident;
}

Result<const json::Object*> object_in(const json::Value& value, std::string_view list) {
  if (!value.is_object()) return fail(ErrorCode::kInvalid, "{}: not an object", list);
  return &value.get_object();
}

Result<void> read_lists(const json::Object& object, Summary& summary) {
  HF_TRY(days, json::get_array(object, "days"));
  for (const json::Value& value : *days) {
    HF_TRY(one, object_in(value, "days"));
    HF_TRY(number, json::get_int(*one, "day", {.min = 0, .max = 100'000'000}));
    HF_TRY(day, read_day(*one));
    summary.days[number] = std::move(day);
  }
  HF_TRY(incidents, json::get_array(object, "incidents"));
  for (const json::Value& value : *incidents) {
    HF_TRY(one, object_in(value, "incidents"));
    HF_TRY(incident, read_incident(*one));
    summary.incidents.push_back(std::move(incident));
  }
  return {};
}

}  // namespace

json::Object object_of(const Summary& summary) {
  json::Object object;
  object["v"] = 1;
  if (summary.began) object["began"] = summary.began->value();
  if (summary.observed) object["observed"] = summary.observed->value();
  json::Object now;
  for (const Deployment each : kDeployments) {
    now[protocol::name_of(each)] = word_of(summary.now[index_of(each)], kConditions);
  }
  object["now"] = std::move(now);
  if (summary.maintained) object["maintained"] = protocol::name_of(*summary.maintained);
  object["epoch"] = summary.epoch.value();
  object["clients"] = summary.clients;
  json::Array days;
  for (const auto& [number, day] : summary.days) days.push_back(object_of(number, day));
  object["days"] = std::move(days);
  json::Array incidents;
  for (const Incident& incident : summary.incidents) incidents.push_back(object_of(incident));
  object["incidents"] = std::move(incidents);
  return object;
}

Result<Summary> read_summary(const json::Object& object) {
  HF_TRY(version, json::get_int(object, "v"));
  if (version != 1) return fail(ErrorCode::kInvalid, "v: {} is not known here", version);
  Summary summary;
  HF_TRY(began, find_time(object, "began"));
  HF_TRY(observed, find_time(object, "observed"));
  HF_TRY(now, json::get_object(object, "now"));
  for (const Deployment each : kDeployments) {
    HF_TRY(word, json::get_text(*now, protocol::name_of(each)));
    HF_TRY(condition, enum_of<Condition>(word, kConditions));
    summary.now[index_of(each)] = condition;
  }
  HF_TRY(maintained, find_deployment(object, "maintained"));
  HF_TRY(epoch, json::get_int(object, "epoch", {.min = 0}));
  HF_TRY(clients, json::get_int(object, "clients", {.min = 0, .max = 1'000'000'000}));
  summary.began = began;
  summary.observed = observed;
  summary.maintained = maintained;
  summary.epoch = Epoch(static_cast<std::uint64_t>(epoch));
  summary.clients = static_cast<std::uint64_t>(clients);
  HF_CHECKED(read_lists(object, summary));
  return summary;
}

}  // namespace holdfast::record
