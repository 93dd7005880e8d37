#include "app/config/keys_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/config/fields.h"
#include "app/config/parsers.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace holdfast::app {
namespace {

using protocol::KeyState;
using protocol::SecretKey;

void read_key(Fields& fields, SecretKey* key) {
  fields.required<protocol::KeyId>("id", "the key's name", &key->id, parse_key_id)
      .required<std::array<std::uint8_t, 32>>("secret", "43 characters of base64url", &key->bytes,
                                              parse_key_bytes);
}

void read_keys(Fields& fields, std::string_view name, std::vector<SecretKey>* keys) {
  fields.tables(name, [keys](Fields& one) {
    SecretKey key;
    read_key(one, &key);
    one.optional<KeyState>("state", &key.state, parse_key_state);
    keys->push_back(key);
  });
  const auto active = std::count_if(keys->begin(), keys->end(), [](const SecretKey& key) {
    return key.state == KeyState::kActive;
  });
  fields.refuse_if(active != 1, fmt::format("exactly one [[{}]] key must be active, there are {}",
                                            name, active));
}

Result<void> check_mode(const std::filesystem::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    return fail(ErrorCode::kInvalid,
                "{}: cannot be read: {}; it is named by keys_file and made by `holdfast init`",
                file.string(), std::strerror(errno));
  }
  if ((info.st_mode & 077) != 0) {
    return fail(ErrorCode::kInvalid,
                "{}: others may read these secrets (mode {:04o}): chmod 600 {}", file.string(),
                info.st_mode & 07777, file.string());
  }
  return {};
}

SecretKey fresh_key(std::string_view kind, Random& random, WallMs now) {
  const std::time_t seconds = now.value() / 1000;
  return {protocol::KeyId(fmt::format("{}-{:%Y%m%d}", kind, fmt::gmtime(seconds))),
          KeyState::kActive, random.bytes<32>()};
}

std::string key_lines(const SecretKey& key) {
  return fmt::format("id = \"{}\"\nsecret = \"{}\"\n", key.id, base64url_encode(key.bytes));
}

std::string_view state_name(KeyState state) {
  return state == KeyState::kActive    ? "active"
         : state == KeyState::kRetired ? "retired"
                                       : "compromised";
}

std::string key_list(std::string_view name, const std::vector<SecretKey>& keys) {
  std::string out;
  for (const auto& key : keys)
    out += fmt::format("\n[[{}]]\n{}state = \"{}\"\n", name, key_lines(key), state_name(key.state));
  return out;
}

}  // namespace

Result<DeploymentKeys> load_deployment_keys(const std::filesystem::path& file) {
  HF_CHECKED(check_mode(file));
  HF_TRY(table, read_toml(file));
  DeploymentKeys keys;
  Fields fields(file.string(), "", table);
  read_keys(fields, "cluster", &keys.cluster);
  read_keys(fields, "session", &keys.session);
  fields
      .required_table("peer", "the secret of the peer link",
                      [&](Fields& f) { read_key(f, &keys.peer); })
      .required_table("admin", "the secret of the command line",
                      [&](Fields& f) { read_key(f, &keys.admin); })
      .required_table("probe", "the secret of the Moderator's synthetic chats",
                      [&](Fields& f) { read_key(f, &keys.probe); });
  HF_CHECKED(fields.done());
  return keys;
}

Result<ModeratorKeys> load_moderator_keys(const std::filesystem::path& file) {
  HF_CHECKED(check_mode(file));
  HF_TRY(table, read_toml(file));
  ModeratorKeys keys;
  Fields fields(file.string(), "", table);
  fields
      .required_table("signing", "the seed of the key that signs verdicts",
                      [&](Fields& f) { read_key(f, &keys.signing); })
      .required_table("admin", "the secret of the command line",
                      [&](Fields& f) { read_key(f, &keys.admin); })
      .required_table("probe", "the secret of the synthetic chats",
                      [&](Fields& f) { read_key(f, &keys.probe); });
  HF_CHECKED(fields.done());
  return keys;
}

DeploymentKeys make_deployment_keys(Random& random, WallMs now) {
  return {{fresh_key("cluster", random, now)},
          {fresh_key("session", random, now)},
          fresh_key("peer", random, now),
          fresh_key("admin", random, now),
          fresh_key("probe", random, now)};
}

ModeratorKeys make_moderator_keys(const DeploymentKeys& shared, Random& random, WallMs now) {
  return {fresh_key("moderator", random, now), shared.admin, shared.probe};
}

std::string keys_text(const DeploymentKeys& keys) {
  return fmt::format(
      "# Secrets of this installation. Both deployments need the same file; nobody else may read "
      "it.\n"
      "# A new key of a list is \"retired\" first (it verifies), in every file; then \"active\", "
      "and the one before it\n"
      "# \"retired\"; a stolen one \"compromised\": docs/operations.md, \"Changing "
      "keys\".\n{}{}\n[peer]\n{}\n[admin]\n{}\n[probe]\n{}",
      key_list("cluster", keys.cluster), key_list("session", keys.session), key_lines(keys.peer),
      key_lines(keys.admin), key_lines(keys.probe));
}

std::string keys_text(const ModeratorKeys& keys) {
  return fmt::format(
      "# Secrets of the Moderator. `signing` signs verdicts: both deployments know its public "
      "half.\n\n[signing]\n{}\n[admin]\n{}\n[probe]\n{}",
      key_lines(keys.signing), key_lines(keys.admin), key_lines(keys.probe));
}

Result<void> write_secret_file(const std::filesystem::path& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(ErrorCode::kIo, "{}: cannot be created: {}", file.string(), std::strerror(errno));
  const auto written = ::write(fd, text.data(), text.size());
  const bool ok = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!ok)
    return fail(ErrorCode::kIo, "{}: cannot be written: {}", file.string(), std::strerror(error));
  return {};
}

}  // namespace holdfast::app
