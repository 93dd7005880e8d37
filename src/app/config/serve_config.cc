#include "app/config/serve_config.h"

#include <algorithm>

#include "app/config/effects_fields.h"
#include "app/config/keys_file.h"
#include "app/config/parsers.h"
#include "base/crypto.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr IntegerRange kNodeMs{100, 86'400'000};

void read_deployment(Fields& fields, const std::filesystem::path& file, ServeConfig* out,
                     std::string* keys_file) {
  fields
      .required<protocol::Deployment>("name", "\"primary\" or \"redundant\"", &out->node.deployment,
                                      parse_deployment)
      .optional<std::string>("node", &out->node.node_name, parse_node_name)
      .required("data_dir", "the folder of the journal", &out->data_dir)
      .required("keys_file", "the file with the secrets, made by `holdfast init`", keys_file);
  out->data_dir = beside(file, out->data_dir);
  *keys_file = beside(file, *keys_file);
}

void read_urls(Fields& fields, node::Config* out) {
  fields
      .required_list<std::string>("own", "this deployment's URLs, as browsers reach it",
                                  &out->own_urls, parse_origin)
      .required_list<std::string>("peer", "the other deployment's URLs, as browsers reach it",
                                  &out->peer_urls, parse_origin)
      .optional_list<std::string>("moderators", &out->moderator_urls, parse_origin)
      .optional_list<std::string>("console_origins", &out->console_origins, parse_origin)
      .refuse_if(out->own_urls.empty(), "own names no URL");
  // The console is served by both deployments: their own origins may always open it.
  for (const auto* urls : {&out->own_urls, &out->peer_urls}) {
    for (const auto& url : *urls) {
      if (std::find(out->console_origins.begin(), out->console_origins.end(), url) ==
          out->console_origins.end()) {
        out->console_origins.push_back(url);
      }
    }
  }
}

void read_peer_chat(Fields& fields, const std::filesystem::path& file, PeerChatConfig* out) {
  fields.optional("interval_ms", &out->interval_ms, {250, 60'000})
      .optional("timeout_ms", &out->timeout_ms, {250, 60'000})
      .optional("links_renew_ms", &out->links_renew_ms, {1'000, 3'600'000});
  DialTls tls{out->tls.verify, ""};
  read_dial_tls(fields, file, &tls);
  if (tls.ca_file.empty()) tls.ca_file = out->tls.ca_file;
  out->tls = tls;
}

void read_web(Fields& fields, ServeConfig* out) {
  fields.optional("root", &out->web_root)
      .optional_list<std::string>("console_frame_ancestors", &out->console_frame_ancestors,
                                  parse_origin);
}

void read_limits(Fields& fields, ServeConfig* out) {
  fields.optional("connections_max", &out->server.connections_max, {1, 1'000'000})
      .optional("sessions_max", &out->node.sessions_max, {1, 1'000'000})
      .optional("new_chats_per_minute", &out->node.new_chats_per_minute, {1, 10'000'000})
      .optional("events_burst", &out->node.rate_burst, {1, 100'000})
      .optional("events_per_s", &out->node.rate_per_s, {1, 100'000})
      .optional("mailbox_max", &out->mailbox_max, {16, 10'000'000})
      .optional("journal_queue_max", &out->journal_queue_max, {16, 1'000'000})
      .optional("link_queue_bytes_max", &out->link_queue_bytes_max, {65'536, 1'073'741'824});
}

void read_timing(Fields& fields, node::Config* out) {
  fields.optional("heartbeat_ms", &out->heartbeat_ms, kNodeMs)
      .optional("autonomous_after_ms", &out->autonomous_after_ms, kNodeMs)
      .optional("clock_bound_ms", &out->clock_bound_ms, kNodeMs)
      .optional("lease_ms", &out->lease_ms, kNodeMs)
      .optional("give_back_lapse_ms", &out->give_back_lapse_ms, kNodeMs)
      .optional("peer_dead_ms", &out->peer_dead_ms, kNodeMs)
      .optional("report_late_ms", &out->report_late_ms, kNodeMs)
      .optional("session_silent_ms", &out->session_silent_ms, kNodeMs)
      .optional("token_ms", &out->token_ms, {60'000, 31'536'000'000});
}

void read_all(Fields& fields, const std::filesystem::path& file, ServeConfig* out,
              std::string* keys_file) {
  fields
      .required_table("deployment", "who this is",
                      [&](Fields& f) { read_deployment(f, file, out, keys_file); })
      .required_table("listen", "where to listen",
                      [&](Fields& f) { read_listen(f, file, &out->listen); })
      .required_table("urls", "how browsers reach everything",
                      [&](Fields& f) { read_urls(f, &out->node); })
      .required_table("peer", "how to reach the other deployment",
                      [&](Fields& f) {
                        f.optional_list<net::Url>("dial", &out->peer.dial, parse_dial_url);
                        read_dial_tls(f, file, &out->peer.tls);
                        out->peer_chat.tls = out->peer.tls;
                      })
      .optional_table("peer_chat", [&](Fields& f) { read_peer_chat(f, file, &out->peer_chat); })
      .optional_table("web", [&](Fields& f) { read_web(f, out); })
      .optional_table("limits", [&](Fields& f) { read_limits(f, out); })
      .optional_table("timing", [&](Fields& f) { read_timing(f, &out->node); });
  read_effects(fields, file, &out->effects, &out->node);
  read_log(fields, &out->log);
  read_moderator_keys(fields, &out->node.keys.moderators);
  if (!out->web_root.empty()) out->web_root = beside(file, out->web_root);
}

}  // namespace

Result<ServeConfig> load_serve_config(const std::filesystem::path& file) {
  HF_TRY(table, read_config(file, ConfigOf::kDeployment));
  ServeConfig config;
  config.file = file;
  std::string keys_file;
  Fields fields(file.string(), "", table);
  read_all(fields, file, &config, &keys_file);
  HF_CHECKED(fields.done());

  HF_TRY(keys, load_deployment_keys(keys_file));
  config.node.keys.cluster = std::move(keys.cluster);
  config.node.keys.session = std::move(keys.session);
  config.node.keys.peer = keys.peer;
  config.node.keys.admin = keys.admin;
  config.node.keys.probe = keys.probe;
  config.node.config_digest = config_digest(config.node);
  config.server.tls = config.listen.tls;
  config.log.node =
      fmt::format("{}/{}", protocol::name_of(config.node.deployment), config.node.node_name);
  return config;
}

std::string config_digest(const node::Config& config) {
  std::string text = "holdfast:config:1\n";
  const auto add_secret = [&](std::string_view list, const protocol::SecretKey& key) {
    const auto fingerprint =
        sha256(std::string_view("holdfast:fingerprint:1\n"), ByteView(key.bytes));
    text += fmt::format("{} {} {} {}\n", list, key.id, static_cast<int>(key.state),
                        fingerprint.base64url());
  };
  for (const auto& key : config.keys.cluster) add_secret("cluster", key);
  for (const auto& key : config.keys.session) add_secret("session", key);
  add_secret("peer", config.keys.peer);
  add_secret("admin", config.keys.admin);
  add_secret("probe", config.keys.probe);
  for (const auto& key : config.keys.moderators) {
    text += fmt::format("moderator {} {} {}\n", key.id, static_cast<int>(key.state),
                        Hash32{key.bytes}.base64url());
  }
  text += fmt::format("{} {} {} {} {} {}\n", config.autonomous_after_ms, config.clock_bound_ms,
                      config.token_ms, config.rate_burst, config.rate_per_s, config.heartbeat_ms);
  // The same URLs from either side's point of view, and the same consoles.
  std::vector<std::string> urls = config.own_urls;
  urls.insert(urls.end(), config.peer_urls.begin(), config.peer_urls.end());
  urls.insert(urls.end(), config.moderator_urls.begin(), config.moderator_urls.end());
  urls.insert(urls.end(), config.console_origins.begin(), config.console_origins.end());
  std::sort(urls.begin(), urls.end());
  for (const auto& url : urls) text += url + "\n";
  return sha256(text).base64url().substr(0, 22);
}

}  // namespace holdfast::app
