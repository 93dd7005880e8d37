// A visitor's or an operator's client, by the rules of the web client (web/core): one or two links,
// an outbox until events are safe, hedged sends, bridging, the verdict with the highest epoch. What
// it leaves out: it keeps no transcript and so gives nobody else's events back, and it asks no
// Moderator.
//
// One thread, that of its Poller. Acts at the end of a batch of events, like a turn of the web
// client.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>

#include "bench/hedge.h"
#include "bench/outbox.h"
#include "bench/wire.h"
#include "protocol/content.h"
#include "protocol/verdict.h"

namespace holdfast::bench {

enum class Links {
  kNone,
  kOne,   // to the active deployment
  kBoth,  // as in a chat
};

// What clients did, of everybody together.
struct PersonCounters {
  WireCounters wires;
  std::uint64_t sent = 0;
  std::uint64_t hedges = 0;
  std::uint64_t hedges_denied = 0;
  std::uint64_t reroutes = 0;
  std::uint64_t bridged = 0;
  std::uint64_t repeats = 0;                     // events that both links delivered
  std::map<std::string, std::uint64_t> refused;  // by name of the code
};

// Verdicts as everybody hears them: each is verified once for all clients, since a real client has
// a processor of its own.
class VerdictCheck {
 public:
  explicit VerdictCheck(std::vector<protocol::PublicKey> moderators)
      : moderators_(std::move(moderators)) {}
  // The epoch, when the verdict is genuine.
  std::optional<protocol::Epoch> read(const protocol::SignedVerdict& verdict);

 private:
  std::vector<protocol::PublicKey> moderators_;
  std::map<std::pair<std::string, std::string>, std::optional<protocol::Epoch>> known_;
};

// What all people of one run share. Outlives them.
struct World {
  Poller& poller;
  Random& random;
  Clock& clock;
  PersonCounters& counters;
  VerdictCheck& verdicts;
  PerDeployment<std::optional<Place>> places;  // as clients reach the deployments
};

class Person;

class PersonEvents {
 public:
  virtual ~PersonEvents() = default;
  // Somebody else's event, the first time.
  virtual void on_event(Person& person, const protocol::Content& content) = 0;
  // The first word that an own event is durable somewhere.
  virtual void on_accepted(Person& person, const protocol::Content& content) = 0;
  virtual void on_decided(Person& person, const protocol::from_node::Decided& decided) = 0;
  virtual void on_welcome(Person& person) = 0;
  // Another deployment is the active one.
  virtual void on_switch(Person& person) = 0;
};

class Person final : private WireEvents, private Chore {
 public:
  Person(World& world, std::unique_ptr<Identity> identity, PersonEvents& events);

  void need(Links links);
  // Every connection is closed without a word and dialled again when need() is said anew.
  void hang_up();

  // The opening event of a new chat; its id.
  protocol::ChatId open_chat();
  // A message, after what is on the screen.
  void say(const protocol::ChatId& chat, const std::string& text);
  // Asks for the chat. False when no link is up.
  bool ask_accept(const protocol::ChatId& chat, const std::string& rid);

  const Identity& identity() const { return *identity_; }
  bool is_welcome() const { return primary_.up() || redundant_.up(); }
  bool has_all_links() const;
  protocol::Epoch epoch() const { return epoch_; }
  std::size_t chats() const { return threads_.size(); }
  // Own events that no deployment has acknowledged, and those that are not yet known to be safe.
  std::size_t unacknowledged();
  std::size_t unsafe() const { return outbox_.size(); }
  // Events are forgotten when they are accepted: for runs with one deployment.
  void settle_for_accepted() { until_safe_ = false; }

 private:
  struct Thread {  // a chat, as far as `after` needs it
    std::optional<protocol::Digest> own;
    std::optional<protocol::Digest> others;
  };

  protocol::from_client::Hello hello(Wire& wire,
                                     const protocol::from_node::Challenge& challenge) override;
  void on_frame(Wire& wire, protocol::from_node::Frame& frame) override;
  void on_change(Wire& wire) override;
  void do_chore() override { pump(); }

  void take(Wire& wire, protocol::from_node::Welcome& frame);
  void take(Wire& wire, protocol::from_node::Accepted& frame);
  void take(Wire& wire, protocol::from_node::Safe& frame);
  void take(Wire& wire, protocol::from_node::Refused& frame);
  void take(Wire& wire, protocol::from_node::Event& frame);
  void take(Wire& wire, protocol::from_node::Acc& frame);
  void take(Wire& wire, protocol::from_node::Decided& frame);
  void take(Wire& wire, protocol::from_node::Verdict& frame);
  template <class Other>
  void take(Wire&, Other&) {}

  void add(protocol::ContentPtr content);
  protocol::Draft draft(const std::string& kind);
  void hear(const protocol::SignedVerdict& verdict);
  void news(OutboxItem& item, protocol::Deployment by,
            const std::vector<protocol::Acceptance>& acc);
  void apply_need();

  // ---- delivery.ts ----
  using Blocked = std::map<const Wire*, std::unordered_set<std::string>>;
  Wire& wire_to(protocol::Deployment deployment);
  Wire& other(const Wire& wire) { return &wire == &primary_ ? redundant_ : primary_; }
  Wire* carrier();
  void pump();
  void advance(OutboxItem& item, Wire& carrier, Blocked& blocked);
  bool second(OutboxItem& item, Wire& carrier, Wire& other, Blocked& blocked);
  void bridge(OutboxItem& item);
  bool mute(const Wire& wire);
  bool offer(OutboxItem& item, Wire& wire, bool hedge, Blocked& blocked);
  bool send(OutboxItem& item, Wire& wire, bool hedge);
  bool under_way(const OutboxItem& item, const Wire& wire);
  bool may_feed(const Wire& wire) const;
  bool later(Moment due);

  World& world_;
  std::unique_ptr<Identity> identity_;
  PersonEvents& events_;
  Wire primary_;
  Wire redundant_;
  Alarm alarm_;
  Moment next_ = kNever;
  Links need_ = Links::kNone;
  protocol::Epoch epoch_ = protocol::kFirstEpoch;
  bool bypassed_ = false;
  std::unordered_set<const Wire*> failed_;
  bool until_safe_ = true;
  Outbox outbox_;
  HedgeDelay delay_;
  HedgeBudget budget_;
  std::map<protocol::ChatId, Thread> threads_;
  std::unordered_set<protocol::Digest> seen_;
};

}  // namespace holdfast::bench
