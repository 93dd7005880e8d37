// What is never stored: that somebody is typing, and what clients saw of the other deployment.
// Dropped first under load, and without a word.
#pragma once

#include "node/chats.h"
#include "node/sessions.h"

namespace holdfast::node {

class Signals {
 public:
  Signals(Turn& turn, Chats& chats) : turn_(turn), chats_(chats) {}

  void signal(Session& session, const from_client::Signal& signal);
  // The same, from another node of the deployment.
  void from_neighbour(const SiteId& site, const from_node::Signal& signal);
  void report(Session& session, const from_client::Report& report);

 private:
  void relay(const CachedChat& chat, const from_node::Signal& signal);

  Turn& turn_;
  Chats& chats_;
};

}  // namespace holdfast::node
