// What the checkers may look at: what a person, a client or an operator could see, and nothing
// inside a node.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/frames.gen.h"
#include "protocol/intervals.h"
#include "sim/client/held.h"
#include "sim/clock.h"

namespace holdfast::sim {

// One line of a transcript on a screen.
struct ViewLine {
  const protocol::Content* content;
  const std::vector<Acceptance>* acceptances;
};

// A chat on one screen, in the order in which it stands there.
struct View {
  const std::string& who;  // the browser
  Audience up_to;
  const ChatId& chat;
  const ChatSet& set;
  std::vector<ViewLine> lines;
};

// Somebody wrote something.
struct Composed {
  const std::string& who;
  ContentPtr content;
  std::optional<Digest>
      own_before;  // the author's newest event of this chat that stood on the screen
};

// An event that came over a link, before the client looked at it.
struct Arrived {
  const std::string& who;
  const Author& reader;
  Audience up_to;
  const protocol::SiteId& site;
  const protocol::Content& content;
};

// A copy of an own event that left over a link.
struct Sent {
  const std::string& tab;  // one life of one page
  Deployment to;
  bool first;  // the first copy of this event
  bool hedge;
  MonoMs at;
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void composed(const Composed&) {}
  virtual void told_accepted(const std::string& /*who*/, const Digest&, Deployment /*by*/) {}
  virtual void told_safe(const std::string& /*who*/, const Digest&) {}
  // The same, with the entry that a node named.
  virtual void safe_named(const std::string& /*who*/, Deployment /*by*/,
                          const protocol::from_node::Safe&) {}
  virtual void told_refused(const std::string& /*who*/, const Digest&, std::uint16_t /*code*/) {}
  virtual void arrived(const Arrived&) {}
  virtual void view_changed(const View&) {}
  virtual void reloaded(const std::string& /*who*/, const std::set<Digest>& /*kept*/,
                        const std::set<Digest>& /*on_screen*/) {}
  virtual void sent(const Sent&) {}
  virtual void answered(const std::string& /*tab*/, Deployment /*by*/, MonoMs /*at*/) {}
  // A verdict reached a client over a link; `node` names the process that told it.
  virtual void verdict_told(const std::string& /*who*/, const std::string& /*connection*/, Epoch) {}
  virtual void active_changed(const std::string& /*who*/, Epoch /*before*/, Epoch /*now*/) {}
  // A webhook call arrived at its receiver.
  virtual void effect_received(const std::string& /*id*/) {}

  // ---- what the world does ----
  // The first fault strikes.
  virtual void peace_is_over() {}
  // A disaster took these events from a journal.
  virtual void destroyed(Deployment, const std::set<Digest>&) {}
  // Entries, by their place in a chain, of a journal that a disaster took; their events may stand
  // elsewhere in it.
  virtual void entries_gone(Deployment, const std::set<protocol::ChainHash>&) {}
  // A machine of this deployment runs twice from now on, for a while.
  virtual void cloned(Deployment) {}
  // A deployment lost its whole journal while the other one held these settings.
  virtual void emptied(Deployment, const std::set<Digest>& /*settings*/) {}
  // It calls itself ready for the first time after that, and holds these.
  virtual void serves_again(Deployment, const std::set<Digest>& /*settings*/) {}
  // A node of this deployment runs again after it was away or stood still.
  virtual void came_back(Deployment) {}

  // ---- at the journals ----
  virtual void written(Deployment, const protocol::Entry&) {}
  // A batch that was to count only under a lease was taken while somebody else had it.
  virtual void written_without_lease(Deployment, const std::string& /*by*/,
                                     const std::string& /*holder*/) {}
  // What both hold, now and then.
  virtual void holdings_seen(SimMs, const protocol::Holdings& /*primary*/,
                             const protocol::Holdings& /*redundant*/) {}

  // ---- the moderator ----
  virtual void failed_over(SimMs, Deployment /*to*/) {}
  // It gave the chats back to a deployment that holds this much.
  virtual void failed_back(SimMs, Deployment /*to*/, const protocol::Holdings&) {}

  // ---- the newer version ----
  // It put this into the journal of a deployment.
  virtual void newer_version_wrote(Deployment, const ContentPtr&) {}
};

}  // namespace holdfast::sim
