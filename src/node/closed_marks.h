// Chats that are over are marked as closed in the journal, and from then on no start reads them. So
// not before all settings are here: one that is still on its way may order something about such a
// chat.
#pragma once

#include "node/chats.h"
#include "node/effects.h"
#include "node/gate.h"
#include "node/turn.h"

namespace holdfast::node {

class ClosedMarks {
 public:
  ClosedMarks(Turn& turn, const Gate& gate, Chats& chats, const SideEffects& effects)
      : turn_(turn), gate_(gate), chats_(chats), effects_(effects) {}

  // This chat may be over now.
  void look(const CachedChat& chat) {
    if (gate_.is_loading() || chat.empty() || chat.is_open() || effects_.concerns(chat.key()))
      return;
    turn_.read(MarkClosed{chat.key(), chat.last_arrival()});
  }

  // Once, when all settings are here: at those that closed meanwhile.
  void tick() {
    if (caught_up_ || gate_.is_loading()) return;
    caught_up_ = true;
    chats_.each([this](const CachedChat& chat) { look(chat); });
  }

 private:
  Turn& turn_;
  const Gate& gate_;
  Chats& chats_;
  const SideEffects& effects_;
  bool caught_up_ = false;
};

}  // namespace holdfast::node
