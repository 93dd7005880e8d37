// The settings as consoles see them: the registers that their operator may change, on request and
// whenever one changes. Secrets are told as being set, and nothing more; what this version does not
// know is not told, since it may be one.
#pragma once

#include "node/sessions.h"
#include "node/settings.h"

namespace holdfast::node {

class RegisterViews {
 public:
  RegisterViews(Turn& turn, Sessions& sessions, const Settings& settings)
      : turn_(turn), sessions_(sessions), settings_(settings) {}

  void view(Session& session, bool on);
  // To everybody who views and may see it. Whoever's own role changed is told all that they see
  // now.
  void changed(const Settings::Change& change);

 private:
  bool may_see(const Session& session, const Settings::Key& key) const;
  protocol::RegisterSeen seen(const Settings::Key& key, const chat::Register& value) const;
  void tell_all(const Session& session);

  Turn& turn_;
  Sessions& sessions_;
  const Settings& settings_;
};

}  // namespace holdfast::node
