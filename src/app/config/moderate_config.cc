#include "app/config/moderate_config.h"

#include "app/config/parsers.h"

namespace holdfast::app {
namespace {

constexpr IntegerRange kModeratorMs{10, 86'400'000};

Result<moderator::PolicyConfig> parse_profile(const std::string& text) {
  auto policy = moderator::profile(text);
  if (!policy) return fail(ErrorCode::kInvalid, "\"{}\" must be \"production\" or \"demo\"", text);
  return policy;
}

void read_moderate(Fields& fields, const std::filesystem::path& file, ModerateConfig* out,
                   std::string* keys_file) {
  fields.optional<std::string>("name", &out->name, parse_node_name)
      .required("data_dir", "the folder of the stored verdict", &out->data_dir)
      .required("keys_file", "the file with the secrets, made by `holdfast init`", keys_file);
  out->data_dir = beside(file, out->data_dir);
  *keys_file = beside(file, *keys_file);
}

void read_policy(Fields& fields, moderator::PolicyConfig* out) {
  fields.optional<moderator::PolicyConfig>("profile", out, parse_profile)
      .optional<protocol::Deployment>("preferred", &out->preferred, parse_deployment)
      .optional("probe_interval_ms", &out->probe_interval_ms, kModeratorMs)
      .optional("probe_timeout_ms", &out->probe_timeout_ms, kModeratorMs)
      .optional("state_interval_ms", &out->state_interval_ms, kModeratorMs)
      .optional("failback_after_ms", &out->failback_after_ms, kModeratorMs)
      .optional("moves_per_hour_max", &out->moves_per_hour_max, {0, 1'000});
}

}  // namespace

Result<ModerateConfig> load_moderate_config(const std::filesystem::path& file) {
  HF_TRY(table, read_toml(file));
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
      .optional_table("policy", [&](Fields& f) { read_policy(f, &config.policy); });
  read_log(fields, &config.log);
  read_moderator_keys(fields, &config.moderators);
  HF_CHECKED(fields.done());
  HF_TRY(keys, load_moderator_keys(keys_file));
  config.keys = std::move(keys);
  config.log.node = "moderator/" + config.name;
  return config;
}

}  // namespace holdfast::app
