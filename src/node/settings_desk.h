// Settings as operators write them: events of their own, with the two ticks of a message.
//
// A write comes like any other event, in a `send`, and is accepted by whichever node gets it when
// the role of its author allows it; from then on its acceptance speaks for it. One that was
// accepted elsewhere and comes back from a browser's outbox, after a failover, carries that
// acceptance and is held whatever its author may do by now. What is held is obeyed by Settings;
// this room knows where each operator's write stands, and tells its author when it is safe.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "node/batches.h"
#include "node/cached_chat.h"
#include "node/ledger.h"
#include "node/sessions.h"
#include "node/settings.h"
#include "replication/peer_link.h"

namespace holdfast::node {

class SettingsDesk {
 public:
  SettingsDesk(Turn& turn, Sessions& sessions, Settings& settings, Batches& batches, Ledger& ledger,
               const replication::PeerLink& link)
      : turn_(turn),
        sessions_(sessions),
        settings_(settings),
        batches_(batches),
        ledger_(ledger),
        link_(link) {}

  // A `set` of the session's own author; `acceptances` are what the client knows of.
  void send(Session& session, const ContentPtr& content,
            const std::vector<Acceptance>& acceptances);

  // An entry with a settings event is durable, or was read at the start. Who waited for it hears
  // so.
  std::optional<Settings::Change> hold(const Entry& entry);

  // For a welcome: where a write in the session's outbox stands. Nothing when it is not held, or
  // not theirs.
  std::optional<protocol::KnownOutbox> known(const Session& session, const Digest& digest) const;

  // The peer holds more than before.
  void peer_changed();

  std::size_t waiting() const { return waiting_.size(); }

 private:
  // Of an operator's write.
  struct Written {
    std::vector<Standing> standings;
    std::optional<Standing> safe_at;
  };
  Parsed<void> judge(const Session& session, const ContentPtr& content);
  void accepted(SessionId session, const Digest& digest);
  void look(const Digest& digest, const Standing& standing);
  bool is_safe(const Standing& standing) const;

  Turn& turn_;
  Sessions& sessions_;
  Settings& settings_;
  Batches& batches_;
  Ledger& ledger_;
  const replication::PeerLink& link_;
  std::map<Digest, Written> written_;
  std::map<std::pair<Origin, Seq>, Digest> waiting_;  // entries that are not known to be safe
  std::map<std::pair<SiteId, Author>, TokenBucket> rates_;
  std::set<SiteId> owners_leaving_;  // a write that ends an owner is on its way to the disk
};

}  // namespace holdfast::node
