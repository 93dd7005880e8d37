// The network between machines: connections that behave as TCP does, and single HTTP exchanges.
//
// TCP promises order and nothing else that matters here. A lost packet is a pause, and everything
// behind it waits; a cut wire is a pause that lasts until somebody gives up, each end by itself; a
// machine that lost its power says nothing until it is back, and then "reset". So one end may
// believe in a connection that the other has long forgotten, and what was sent on it may arrive
// after a newer connection has said something else. Directions fail separately.
//
// One thread. Hooks are called from the Scheduler, never from inside a call of the owner's.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strong.h"
#include "sim/clock.h"

namespace holdfast::sim {

using Party = Strong<struct PartyTag, std::uint32_t>;  // a machine

inline constexpr std::uint16_t kGone = 1006;  // WebSocket: closed without a word

// What one end of a connection does about it.
struct ChannelHooks {
  std::function<void()> opened;  // of the end that dialled
  std::function<void(std::string)> text;
  std::function<void(std::uint16_t code, const std::string& why)>
      closed;  // at most once, never after close()
};

struct Connection;
class Network;

// One end. Owned by whoever dialled or accepted.
class Channel {
 public:
  Channel(Network& network, std::shared_ptr<Connection> connection, int side)
      : network_(network), connection_(std::move(connection)), side_(side) {}

  void on(ChannelHooks hooks);
  bool open() const;
  void send(std::string text);
  void close(std::uint16_t code, std::string why);

 private:
  Network& network_;
  std::shared_ptr<Connection> connection_;
  int side_;
};
using ChannelPtr = std::shared_ptr<Channel>;

struct HttpAsk {
  std::string method, target, authorization, body;
};
struct HttpAnswer {
  int status;
  std::string body;
};

// How one direction between two machines behaves when it works.
struct Weather {
  Ms delay{20};
  Ms jitter{5};
  double loss = 0.0;
};

class Network {
 public:
  Network(Scheduler& scheduler, SeededRandom random) : scheduler_(scheduler), random_(random) {}

  Party add(std::string name);
  const std::string& name_of(Party party) const { return machines_[party.value()].name; }

  // `service`: "link" or "peer". A machine that listens to nothing refuses.
  using Accept = std::function<void(const std::string& service, ChannelPtr channel)>;
  using Serve = std::function<void(HttpAsk ask, std::function<void(HttpAnswer)> answer)>;
  void listen(Party party, Accept accept, Serve serve);

  ChannelPtr dial(Party from, Party to, const std::string& service, ChannelHooks hooks);
  // Answers exactly once; empty when nothing came within the timeout.
  void request(Party from, Party to, HttpAsk ask, Ms timeout,
               std::function<void(std::optional<HttpAnswer>)> answered);

  // ---- the machine ----
  void stop_listening(Party party);  // the process ended: its connections are closed by the kernel
  void power_off(Party party);       // nothing is said to anybody
  void power_on(Party party);

  // ---- faults ----
  void cut(Party from, Party to);
  void mend(Party from, Party to);
  bool is_cut(Party from, Party to) const;
  // Valid until the next call.
  Weather& weather(Party from, Party to);
  // What `from` sends to the address of `to` from now on reaches `instead`, which has it too.
  void divert(Party from, Party to, Party instead) { diverted_[{from, to}] = instead; }
  void end_diverting() { diverted_.clear(); }
  // A connection between the two is reset / says nothing one way for a while. False when there is
  // none.
  bool reset_one(Party a, Party b);
  bool stall_one(Party from, Party to, Ms time);

 private:
  friend class Channel;
  struct Machine {
    std::string name;
    Accept accept;
    Serve serve;
    bool down = false;
    std::uint64_t boot = 1;
  };
  struct Exchange;

  void push(const std::shared_ptr<Connection>& connection, int side, struct Packet packet);
  void arm(const std::shared_ptr<Connection>& connection, int side);
  void arrive(const std::shared_ptr<Connection>& connection, int side);
  void deliver(const std::shared_ptr<Connection>& connection, int side, Packet packet);
  bool held_up(const Connection& connection, int side) const;
  void retry_later(const std::shared_ptr<Connection>& connection, int side);
  void watch_for_acks(const std::shared_ptr<Connection>& connection, int side);
  void end_closed(const std::shared_ptr<Connection>& connection, int side, std::uint16_t code,
                  const std::string& why);
  void reset_end(const std::shared_ptr<Connection>& connection, int side);  // told over the wire
  void close(const std::shared_ptr<Connection>& connection, int side, std::uint16_t code,
             std::string why);
  void knock(const std::shared_ptr<Connection>& connection, const std::string& service,
             int attempt);
  void carry(const std::shared_ptr<Exchange>& exchange, bool there, std::function<void()> arrived);
  Ms draw_delay(Party from, Party to);
  Party who_answers(Party from, Party to) const;
  std::vector<std::shared_ptr<Connection>> between(Party a, Party b);

  Scheduler& scheduler_;
  SeededRandom random_;
  std::vector<Machine> machines_;
  std::vector<std::vector<Weather>> weather_;      // by sender, by receiver; asked of every packet
  std::map<std::pair<Party, Party>, SimMs> cuts_;  // since when
  std::map<std::pair<Party, Party>, Party> diverted_;
  std::vector<std::weak_ptr<Connection>> connections_;
};

}  // namespace holdfast::sim
