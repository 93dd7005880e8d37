// What the link counts, for /metrics and for the simulator's "this must have happened" assertions.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace holdfast::replication {

struct Counters {
  std::int64_t connections_opened = 0;
  std::int64_t connections_proven = 0;
  std::int64_t connections_replaced = 0;  // another proven one stayed
  std::int64_t connections_silent = 0;    // nothing heard, or not proven in time
  std::int64_t bad_proofs = 0;            // wrong key, own deployment, no common version
  std::int64_t bad_frames = 0;            // malformed or out of step
  std::int64_t unknown_frames = 0;        // of a newer version: ignored
  std::int64_t pulls_sent = 0;
  std::int64_t pulls_answered = 0;
  std::int64_t stray_answers = 0;     // to no pull of ours
  std::int64_t entries_received = 0;  // verified and new
  std::int64_t entries_again = 0;     // received though held or on their way
  std::int64_t entries_sent = 0;
  std::int64_t bad_entries = 0;          // content, place, or a key that is not known
  std::int64_t forged_entries = 0;       // the acceptance is not genuine
  std::int64_t compromised_entries = 0;  // genuine, under a key that leaked
  std::int64_t undelivered_entries = 0;  // the peer said that it holds them
  std::int64_t unreadable_answers = 0;
  std::int64_t forks_seen = 0;
  std::int64_t rollbacks = 0;
  std::int64_t edges_read = 0;  // chain hashes asked of our own journal

  void add_to(std::map<std::string, std::int64_t>& metrics) const;
};

}  // namespace holdfast::replication
