// Two deployments joined by a wire that delivers what the test tells it to, over real journals in
// memory. Test code only.
//
// A Site does what a node does with a link's Actions: it journals, reads, sends, and starts again
// when it was rolled back. The World owns time and the wire. Nothing happens by itself: settle()
// delivers until nobody has anything left to do.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "journal/memory/memory_journal.h"
#include "protocol/keys.h"
#include "replication/peer_link.h"

namespace holdfast::replication {

class World;

// Which end of a wire: the one that dialled, or the other.
struct Wire {
  class Site* dialler = nullptr;
  class Site* accepter = nullptr;
  std::deque<std::string> to_accepter;
  std::deque<std::string> to_dialler;
  bool mute_to_accepter = false;  // one-way failure: frames vanish
  bool mute_to_dialler = false;
};

class Site {
 public:
  Site(World& world, protocol::Deployment deployment, std::string node = "n1");

  // A new process over the same journal: a new incarnation, and branches are re-entered under it.
  void start();
  // An entry of this incarnation, journalled at once. `chat` "" makes a settings write.
  protocol::Entry commit(const std::string& chat = "c1", const std::string& kind = "message");
  void commit_many(std::size_t count, const std::string& chat = "c1");
  // Closes a chat, so that it counts as history.
  void close_chat(const std::string& chat);
  // A carried entry: the event of `other` becomes one of this incarnation.
  protocol::Entry carry(const protocol::Entry& other);
  // What `count` earlier incarnations left behind: one entry each.
  void adopt_origins(int count);
  // Loses an entry: quarantined, and the link is told.
  void quarantine(const protocol::Origin& origin, protocol::Seq seq);

  void carry_out(Actions actions);
  // Reads and appends that wait. True when there was one.
  bool work();

  protocol::Holdings holdings() { return *journal->holdings(); }
  // Every event held, with its acceptances.
  std::map<protocol::Digest, std::set<protocol::Mac>> events();
  std::int64_t metric(const std::string& name) const;

  World& world;
  protocol::Deployment deployment;
  std::string node;
  protocol::Keys keys;
  LinkConfig config;  // as of the next start()
  std::unique_ptr<journal::MemoryJournal> journal;
  std::unique_ptr<PeerLink> link;
  protocol::Origin origin;
  protocol::Seq last;
  protocol::ChainHash h;
  bool pulling = true;
  bool disk_stalled = false;  // appends wait
  std::int64_t wall_off_ms = 0;

  std::vector<protocol::Origin> rolled_back;
  std::vector<Control> control;
  std::vector<std::string> closed_why;
  std::vector<protocol::Entry> journalled;  // received entries, in the order of their arrival
  bool peer_changed = false;

 private:
  friend class World;
  protocol::ContentPtr compose(const std::string& chat, const std::string& kind);
  protocol::Entry make(const protocol::ContentPtr& content,
                       std::optional<protocol::Acceptance> carried);
  void append(std::vector<protocol::Entry> entries);
  Now now() const;

  std::deque<std::vector<protocol::Entry>> appends_;
  std::deque<Actions::Reading> reads_;
  std::uint64_t events_made_ = 0;
};

class World {
 public:
  explicit World(std::uint64_t seed = 1);

  ConnectionId dial(Site& dialler, Site& accepter);
  void hang_up(ConnectionId wire);
  void hang_up_all();
  // One frame, or one append or read. False when there is nothing to do.
  bool step();
  void settle();
  // Time passes in ticks of 100 ms, with everything delivered in between.
  void pass(Ms time);
  // As pass(), with nothing delivered.
  void pass_silently(Ms time);
  bool deliver_one(Wire& wire, bool to_accepter);

  ManualClock clock;
  SeededRandom random;
  Site primary;
  Site redundant;
  std::map<ConnectionId, Wire> wires;
  // Looks at every frame before it is delivered, and may change it.
  std::function<void(Site& to, std::string& text)> on_frame;
  std::map<std::string, std::int64_t> frames_seen;  // delivered, by type
  std::int64_t entries_on_wire = 0;

 private:
  friend class Site;
  void send(Site& from, ConnectionId wire, const std::string& text);
  void close(Site& from, ConnectionId wire);
  std::uint64_t next_wire_ = 1;
};

// The same entries here and there.
void expect_equal(World& world);

}  // namespace holdfast::replication
