// A shell for one node, written by hand for tests: everything that a socket, a disk or a clock
// would do is a call.
//
// Journal jobs (appends and reads) wait in their order until work() carries them out; frames to the
// peer and to other nodes wait in the World. So a test can look at the moment between an Append and
// its Committed, or cut the wire in the middle.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "journal/journal.h"
#include "node/node.h"

namespace holdfast::node::testing {

class World;

class Host {
 public:
  Host(World& world, Config config, journal::Journal& journal, std::uint64_t seed);
  ~Host();

  // A process: a new node over the journal. stop() loses everything that was not durable.
  void start();
  void stop();
  // Starts with the randomness of the last start: with the clock set back too, the same incarnation
  // once more.
  void start_like_before();
  bool running() const { return node_ != nullptr; }

  // Carries out one journal job. False when there is none, or the disk is held.
  bool work();
  void hold_disk(bool held) { disk_held_ = held; }
  // The next append fails so; the following ones with kIo.
  void fail_next_append(ErrorCode code) { append_fails_ = code; }

  void input(Input input);
  void tick() { input(Tick{}); }

  // HTTP, answered at the latest after World::settle().
  RequestId request(const std::string& method, const std::string& target,
                    const std::string& body = "", const std::string& origin = "",
                    const std::string& authorization = "");
  RequestId admin(const std::string& method, const std::string& target,
                  const std::string& body = "");
  const HttpReply& reply(RequestId request) const { return replies_.at(request); }
  bool answered(RequestId request) const { return replies_.contains(request); }

  Node& node() { return *node_; }
  const Config& config() const { return config_; }
  Config& config() { return config_; }  // for the next start
  std::int64_t metric(const std::string& name) const;
  protocol::Deployment deployment() const { return config_.deployment; }

  // What the node said to the sessions of the present process.
  struct Said {
    std::vector<std::string> frames;
    std::optional<CloseSession> closed;
  };
  SessionId open_session(const std::string& http_origin, const std::string& host);
  Said& said(SessionId session) { return sessions_[session]; }

  // Attempts at side effects that nobody answered yet, in order; answer with perform().
  std::deque<Perform> performs;
  void perform(bool ok, bool hopeless = false, const std::string& why = "as the test wanted");
  std::string address = "192.0.2.1";  // of whoever connects or asks next

  std::vector<std::string> restarts;  // why, of all processes
  // Effects that a test may want to see: how many of each, in order of their making.
  std::vector<std::string> trace;

 private:
  friend class World;
  void carry_out(Effects effects);
  void carry_out(Effect& effect);
  Input run(Append& append);
  Input run(Read& read);

  World& world_;
  Config config_;
  journal::Journal& journal_;
  SeededRandom seeds_;
  std::optional<SeededRandom> last_seed_;
  std::optional<SeededRandom> random_;
  std::unique_ptr<Node> node_;
  std::deque<std::variant<Append, Read>> jobs_;
  bool disk_held_ = false;
  std::optional<ErrorCode> append_fails_;
  bool broken_ = false;
  bool restart_due_ = false;
  std::map<SessionId, Said> sessions_;
  std::map<RequestId, HttpReply> replies_;
  std::deque<std::variant<CheckPassword, HashPassword>> passwords_;
};

}  // namespace holdfast::node::testing
