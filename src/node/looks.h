// Consoles that look at chats which are not theirs: closed ones, which every operator may, and
// others' open ones, which a supervisor may. What they see is what its operator sees, live; nobody
// sees them.
#pragma once

#include "node/chats.h"
#include "node/delivery.h"
#include "node/settings.h"

namespace holdfast::node {

class Looks {
 public:
  Looks(Turn& turn, Sessions& sessions, Chats& chats, const Settings& settings)
      : turn_(turn), sessions_(sessions), chats_(chats), settings_(settings) {}

  void look(Session& session, const from_client::Look& frame);

  // Whether this operator may look at the chat as it stands now.
  bool may_look(const SiteId& site, const Author& who, const CachedChat& chat) const;

  // The chat's routing changed: whoever may not look any more does not from now on. The caller
  // tells the lists.
  void recheck(const CachedChat& chat);
  // Somebody's role changed; tells them what they no longer see.
  void recheck(const SiteId& site, const Author& who);

 private:
  void begin(Session& session, CachedChat& chat);

  Turn& turn_;
  Sessions& sessions_;
  Chats& chats_;
  const Settings& settings_;
};

}  // namespace holdfast::node
