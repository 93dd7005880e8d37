#include "app/init/genesis.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/ulid.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::app {

std::vector<SettingsWrite> genesis_writes(const Genesis& genesis) {
  const auto of_site = [&](std::string field, std::string value) {
    return SettingsWrite{
        genesis.site, site_entity(genesis.site), std::move(field), std::move(value), false, {}};
  };
  const auto of_operator = [&](std::string field, std::string value) {
    return SettingsWrite{genesis.site,
                         operator_entity(genesis.operator_id),
                         std::move(field),
                         std::move(value),
                         false,
                         {}};
  };
  return {
      of_site("name", json_text(genesis.site_name)),
      of_site("origins", json_texts(genesis.origins)),
      of_operator("name", json_text(genesis.operator_name)),
      of_operator("role", json_text("owner")),
      of_operator("password", json_text(genesis.password_hash)),
      of_operator("active", "true"),
  };
}

protocol::EventId genesis_id(const SettingsWrite& write) {
  const auto hash =
      sha256(fmt::format("holdfast:genesis:1\n{}\n{}\n{}", write.site, write.entity, write.field));
  std::array<std::uint8_t, 10> bytes;
  std::copy_n(hash.bytes.begin(), bytes.size(), bytes.begin());
  return protocol::EventId(Ulid::make(WallMs{0}, bytes).text());
}

std::vector<protocol::Entry> genesis_entries(const Genesis& genesis,
                                             const std::vector<protocol::SecretKey>& cluster,
                                             Random& random, WallMs now) {
  const auto origin =
      protocol::make_origin(protocol::Deployment::kPrimary, "init", Ulid::make(now, random).text());
  protocol::HybridClock clock;
  std::vector<protocol::Entry> entries;
  auto before = protocol::chain_start(origin);
  for (const auto& write : genesis_writes(genesis)) {
    protocol::Entry entry;
    entry.origin = origin;
    entry.seq = protocol::Seq(entries.size() + 1);
    entry.content = compose_write(write, protocol::Author("a:init"), genesis_id(write), random);
    entry.acceptance =
        protocol::accept(cluster, entry.content->digest, origin, entry.seq, clock.next(now));
    entry.before = before;
    entry.h = protocol::chain_next(before, entry.content->digest, entry.acceptance.mac);
    before = entry.h;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace holdfast::app
