// A chat that the moderator, or a deployment's peer, has with itself through one deployment.
//
// One round: the visitor's message is accepted (durable) and reaches the operator; the operator's
// answer is accepted and reaches the visitor. Only then did the deployment do what it is there for.
// The chat is opened once and renewed now and then, so that a round costs two events and no
// decision. It lives on the reserved site `holdfast-probe` (docs/protocol.md §7), which no record
// shows.
//
// Pure: frames in, frames out. The links under it come and go (probe_links.h); what time-outs mean
// is the caller's business.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "moderator/audit.h"
#include "protocol/frames.gen.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace holdfast::moderator {

class SyntheticChat {
 public:
  enum class Side { kVisitor, kOperator };
  // Whose clock the node is told: only the moderator's is a third one to it.
  enum class Speaker { kModerator, kPeer };
  struct Outcome {
    bool ok = false;
    std::string why;
  };
  struct Out {
    Side side;
    std::string text;
  };
  // What to send now, in this order, and how the round ended, when it did.
  struct Step {
    std::vector<Out> out;
    std::optional<Outcome> ended;
  };

  // Who remembers what this deployment promises; it must outlive the chat.
  struct Audited {
    Audit* audit;
    protocol::Deployment deployment;
  };

  // A chat is left for a new one when it is so old: a round must be able to open one, too.
  static constexpr Ms kRenewAfter{600'000};

  // `random` must outlive the chat.
  SyntheticChat(protocol::SecretKey probe_key, Random& random,
                Speaker speaker = Speaker::kModerator, std::optional<Audited> audited = {},
                Ms renew_after = kRenewAfter);

  // Begins a round; it goes on as soon as both links are welcome. One that was under way is
  // forgotten.
  Step begin(Now now);
  Step frame(Side side, const std::string& text, Now now);
  // A link is gone. The round, if one is under way, has failed.
  Step lost(Side side, const std::string& why);

  bool running() const { return stage_ != Stage::kIdle; }
  // Both links have been welcomed.
  bool welcome() const { return welcome_[0] && welcome_[1]; }
  // What the round waits for, for the person who reads why it timed out.
  std::string waits_for() const;

 private:
  enum class Stage { kIdle, kLinks, kOpening, kTalking };

  void on(Side side, const protocol::from_node::Challenge& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Welcome& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Accepted& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Safe& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Event& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Refused& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Error& frame, Now now, Step& step);
  void on(Side side, const protocol::from_node::Beat& frame, Now now, Step& step);
  template <class Other>
  void on(Side, const Other&, Now, Step&) {}

  void proceed(Now now, Step& step);
  void ask_of_promises(protocol::from_client::Hello& hello, Now now);
  void hear_of_promises(const protocol::from_node::Welcome& welcome, Now now);
  void look_who_said(const protocol::from_node::Event& frame, const protocol::Digest& digest);
  void open_chat(Now now, Step& step);
  void leave_chat(Now now, Step& step);
  void say(Now now, Step& step);
  void answer(Now now, Step& step);
  void check_done(Step& step);
  void end(Step& step, bool ok, std::string why);
  protocol::Digest message(Side side, std::vector<protocol::Digest> after, Now now, Step& step);

  protocol::SecretKey key_;
  Random& random_;
  Speaker speaker_;
  std::optional<Audited> audited_;
  Ms renew_after_;

  std::array<bool, 2> welcome_{};
  Stage stage_ = Stage::kIdle;

  protocol::ChatId chat_;  // "": none
  protocol::Digest opening_;
  protocol::Digest newest_;  // of this chat, for `after`
  MonoMs opened_at_;
  std::set<protocol::Digest> said_;  // in this chat

  std::vector<protocol::Digest> asked_;  // whether it keeps them, in the last hello

  std::optional<protocol::Digest> question_;  // of this round
  std::optional<protocol::Digest> answer_;
  bool question_accepted_ = false;
  bool answer_accepted_ = false;
  bool answer_seen_ = false;
};

}  // namespace holdfast::moderator
