#include "base/encoding.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

using protocol::Digest;

Lines keys(const std::vector<protocol::SecretKey>& cluster) {
  Lines lines;
  for (const auto& key : cluster) {
    const std::string_view state = key.state == protocol::KeyState::kActive    ? "active"
                                   : key.state == protocol::KeyState::kRetired ? "retired"
                                                                               : "compromised";
    lines.add(Row()
                  .text("id", key.id.value())
                  .text("hex", hex_encode(ByteView(key.bytes)))
                  .text("state", state)
                  .take());
  }
  return lines;
}

std::string_view name_of(protocol::MacCheck check) {
  switch (check) {
    case protocol::MacCheck::kValid:
      return "valid";
    case protocol::MacCheck::kWrong:
      return "wrong";
    case protocol::MacCheck::kUnknownKey:
      return "unknown_key";
    case protocol::MacCheck::kCompromisedKey:
      break;
  }
  return "compromised_key";
}

}  // namespace

std::string chain_json() {
  using protocol::KeyState;
  const std::vector<protocol::SecretKey> cluster = {secret_key("c3", 3),
                                                    secret_key("c1", 1, KeyState::kRetired),
                                                    secret_key("c2", 2, KeyState::kCompromised)};
  Lines acceptances;
  const auto check = [&](std::string_view name, const Digest& digest,
                         const protocol::Acceptance& acceptance) {
    acceptances.add(
        Row()
            .text("name", name)
            .hash("digest", digest.value())
            .raw("acc", protocol::encode(acceptance))
            .text("check", name_of(protocol::check_acceptance(cluster, digest, acceptance)))
            .take());
  };
  const Digest digest(sha256(std::string_view("an event"))),
      other(sha256(std::string_view("another")));
  const auto made = [&](protocol::SecretKey key, std::uint64_t seq) {
    key.state = KeyState::kActive;  // it was, when it signed
    return protocol::accept({&key, 1}, digest, kPrimaryOrigin, protocol::Seq(seq),
                            protocol::Hlc(kNoon + 5));
  };
  check("by the active key", digest, made(cluster[0], 1));
  check("a great seq", digest, made(cluster[0], 9'007'199'254'740'991));
  check("by a retired key", digest, made(cluster[1], 2));
  check("by a compromised key", digest, made(cluster[2], 3));
  check("by an unknown key", digest, made(secret_key("c9", 9), 4));
  check("of another event", other, made(cluster[0], 1));
  protocol::Acceptance changed = made(cluster[0], 1);
  changed.seq = protocol::Seq(2);
  check("with another seq", digest, changed);
  changed = made(cluster[0], 1);
  changed.hlc = protocol::Hlc(kNoon + 6);
  check("with another time", digest, changed);
  changed = made(cluster[0], 1);
  changed.origin = kRedundantOrigin;
  check("with another origin", digest, changed);
  changed = made(cluster[0], 1);
  changed.key = protocol::KeyId("c1");
  check("under another key's name", digest, changed);

  Lines chain;
  protocol::ChainHash h = protocol::chain_start(kPrimaryOrigin);
  chain.add(
      Row().text("origin", kPrimaryOrigin.value()).number("s", 0).hash("h", h.value()).take());
  for (std::uint64_t seq = 1; seq <= 4; ++seq) {
    const Digest entry(sha256(std::to_string(seq)));
    const protocol::Mac mac(sha256("mac " + std::to_string(seq)));
    h = protocol::chain_next(h, entry, mac);
    chain.add(Row()
                  .text("origin", kPrimaryOrigin.value())
                  .number("s", seq)
                  .hash("digest", entry.value())
                  .hash("m", mac.value())
                  .hash("h", h.value())
                  .take());
  }
  return File()
      .add("keys", keys(cluster))
      .add("acceptances", acceptances)
      .add("chain", chain)
      .take();
}

}  // namespace holdfast::vectors
