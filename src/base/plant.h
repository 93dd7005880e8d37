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
  kNoDedup,                   // a second send of one event becomes a second event
  kAckBeforeFsync,            // `accepted` goes out before the batch is durable
  kOriginReused,              // a restart carries on with the origin it had before
  kGiveBackWithoutMac,        // give-back takes what it is given
  kOrderByWallClock,          // the transcript forgets `after`
  kSecondAcceptanceDropped,   // acceptances are not merged
  kOlderVerdictWins,          // the last verdict heard counts, not the highest
  kOutboxDroppedOnAccepted,   // the client does not wait for `safe` (web/core has its own switch of
                              // this name)
  kSafeWithoutChain,          // the peer "holds" what has the same number, whatever its chain says
  kSafeWhenOneHolds,          // `safe` without asking what the peer holds
  kMaskedRollback,            // nobody answers for an origin whose chains differ
  kAuthorNotBound,            // a client may name anybody as the author
  kSecondDigestTaken,         // a node takes a second event under an id that it holds
  kAudienceIgnored,           // visitors are shown what operators write to each other
  kReplacesOne,               // a decision names one predecessor, not all
  kOlderSettingsWin,          // of concurrent writes of a setting the oldest counts
  kRevokedStillIn,            // a revocation ends no session
  kAutonomousWhileMainLives,  // nobody waits for the decider
  kHedgeWithoutLimit,         // hedges have no budget (web/core: hedgeUnlimited)
  kFailbackBeforeBarrier,     // the moderator fails back to whoever is healthy
  kCursorStopsAtPoison,       // an entry that cannot be understood ends the exchange of its origin
  kUnknownFieldLost,          // a head is written anew for the peer, from the members known here
  kErasedBodyReturns,         // a body that was erased is kept when it comes again
  kLeaseUnchecked,            // the journal's commit does not look at the lease
  kPartForWhole,              // a restart forgets that the journal began empty
  // For the fuzzers (fuzz/targets.py); no simulated run makes the input that these need.
  kHexBeyondTheEnd,        // the reader of JSON forgets where the text ends
  kControlFrameUnbounded,  // a ping may be as long as it likes
  kProofUnchecked,         // a browser's key need not have signed the challenge
  kPeerEntryUnchecked,     // what the peer sends is taken without its MAC
  kRangeUnchecked,         // a number of the configuration may be out of its bounds
  kRowUnchecked,           // a row of the journal is read without its checksum
};

// Those that the simulator must find.
inline constexpr std::size_t kSimulatedPlants = 25;

inline constexpr std::array<std::pair<std::string_view, Plant>, 31> kPlantNames{{
    {"no_dedup", Plant::kNoDedup},
    {"ack_before_fsync", Plant::kAckBeforeFsync},
    {"origin_reused", Plant::kOriginReused},
    {"give_back_without_mac", Plant::kGiveBackWithoutMac},
    {"order_by_wall_clock", Plant::kOrderByWallClock},
    {"second_acceptance_dropped", Plant::kSecondAcceptanceDropped},
    {"older_verdict_wins", Plant::kOlderVerdictWins},
    {"outbox_dropped_on_accepted", Plant::kOutboxDroppedOnAccepted},
    {"safe_without_chain", Plant::kSafeWithoutChain},
    {"safe_when_one_holds", Plant::kSafeWhenOneHolds},
    {"masked_rollback", Plant::kMaskedRollback},
    {"author_not_bound", Plant::kAuthorNotBound},
    {"second_digest_taken", Plant::kSecondDigestTaken},
    {"audience_ignored", Plant::kAudienceIgnored},
    {"replaces_one", Plant::kReplacesOne},
    {"older_settings_win", Plant::kOlderSettingsWin},
    {"revoked_still_in", Plant::kRevokedStillIn},
    {"autonomous_while_main_lives", Plant::kAutonomousWhileMainLives},
    {"hedge_without_limit", Plant::kHedgeWithoutLimit},
    {"failback_before_barrier", Plant::kFailbackBeforeBarrier},
    {"cursor_stops_at_poison", Plant::kCursorStopsAtPoison},
    {"unknown_field_lost", Plant::kUnknownFieldLost},
    {"erased_body_returns", Plant::kErasedBodyReturns},
    {"lease_unchecked", Plant::kLeaseUnchecked},
    {"part_for_whole", Plant::kPartForWhole},
    {"hex_beyond_the_end", Plant::kHexBeyondTheEnd},
    {"control_frame_unbounded", Plant::kControlFrameUnbounded},
    {"proof_unchecked", Plant::kProofUnchecked},
    {"peer_entry_unchecked", Plant::kPeerEntryUnchecked},
    {"range_unchecked", Plant::kRangeUnchecked},
    {"row_unchecked", Plant::kRowUnchecked},
}};

static_assert(kPlantNames.size() <= 64, "one bit each");

constexpr std::optional<Plant> plant_named(std::string_view name) {
  for (const auto& [text, plant] : kPlantNames) {
    if (text == name) return plant;
  }
  return std::nullopt;
}

#ifdef HOLDFAST_PLANTS

namespace internal {

inline std::uint64_t plants_from_environment() {
  const char* const environment = std::getenv("HOLDFAST_PLANT");
  std::string_view rest = environment == nullptr ? "" : environment;
  std::uint64_t mask = 0;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(name.size() == rest.size() ? name.size() : name.size() + 1);
    const auto plant = plant_named(name);
    if (!plant) {
      std::fprintf(stderr, "HOLDFAST_PLANT: no plant is called \"%.*s\"\n",
                   static_cast<int>(name.size()), name.data());
      std::exit(2);
    }
    mask |= std::uint64_t{1} << static_cast<unsigned>(*plant);
  }
  return mask;
}

}  // namespace internal

inline bool planted(Plant plant) {
  static const std::uint64_t mask = internal::plants_from_environment();
  return (mask >> static_cast<unsigned>(plant) & 1U) != 0;
}

#else

constexpr bool planted(Plant) {
  return false;
}

#endif

}  // namespace holdfast
