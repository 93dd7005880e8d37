#include "app/config/moderate_config.h"

#include <algorithm>
#include <charconv>

#include "app/config/parsers.h"

namespace holdfast::app {
namespace {

// Below 50 ms a deployment would be asked again before it can have answered.
constexpr IntegerRange kEveryMs{50, 60'000};
constexpr IntegerRange kForMs{50, 86'400'000};
// The core is told the time every 100 ms: what is no longer than a few of these is no pause.
constexpr IntegerRange kOutOfOrderMs{500, 60'000};

Result<moderator::PolicyConfig> parse_profile(const std::string& text) {
  auto policy = moderator::profile(text);
  if (!policy)
    return fail(ErrorCode::kInvalid, "\"{}\" must be \"production\", \"demo\" or \"drill\"", text);
  return policy;
}

// Per cent in the file, a share of 1 here.
Result<double> parse_target(const std::string& text) {
  double percent = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || stopped != end)
    return fail(ErrorCode::kInvalid, "\"{}\" is no number", text);
  if (!(percent >= 90 && percent <= 100 * kTargetMax))
    return fail(ErrorCode::kInvalid, "{} must be at least 90 and at most {}", text,
                100 * kTargetMax);
  return percent / 100;
}

void read_record(Fields& fields, RecordConfig* out) {
  fields.optional<double>("target_percent", &out->target, parse_target)
      .optional("days", &out->days, {30, 400});
}

void read_moderate(Fields& fields, const std::filesystem::path& file, ModerateConfig* out,
                   std::string* keys_file) {
  fields.optional<std::string>("name", &out->name, parse_node_name)
      .required("data_dir", "the folder of the stored verdict", &out->data_dir)
      .required("keys_file", "the file with the secrets, made by `holdfast init`", keys_file);
  out->data_dir = beside(file, out->data_dir);
  *keys_file = beside(file, *keys_file);
}

// The profile first, whatever the order in the file; then every field that stands beside it.
void read_policy(Fields& fields, moderator::PolicyConfig* out) {
  moderator::HealthConfig& health = out->health;
  fields.optional<moderator::PolicyConfig>("profile", out, parse_profile)
      .optional<protocol::Deployment>("preferred", &out->preferred, parse_deployment)
      .optional("probe_interval_ms", &out->probe_interval_ms, kEveryMs)
      .optional("probe_timeout_ms", &out->probe_timeout_ms, kEveryMs)
      .optional("links_renew_ms", &out->links_renew_ms, {1'000, 3'600'000})
      .optional("chat_failures", &health.chat_failures, {1, 100})
      .optional("peer_chat_failures", &health.peer_chat_failures, {1, 100})
      .optional("peer_chat_ms_max", &health.peer_chat_ms_max, kForMs)
      .optional("journal_ms_max", &health.journal_ms_max, kForMs)
      .optional("state_interval_ms", &out->state_interval_ms, kEveryMs)
      .optional("witness_ms_max", &health.witness_ms_max, kForMs)
      .optional("clients_window_ms", &health.clients_window_ms, kForMs)
      .optional("clients_bad_min", &health.clients_bad_min, {1, 1'000'000})
      .optional("clients_bad_percent", &health.clients_bad_percent, {0, 100})
      .optional("publish_retry_ms", &out->publish_retry_ms, kEveryMs)
      .optional("failback_after_ms", &out->failback_after_ms, {0, 86'400'000})
      .optional("moves_per_hour_max", &out->moves_per_hour_max, {0, 1'000})
      .optional("barrier_poll_ms", &out->barrier_poll_ms, kEveryMs)
      .optional("pause_ms_max", &out->pause_ms_max, kOutOfOrderMs)
      .optional("clock_jump_ms_max", &out->clock_jump_ms_max, kOutOfOrderMs)
      .optional("clock_skew_ms_max", &out->clock_skew_ms_max, {10, 3'600'000})
      .refuse_if(health.witness_ms_max < 2 * out->state_interval_ms,
                 "witness_ms_max must be at least twice state_interval_ms, or what the other "
                 "deployment says is old before it is heard again")
      .refuse_if(health.clients_window_ms < 2 * out->state_interval_ms,
                 "clients_window_ms must be at least twice state_interval_ms, or no two reports "
                 "fall into it");
}

Result<std::string> parse_prefix(const std::string& text) {
  const auto plain = [](char c) { return c > 0x20 && c < 0x7f; };
  if (text.size() < 2 || text.size() > 200 || text.back() != '/' ||
      !std::ranges::all_of(text, plain)) {
    return fail(ErrorCode::kInvalid,
                "\"{}\" must be 2 to 200 printable characters and end with /, as \"/holdfast/\"",
                text);
  }
  return text;
}

void read_store(Fields& fields, const std::filesystem::path& file, StoreConfig* out) {
  fields
      .required_list<net::Url>("etcd", "the URLs of etcd, which the moderators share", &out->etcd,
                               parse_dial_url)
      .optional<std::string>("prefix", &out->prefix, parse_prefix)
      .optional("timeout_ms", &out->timeout_ms, kEveryMs)
      .optional("poll_ms", &out->poll_ms, kEveryMs)
      .refuse_if(out->etcd.empty(), "etcd needs a URL; without [store] the record is a file");
  read_dial_tls(fields, file, &out->tls);
}

}  // namespace

Result<ModerateConfig> load_moderate_config(const std::filesystem::path& file) {
  HF_TRY(table, read_config(file, ConfigOf::kModerator));
  ModerateConfig config;
  config.file = file;
  std::string keys_file;
  Fields fields(file.string(), "", table);
  fields
      .required_table("moderate", "who this is",
                      [&](Fields& f) { read_moderate(f, file, &config, &keys_file); })
      .required_table("listen", "where to listen",
                      [&](Fields& f) { read_listen(f, file, &config.listen); })
      .required_table("deployments", "whom to watch",
                      [&](Fields& f) {
                        f.required_list<net::Url>("primary", "the Primary Deployment's URLs",
                                                  &config.primary, parse_dial_url)
                            .required_list<net::Url>("redundant", "the Redundant Deployment's URLs",
                                                     &config.redundant, parse_dial_url)
                            .refuse_if(config.primary.empty() || config.redundant.empty(),
                                       "both deployments need a URL");
                        read_dial_tls(f, file, &config.tls);
                      })
      .optional_table("policy", [&](Fields& f) { read_policy(f, &config.policy); })
      .optional_table("store", [&](Fields& f) { read_store(f, file, &config.store); })
      .optional_table("record", [&](Fields& f) { read_record(f, &config.record); });
  read_alerts(fields, file, &config.alerts);
  read_log(fields, &config.log);
  read_moderator_keys(fields, &config.moderators);
  HF_CHECKED(fields.done());
  HF_TRY(keys, load_moderator_keys(keys_file));
  config.keys = std::move(keys);
  config.log.node = "moderator/" + config.name;
  return config;
}

}  // namespace holdfast::app
