// Configuration files as people type them: of `serve`, of `moderate`, and the two files of keys.
//
// Checks: a file that is taken has every number within its documented bounds and every list that
// may not be empty filled, and is taken again with the same digest; a file that is refused is
// refused in one line that begins with the file's name and holds none of its secrets; keys that are
// written read the same; any text survives being quoted.
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/config/moderate_config.h"
#include "app/config/serve_config.h"
#include "app/config/toml_tree.h"
#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "fuzz/harness.h"

namespace holdfast::fuzz {
namespace {

namespace fs = std::filesystem;
using namespace app;

enum class What : std::uint8_t {
  kServe,
  kModerate,
  kDeploymentKeys,
  kModeratorKeys,
  kQuoted,
  kServeEdited,
  kModerateEdited,
};
constexpr std::size_t kWhats = 7;

// One folder for the whole process. `good.keys` and `moderator.keys` in it are sound.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-fuzz-XXXXXX").string();
    CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    SeededRandom random(1);
    const auto keys = make_deployment_keys(random, WallMs(1'700'000'000'000));
    write("good.keys", keys_text(keys));
    write("moderator.keys", keys_text(make_moderator_keys(keys, random, WallMs(0))));
    write("password", "secret of the mail server\n");
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path write(const std::string& name, std::string_view text) {
    const fs::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << text;
    CHECK(::chmod(file.c_str(), 0600) == 0);
    return file;
  }

 private:
  fs::path path_;
};

Folder& folder() {
  static Folder folder;
  return folder;
}

// The keys that stand in a file: 43 characters of base64url behind `secret = "`.
std::vector<std::string> secrets_in(const fs::path& file) {
  constexpr std::string_view kBefore = "secret = \"";
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::vector<std::string> secrets;
  for (auto at = text.find(kBefore); at != std::string::npos; at = text.find(kBefore, at + 1)) {
    const auto begin = at + kBefore.size();
    const std::string secret = text.substr(begin, text.find('"', begin) - begin);
    if (Hash32::from_base64url(secret)) secrets.push_back(secret);
  }
  return secrets;
}

// One line for a person, which names the file.
void check_refusal(const fs::path& file, const Error& error) {
  const std::string& why = error.why;
  CHECK(why.find('\n') == std::string::npos, "two lines: {}", why);
  CHECK(why.starts_with(file.string()) || why.find(".keys") != std::string::npos ||
            why.find("cannot be read") != std::string::npos,
        "which file? {}", why);
  if (why.find(": unknown key;") != std::string::npos) return;  // tells its name, whatever that is
  for (const std::string& secret : secrets_in(file))
    CHECK(why.find(secret) == std::string::npos, "a secret is told: {}", why);
}

void check_within(std::int64_t value, std::int64_t min, std::int64_t max, const char* name) {
  CHECK(value >= min && value <= max, "{} is {}", name, value);
}

// The bounds of docs/operations.md.
void check_serve(const fs::path& file) {
  const auto config = load_serve_config(file);
  if (!config) return check_refusal(file, config.error());
  const node::Config& node = config->node;
  for (const auto ms :
       {node.heartbeat_ms, node.autonomous_after_ms, node.clock_bound_ms, node.lease_ms,
        node.give_back_lapse_ms, node.peer_dead_ms, node.session_silent_ms})
    check_within(ms, 100, 86'400'000, "a time of a node");
  check_within(node.rate_burst, 1, 100'000, "events_burst");
  check_within(node.rate_per_s, 1, 100'000, "events_per_s");
  check_within(static_cast<std::int64_t>(node.sessions_max), 1, 1'000'000, "sessions_max");
  check_within(static_cast<std::int64_t>(config->mailbox_max), 16, 10'000'000, "mailbox_max");
  check_within(static_cast<std::int64_t>(config->server.connections_max), 1, 1'000'000,
               "connections_max");
  check_within(static_cast<std::int64_t>(config->journal_queue_max), 16, 1'000'000,
               "journal_queue_max");
  check_within(static_cast<std::int64_t>(config->link_queue_bytes_max), 65'536, 1'073'741'824,
               "link_queue_bytes_max");
  check_within(node.effect_retry_ms, 10, 86'400'000, "retry_ms");
  check_within(node.effect_retry_max_ms, 10, 86'400'000, "retry_max_ms");
  check_within(node.effect_alone_ms, 1'000, 604'800'000, "alone_ms");
  check_within(config->effects.webhooks.timeout_ms, 100, 60'000, "timeout_ms");
  CHECK(!node.own_urls.empty() && !config->listen.addresses.empty());
  CHECK(node.keys.cluster.size() == 1 && node.keys.session.size() == 1);
  CHECK(node.mail == !config->effects.mail.smtp.empty());
  CHECK(config->effects.mail.user.empty() == config->effects.mail.password.empty());
  for (const auto* urls : {&node.own_urls, &node.peer_urls, &node.console_origins}) {
    for (const auto& url : *urls) CHECK(net::parse_url(url)->origin() == url);
  }
  const auto again = load_serve_config(file);
  CHECK(again && again->node.config_digest == node.config_digest);
}

void check_moderate(const fs::path& file) {
  const auto config = load_moderate_config(file);
  if (!config) return check_refusal(file, config.error());
  const moderator::PolicyConfig& policy = config->policy;
  check_within(policy.probe_interval_ms, 50, 60'000, "probe_interval_ms");
  check_within(policy.state_interval_ms, 50, 60'000, "state_interval_ms");
  check_within(policy.probe_timeout_ms, 50, 60'000, "probe_timeout_ms");
  check_within(policy.publish_retry_ms, 50, 60'000, "publish_retry_ms");
  check_within(policy.pause_ms_max, 500, 60'000, "pause_ms_max");
  check_within(policy.clock_jump_ms_max, 500, 60'000, "clock_jump_ms_max");
  check_within(policy.health.chat_failures, 1, 100, "chat_failures");
  check_within(policy.failback_after_ms, 0, 86'400'000, "failback_after_ms");
  check_within(policy.health.clients_bad_percent, 0, 100, "clients_bad_percent");
  CHECK(policy.health.witness_ms_max >= 2 * policy.state_interval_ms);
  CHECK(!config->primary.empty() && !config->redundant.empty());
}

template <class Keys>
void check_keys(const fs::path& file, Result<Keys> (*load)(const fs::path&)) {
  const auto keys = load(file);
  if (!keys) return check_refusal(file, keys.error());
  const std::string text = keys_text(*keys);
  const auto again = load(folder().write("again.keys", text));
  CHECK(again.has_value(), "{}", again.error().why);
  CHECK(keys_text(*again) == text);
}

void check_quoted(const std::string& text) {
  if (!is_valid_utf8(text)) return;
  const auto table = parse_toml("x = " + toml_quoted(text), "a file");
  CHECK(table.has_value(), "{}", table.error().why);
  const auto* const value = std::get_if<std::string>(&table->values.at("x").value);
  CHECK(value != nullptr && *value == text);
}

constexpr std::string_view kServe = R"([deployment]
name = "primary"
node = "n1"
data_dir = "data"
keys_file = "good.keys"
[listen]
addresses = ["127.0.0.1:8080", "[::1]:8080"]
certificate_file = "a.pem"
key_file = "a.key"
[urls]
own = ["https://a.example"]
peer = ["https://b.example"]
moderators = ["https://m.example"]
console_origins = ["https://c.example"]
[peer]
dial = ["https://b.example:8443"]
verify_certificate = false
ca_file = "ca.pem"
[web]
root = "web"
console_frame_ancestors = ["https://c.example"]
[limits]
connections_max = 10
sessions_max = 18000
events_burst = 40
events_per_s = 10
mailbox_max = 65536
[timing]
heartbeat_ms = 5000
lease_ms = 10000
token_ms = 60000
[mail]
smtp = "smtp://mail.example:587"
from = "chat@a.example"
tls = "required"
user = "chat"
password_file = "password"
[webhooks]
allow = ["127.0.0.0/8"]
timeout_ms = 1000
[effects]
retry_ms = 5000
alone_ms = 300000
[log]
level = "info"
form = "json"
[[moderator]]
id = "m1"
public_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
state = "retired"
)";

// As little as is taken, and times.
constexpr std::string_view kSmall = R"([deployment]
name = "redundant"
data_dir = "d"
keys_file = "good.keys"
[listen]
addresses = ["127.0.0.1:80"]
[urls]
own = ["http://a"]
peer = ["http://b"]
[peer]
[timing]
heartbeat_ms = 100
autonomous_after_ms = 200
clock_bound_ms = 300
give_back_lapse_ms = 400
peer_dead_ms = 500
session_silent_ms = 600
[limits]
journal_queue_max = 16
link_queue_bytes_max = 65536
)";

constexpr std::string_view kModerate = R"([moderate]
name = "m1"
data_dir = "data"
keys_file = "moderator.keys"
[listen]
addresses = ["0.0.0.0:9090"]
[deployments]
primary = ["http://a.example"]
redundant = ["http://b.example:81"]
[policy]
profile = "demo"
preferred = "redundant"
probe_interval_ms = 500
state_interval_ms = 500
witness_ms_max = 5000
clients_window_ms = 5000
failback_after_ms = 1000
moves_per_hour_max = 6
[log]
level = "warn"
)";

// What a person does to a sound file: values are replaced, lines go or stand twice.
std::string edited(Input& input, std::string_view sound) {
  std::vector<std::string> lines;
  std::string line;
  for (std::istringstream in{std::string(sound)}; std::getline(in, line);) lines.push_back(line);
  for (std::size_t count = 1 + input.below(4); count > 0; --count) {
    std::string& chosen = input.one_of(lines);
    const auto equals = chosen.find(" = ");
    const std::string before = chosen.substr(0, equals) + " = ";
    switch (input.below(4)) {
      case 0:
        chosen = before + std::to_string(static_cast<std::int32_t>(input.number()));
        break;
      case 1:
        chosen = before + input.text();
        break;
      case 2:
        chosen.clear();
        break;
      default:
        chosen += "\n" + std::string(chosen);
        break;
    }
  }
  std::string text;
  for (const std::string& each : lines) text += each + "\n";
  return text;
}

}  // namespace

void run(Input& input) {
  const auto what = static_cast<What>(input.below(kWhats));
  if (what == What::kServeEdited)
    return check_serve(folder().write("serve.toml", edited(input, kServe)));
  if (what == What::kModerateEdited)
    return check_moderate(folder().write("moderate.toml", edited(input, kModerate)));
  const std::string text = input.rest();
  switch (what) {
    case What::kServe:
      return check_serve(folder().write("serve.toml", text));
    case What::kModerate:
      return check_moderate(folder().write("moderate.toml", text));
    case What::kDeploymentKeys:
      return check_keys<DeploymentKeys>(folder().write("some.keys", text), load_deployment_keys);
    case What::kModeratorKeys:
      return check_keys<ModeratorKeys>(folder().write("some.keys", text), load_moderator_keys);
    case What::kQuoted:
      return check_quoted(text);
    case What::kServeEdited:
    case What::kModerateEdited:
      return;
  }
}

namespace {

std::string seed(What what, std::string_view text) {
  return Script().byte(static_cast<std::size_t>(what)).rest(text).bytes();
}

}  // namespace

std::vector<std::string> seeds() {
  SeededRandom random(2);
  const auto keys = make_deployment_keys(random, WallMs(0));
  return {seed(What::kServe, kServe),
          seed(What::kServe, kSmall),
          seed(What::kModerate, kModerate),
          seed(What::kDeploymentKeys, keys_text(keys)),
          seed(What::kModeratorKeys, keys_text(make_moderator_keys(keys, random, WallMs(0)))),
          Script()
              .byte(static_cast<std::size_t>(What::kServeEdited))
              .byte(0)
              .byte(29)
              .byte(0)
              .number(500)
              .bytes(),
          Script()
              .byte(static_cast<std::size_t>(What::kModerateEdited))
              .byte(0)
              .byte(12)
              .byte(1)
              .text("501")
              .bytes(),
          seed(What::kQuoted, "a \"text\"\twith \\ and \x01"),
          seed(What::kServe, "deployment = [1979-05-27, 1.5, 'x', {a = 1}]\n")};
}

}  // namespace holdfast::fuzz
