// Bugs that are planted on purpose, so that the tests can show that they would notice.
//
//   if (!known || planted(Plant::kNoDedup)) append(event);
//
// In every build that ships planted() is the constant false and the branch is gone. In a build with
// -DHOLDFAST_PLANTS=ON the environment switches them on before the first question is asked:
// HOLDFAST_PLANT=no_dedup,order_by_wall_clock. An unknown name there ends the process: a plant that
// is misspelt would be a bug that nothing finds. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

namespace holdfast {

enum class Plant : std::uint8_t {
  kNoDedup,                  // a second send of one event becomes a second event
  kAckBeforeFsync,           // `accepted` goes out before the batch is durable
  kOriginReused,             // a restart carries on with the origin it had before
  kGiveBackWithoutMac,       // give-back takes what it is given
  kOrderByWallClock,         // the transcript forgets `after`
  kSecondAcceptanceDropped,  // acceptances are not merged
  kOlderVerdictWins,         // the last verdict heard counts, not the highest
  kOutboxDroppedOnAccepted,  // the client does not wait for `safe` (web/core has its own switch of
                             // this name)
  // For the fuzzers (fuzz/targets.py); no simulated run makes the input that these need.
  kHexBeyondTheEnd,        // the reader of JSON forgets where the text ends
  kControlFrameUnbounded,  // a ping may be as long as it likes
  kProofUnchecked,         // a browser's key need not have signed the challenge
  kPeerEntryUnchecked,     // what the peer sends is taken without its MAC
  kRangeUnchecked,         // a number of the configuration may be out of its bounds
  kRowUnchecked,           // a row of the journal is read without its checksum
};

// Those that the simulator must find.
inline constexpr std::size_t kSimulatedPlants = 8;

inline constexpr std::array<std::pair<std::string_view, Plant>, 14> kPlantNames{{
    {"no_dedup", Plant::kNoDedup},
    {"ack_before_fsync", Plant::kAckBeforeFsync},
    {"origin_reused", Plant::kOriginReused},
    {"give_back_without_mac", Plant::kGiveBackWithoutMac},
    {"order_by_wall_clock", Plant::kOrderByWallClock},
    {"second_acceptance_dropped", Plant::kSecondAcceptanceDropped},
    {"older_verdict_wins", Plant::kOlderVerdictWins},
    {"outbox_dropped_on_accepted", Plant::kOutboxDroppedOnAccepted},
    {"hex_beyond_the_end", Plant::kHexBeyondTheEnd},
    {"control_frame_unbounded", Plant::kControlFrameUnbounded},
    {"proof_unchecked", Plant::kProofUnchecked},
    {"peer_entry_unchecked", Plant::kPeerEntryUnchecked},
    {"range_unchecked", Plant::kRangeUnchecked},
    {"row_unchecked", Plant::kRowUnchecked},
}};

constexpr std::optional<Plant> plant_named(std::string_view name) {
  for (const auto& [text, plant] : kPlantNames) {
    if (text == name) return plant;
  }
  return std::nullopt;
}

#ifdef HOLDFAST_PLANTS

namespace internal {

inline std::uint32_t plants_from_environment() {
  const char* const environment = std::getenv("HOLDFAST_PLANT");
  std::string_view rest = environment == nullptr ? "" : environment;
  std::uint32_t mask = 0;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(name.size() == rest.size() ? name.size() : name.size() + 1);
    const auto plant = plant_named(name);
    if (!plant) {
      std::fprintf(stderr, "HOLDFAST_PLANT: no plant is called \"%.*s\"\n",
                   static_cast<int>(name.size()), name.data());
      std::exit(2);
    }
    mask |= 1u << static_cast<unsigned>(*plant);
  }
  return mask;
}

}  // namespace internal

inline bool planted(Plant plant) {
  static const std::uint32_t mask = internal::plants_from_environment();
  return (mask >> static_cast<unsigned>(plant) & 1u) != 0;
}

#else

constexpr bool planted(Plant) {
  return false;
}

#endif

}  // namespace holdfast
