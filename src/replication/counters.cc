#include "replication/counters.h"

namespace holdfast::replication {

void Counters::add_to(std::map<std::string, std::int64_t>& metrics) const {
  metrics["peer_connections_opened_total"] = connections_opened;
  metrics["peer_connections_proven_total"] = connections_proven;
  metrics["peer_connections_replaced_total"] = connections_replaced;
  metrics["peer_connections_silent_total"] = connections_silent;
  metrics["peer_bad_proofs_total"] = bad_proofs;
  metrics["peer_bad_frames_total"] = bad_frames;
  metrics["peer_unknown_frames_total"] = unknown_frames;
  metrics["peer_pulls_sent_total"] = pulls_sent;
  metrics["peer_pulls_answered_total"] = pulls_answered;
  metrics["peer_stray_answers_total"] = stray_answers;
  metrics["peer_entries_received_total"] = entries_received;
  metrics["peer_entries_again_total"] = entries_again;
  metrics["peer_entries_sent_total"] = entries_sent;
  metrics["peer_bad_entries_total"] = bad_entries;
  metrics["peer_forged_entries_total"] = forged_entries;
  metrics["peer_compromised_key_entries_total"] = compromised_entries;
  metrics["peer_undelivered_entries_total"] = undelivered_entries;
  metrics["peer_unreadable_answers_total"] = unreadable_answers;
  metrics["peer_forks_seen_total"] = forks_seen;
  metrics["peer_rollbacks_total"] = rollbacks;
  metrics["peer_edges_read_total"] = edges_read;
}

}  // namespace holdfast::replication
