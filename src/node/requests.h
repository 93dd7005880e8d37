// The node's HTTP requests: readiness, verdicts, sign-in, and the command line. docs/protocol.md
// §10.
//
// The shell serves files, /livez and /metrics itself. Every request is answered by exactly one
// HttpReply, now or after the journal or the password check has answered.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/batches.h"
#include "node/chats.h"
#include "node/effects.h"
#include "node/erasure.h"
#include "node/gate.h"
#include "node/lease.h"
#include "node/ledger.h"
#include "node/peer.h"
#include "node/settings.h"
#include "node/sign_in.h"
#include "node/signals.h"
#include "node/verdicts.h"

namespace holdfast::node {

class Requests {
 public:
  struct Rooms {
    Turn& turn;
    Sessions& sessions;
    Chats& chats;
    Batches& batches;
    Ledger& ledger;
    const Gate& gate;
    Settings& settings;
    const Verdicts& verdicts;
    const Lease& lease;
    const Peer& peer;
    SideEffects& effects;
    Erasure& erasure;
    const Signals& signals;
  };
  // Why the node is not ready; empty when it is.
  using NotReady = std::function<std::string()>;
  // A verdict that somebody posted.
  using HearVerdict = std::function<Parsed<bool>(const protocol::SignedVerdict&)>;

  Requests(Rooms rooms, NotReady not_ready, HearVerdict hear_verdict);

  void handle(const HttpRequest& request);
  // Told with the state, with its age.
  void peer_chat_done(const PeerChatDone& done);
  void password_checked(const PasswordChecked& checked) { sign_in_.password_checked(checked); }
  void password_hashed(const PasswordHashed& hashed) { sign_in_.password_hashed(hashed); }

 private:
  void reply(RequestId request, std::string json, int status = 200);
  void refuse_with(RequestId request, const WireError& error, std::uint64_t retry_ms = 0);
  void ready(const HttpRequest& request);
  void get_verdict(const HttpRequest& request);
  void post_verdict(const HttpRequest& request);
  void admin(const HttpRequest& request, std::string_view path, std::string_view query);
  void append(const HttpRequest& request);
  Parsed<std::vector<ContentPtr>> read_writes(std::string_view body) const;
  Parsed<void> check_setting(const protocol::Content& content) const;
  Parsed<void> check_erasure(const protocol::Content& content) const;
  bool is_held(const Digest& digest) const;
  void confirm_erasures(const HttpRequest& request);
  void answer_append(RequestId request, const std::vector<ContentPtr>& writes);
  std::string state() const;
  std::string peer_chat() const;
  std::string reports() const;
  std::string holds() const;
  std::string erasures() const;
  std::string chats() const;
  std::string settings() const;
  void one_chat(const HttpRequest& request, const ChatKey& key);

  Rooms rooms_;
  NotReady not_ready_;
  HearVerdict hear_verdict_;
  SignIn sign_in_;
  std::optional<PeerChatDone> peer_chat_;
  MonoMs peer_chat_at_{};
};

}  // namespace holdfast::node
