// One or two deployments with their nodes, journals, wires and one clock. Nothing happens by
// itself: settle() carries everything out until nobody has anything left to do, pass() lets time go
// by in ticks.
//
//   World world;
//   Host& a = world.add(Deployment::kPrimary);
//   Host& b = world.add(Deployment::kRedundant);
//   world.install_settings(a);            // a site with an operator
//   world.start_all();
//   world.connect(a, b);
//   world.pass(Ms(2'000));
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "node/testing/host.h"
#include "node/testing/writer.h"
#include "protocol/verdict.h"

namespace holdfast::node::testing {

inline constexpr const char* kSite = "shop";
inline constexpr const char* kShopOrigin = "https://shop.example";
inline constexpr const char* kConsoleOrigin = "https://chat.example";
inline constexpr const char* kHost = "chat.example";

class World {
 public:
  // Makes the journal of a deployment, e.g. [] { return std::make_unique<journal::MemoryJournal>();
  // }.
  using MakeJournal = std::function<std::unique_ptr<journal::Journal>()>;
  explicit World(MakeJournal make_journal, std::uint64_t seed = 1);
  ~World();

  // Nodes of one deployment share its journal.
  Host& add(protocol::Deployment deployment, const std::string& node_name = "n1");
  journal::Journal& journal(protocol::Deployment deployment);
  Config config(protocol::Deployment deployment) const;

  // The site `shop` with its origin and the operators o:ann and o:bob (password "secret"), straight
  // into a journal, as `init` does.
  void install_settings(protocol::Deployment deployment);
  // Into a journal, as a node of `accepted_by` accepted it.
  void install(protocol::Deployment deployment, protocol::Deployment accepted_by,
               const std::vector<protocol::ContentPtr>& contents);
  void start_all();

  void connect(Host& a, Host& b);  // `a` dials
  void cut();                      // all wires: both ends hear of it
  PeerId end_of_wire(const Host& host) const;
  bool blackhole = false;   // what is sent to a peer vanishes
  bool bus_silent = false;  // doorbells are lost
  // Hears what is sent over connections that are no wire of this world: who plays the peer by hand.
  std::function<void(PeerId, const std::string& text)> on_strange_wire;

  void settle();
  // The next thing that happens without time passing; false when nothing does.
  bool step();
  void pass(Ms time);
  // Without ticks: as after a pause of the whole machine.
  void jump(Ms time) { clock.advance(time); }

  protocol::SignedVerdict verdict(std::uint64_t epoch, const std::string& why = "test");
  Writer administrator();

  ManualClock clock;
  SeededRandom random;
  protocol::Keys keys;
  const std::vector<std::unique_ptr<Host>>& hosts() const { return hosts_; }

 private:
  friend class Host;
  struct Wire {
    Host* a;
    Host* b;
    PeerId id_a, id_b;
    bool open = true;
  };
  struct PeerMessage {
    Host* to;
    PeerId peer;
    std::string text;
  };

  void peer_send(Host& from, const PeerSend& send);
  void close_peer(Host& from, PeerId peer);
  void close_peers_of(Host& host);
  void publish(Host& from, const Publish& publish);

  MakeJournal make_journal_;
  std::map<protocol::Deployment, std::unique_ptr<journal::Journal>> journals_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Wire> wires_;
  std::deque<PeerMessage> peer_mail_;
  std::deque<std::pair<Host*, BusMessage>> bus_mail_;
  std::uint64_t ids_ = 0;
  Ed25519KeyPair moderator_;
};

}  // namespace holdfast::node::testing
