// What the checkers may look at: what a person, a client or an operator could see, and nothing
// inside a node.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

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

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void composed(const Composed&) {}
  virtual void told_accepted(const std::string& /*who*/, const Digest&, Deployment /*by*/) {}
  virtual void told_safe(const std::string& /*who*/, const Digest&) {}
  virtual void told_refused(const std::string& /*who*/, const Digest&, std::uint16_t /*code*/) {}
  virtual void view_changed(const View&) {}
  virtual void reloaded(const std::string& /*who*/, const std::set<Digest>& /*kept*/,
                        const std::set<Digest>& /*on_screen*/) {}
  // A verdict reached a client over a link; `node` names the process that told it.
  virtual void verdict_told(const std::string& /*who*/, const std::string& /*connection*/, Epoch) {}
  virtual void active_changed(const std::string& /*who*/, Epoch /*before*/, Epoch /*now*/) {}
  // A webhook call arrived at its receiver.
  virtual void effect_received(const std::string& /*id*/) {}
  // A disaster took these events from a journal.
  virtual void destroyed(Deployment, const std::set<Digest>&) {}
};

}  // namespace holdfast::sim
