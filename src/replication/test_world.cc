#include "replication/test_world.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"
#include "replication/frame_type.h"

namespace holdfast::replication {

using journal::ChatKey;
using protocol::Acceptance;
using protocol::Audience;
using protocol::ContentPtr;
using protocol::Deployment;
using protocol::Digest;
using protocol::Entry;
using protocol::EventId;
using protocol::Mac;
using protocol::Origin;
using protocol::Seq;

namespace {

const protocol::SiteId kSite("shop");

protocol::SecretKey key(const std::string& id, std::uint8_t fill) {
  protocol::SecretKey key{.id = protocol::KeyId(id)};
  key.bytes.fill(fill);
  return key;
}

protocol::ChatId chat_named(const std::string& name) {
  if (name.empty()) return protocol::ChatId("");
  return protocol::chat_id(kSite, protocol::Author("v:AAAAAAAAAAAAAAAAAAAAAA"), EventId(name));
}

}  // namespace

Site::Site(World& world_, Deployment deployment_, std::string node_)
    : world(world_),
      deployment(deployment_),
      node(std::move(node_)),
      journal(std::make_unique<journal::MemoryJournal>()) {
  keys.cluster = {key("k1", 1)};
  keys.peer = key("p1", 2);
  config.deployment = deployment;
  config.node_name = node;
  config.keys = keys;
  config.build = "test";
}

Now Site::now() const {
  Now now = world.clock.now();
  now.wall += Ms(wall_off_ms);
  return now;
}

void Site::start() {
  std::vector<ConnectionId> mine;
  for (const auto& [id, wire] : world.wires) {
    if (wire.dialler == this || wire.accepter == this) mine.push_back(id);
  }
  link.reset();
  for (const ConnectionId id : mine) world.hang_up(id);
  appends_.clear();
  reads_.clear();
  origin = protocol::make_origin(deployment, node,
                                 Ulid::make(world.clock.now().wall, world.random).text());
  last = Seq(0);
  h = protocol::chain_start(origin);
  config.origin = origin;
  link = std::make_unique<PeerLink>(config, world.random);
  carry_out(link->holdings(*journal->holdings(), now()));
  carry_out(link->set_pulling(pulling, now()));
  const auto branches = *journal->read_branches();
  for (const Entry& entry : branches) carry(entry);
  if (!branches.empty()) {
    ASSERT_TRUE(journal->clear_branches());
  }
}

Entry Site::make(const ContentPtr& content, std::optional<Acceptance> carried) {
  Entry entry;
  entry.origin = origin;
  entry.seq = Seq(last.value() + 1);
  entry.content = content;
  const protocol::Hlc hlc(static_cast<std::uint64_t>(now().wall.value()) * protocol::kHlcPerMs +
                          last.value() % 1000);
  entry.acceptance =
      carried ? *carried : protocol::accept(keys.cluster, content->digest, origin, entry.seq, hlc);
  entry.before = h;
  entry.h = protocol::chain_next(h, content->digest, entry.acceptance.mac);
  last = entry.seq;
  h = entry.h;
  const auto appended = journal->append(std::span(&entry, 1), std::nullopt);
  EXPECT_TRUE(appended) << appended.error().text();
  carry_out(link->held({entry}, now()));
  return entry;
}

ContentPtr Site::compose(const std::string& chat, const std::string& kind) {
  protocol::Draft draft{.site = kSite,
                        .chat = chat_named(chat),
                        .author = protocol::Author(chat.empty() ? "a:cli" : "o:ann"),
                        .id = EventId(Ulid::make(now().wall, world.random).text()),
                        .kind = chat.empty() && kind == "message" ? "set" : kind,
                        .audience = chat.empty() ? Audience::kNodes : Audience::kChat,
                        .after = {}};
  const std::string nonce = protocol::nonce_text(world.random.bytes<16>());
  const std::string text = "said " + std::to_string(++events_made_) + " at " + node;
  return protocol::compose(draft, protocol::text_body(nonce, text));
}

Entry Site::commit(const std::string& chat, const std::string& kind) {
  return make(compose(chat, kind), std::nullopt);
}

void Site::adopt_origins(int count) {
  std::vector<Entry> entries;
  for (int i = 0; i < count; ++i) {
    const Origin left =
        protocol::make_origin(deployment, node, Ulid::make(now().wall, world.random).text());
    const ContentPtr content = compose("c1", "message");
    const auto before = protocol::chain_start(left);
    const Acceptance acceptance =
        protocol::accept(keys.cluster, content->digest, left, Seq(1), protocol::Hlc(1));
    entries.push_back({left, Seq(1), protocol::chain_next(before, content->digest, acceptance.mac),
                       content, acceptance, before});
  }
  ASSERT_TRUE(journal->append(entries, std::nullopt));
  carry_out(link->holdings(holdings(), now()));
}

void Site::commit_many(std::size_t count, const std::string& chat) {
  for (std::size_t i = 0; i < count; ++i) commit(chat);
}

void Site::close_chat(const std::string& chat) {
  ASSERT_TRUE(journal->mark_closed(ChatKey{kSite, chat_named(chat)}, *journal->last_arrival()));
}

Entry Site::carry(const Entry& other) {
  return make(other.content, other.acceptance);
}

void Site::quarantine(const Origin& of, Seq seq) {
  const auto page = journal->read_origin({of, seq, seq, false, 1});
  ASSERT_EQ(page->entries.size(), 1u);
  ASSERT_TRUE(journal->corrupt(page->entries[0].arrival));
  carry_out(link->holdings(*journal->holdings(), now()));
}

void Site::carry_out(Actions actions) {
  peer_changed |= actions.peer_changed;
  if (!actions.received.empty()) appends_.push_back(std::move(actions.received));
  for (auto& out : actions.outgoing) world.send(*this, out.connection, out.text);
  for (auto& closing : actions.closing) {
    closed_why.push_back(closing.why);
    world.close(*this, closing.connection);
  }
  for (auto& reading : actions.reading) reads_.push_back(std::move(reading));
  for (auto& one : actions.control) control.push_back(std::move(one));
  if (actions.holdings_stale) carry_out(link->holdings(*journal->holdings(), now()));
  if (actions.rollback) {
    rolled_back.push_back(actions.rollback->origin);
    ASSERT_TRUE(journal->freeze_origin(actions.rollback->origin, actions.rollback->last_common));
    start();
  }
}

void Site::append(std::vector<Entry> entries) {
  const auto appended = journal->append(entries, std::nullopt);
  ASSERT_TRUE(appended) << appended.error().text();
  journalled.insert(journalled.end(), entries.begin(), entries.end());
  carry_out(link->held(entries, now()));
}

bool Site::work() {
  if (!appends_.empty() && !disk_stalled) {
    std::vector<Entry> entries = std::move(appends_.front());
    appends_.pop_front();
    append(std::move(entries));
    return true;
  }
  if (reads_.empty()) return false;
  const Actions::Reading reading = std::move(reads_.front());
  reads_.pop_front();
  carry_out(link->read_done(reading.pull, journal->read_origin(reading.range), now()));
  return true;
}

std::map<Digest, std::set<Mac>> Site::events() {
  std::map<Digest, std::set<Mac>> events;
  journal::Arrival at(0);
  while (true) {
    const auto page = *journal->read_arrivals(at, 1 << 20);
    for (const auto& [arrival, entry] : page.entries) {
      events[entry.content->digest].insert(entry.acceptance.mac);
      at = arrival;
    }
    if (!page.more) return events;
  }
}

std::int64_t Site::metric(const std::string& name) const {
  return link->metrics().at(name);
}

World::World(std::uint64_t seed)
    : random(seed), primary(*this, Deployment::kPrimary), redundant(*this, Deployment::kRedundant) {
  primary.start();
  redundant.start();
}

ConnectionId World::dial(Site& dialler, Site& accepter) {
  const ConnectionId id(next_wire_++);
  wires[id] = Wire{.dialler = &dialler, .accepter = &accepter, .to_accepter = {}, .to_dialler = {}};
  dialler.carry_out(dialler.link->opened(id, true, dialler.now()));
  accepter.carry_out(accepter.link->opened(id, false, accepter.now()));
  return id;
}

void World::send(Site& from, ConnectionId id, const std::string& text) {
  const auto wire = wires.find(id);
  if (wire == wires.end()) return;
  (wire->second.dialler == &from ? wire->second.to_accepter : wire->second.to_dialler)
      .push_back(text);
}

// What was sent before the end still arrives, then the other side hears of it.
void World::close(Site& from, ConnectionId id) {
  const auto found = wires.find(id);
  if (found == wires.end()) return;
  Wire& wire = found->second;
  const bool dialler = wire.dialler == &from;
  while (!(dialler ? wire.to_accepter : wire.to_dialler).empty()) {
    deliver_one(wire, dialler);
    if (!wires.contains(id)) return;
  }
  Site& other = dialler ? *wire.accepter : *wire.dialler;
  wires.erase(id);
  other.carry_out(other.link->closed(id, other.now()));
}

void World::hang_up(ConnectionId id) {
  const auto found = wires.find(id);
  if (found == wires.end()) return;
  const Wire wire = std::move(found->second);
  wires.erase(found);
  for (Site* site : {wire.dialler, wire.accepter}) {
    if (site->link) site->carry_out(site->link->closed(id, site->now()));
  }
}

void World::hang_up_all() {
  while (!wires.empty()) hang_up(wires.begin()->first);
}

bool World::deliver_one(Wire& wire, bool to_accepter) {
  auto& queue = to_accepter ? wire.to_accepter : wire.to_dialler;
  if (queue.empty()) return false;
  std::string text = std::move(queue.front());
  queue.pop_front();
  if (to_accepter ? wire.mute_to_accepter : wire.mute_to_dialler) return true;
  Site& to = to_accepter ? *wire.accepter : *wire.dialler;
  if (on_frame) on_frame(to, text);
  const auto type = type_of(text);
  ++frames_seen[type.value_or("")];
  if (type == "entries") {
    if (const auto frame = protocol::parse_peer_frame(text)) {
      for (const auto& run : std::get<protocol::from_peer::Entries>(*frame).runs) {
        entries_on_wire += static_cast<std::int64_t>(run.e.size());
      }
    }
  }
  ConnectionId id(0);
  for (const auto& [one, other] : wires) {
    if (&other == &wire) id = one;
  }
  to.carry_out(to.link->frame(id, text, to.now()));
  return true;
}

bool World::step() {
  for (Site* site : {&primary, &redundant}) {
    if (site->work()) return true;
  }
  for (auto& [id, wire] : wires) {
    if (!wire.to_accepter.empty()) return deliver_one(wire, true);
    if (!wire.to_dialler.empty()) return deliver_one(wire, false);
  }
  return false;
}

void World::settle() {
  for (int steps = 0; step(); ++steps) ASSERT_LT(steps, 2'000'000) << "they never come to rest";
}

void World::pass(Ms time) {
  for (Ms passed(0); passed < time; passed += Ms(100)) {
    pass_silently(Ms(100));
    settle();
  }
}

void World::pass_silently(Ms time) {
  clock.advance(time);
  for (Site* site : {&primary, &redundant}) site->carry_out(site->link->tick(site->now()));
}

void expect_equal(World& world) {
  EXPECT_EQ(world.primary.holdings(), world.redundant.holdings());
  EXPECT_EQ(world.primary.events(), world.redundant.events());
  EXPECT_EQ(world.primary.link->behind(), 0u);
  EXPECT_EQ(world.redundant.link->behind(), 0u);
}

}  // namespace holdfast::replication
