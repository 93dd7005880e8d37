#include "node/testing/world.h"

#include <algorithm>

#include "base/check.h"
#include "base/json.h"
#include "base/ulid.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node::testing {

using protocol::Deployment;

namespace {

constexpr int kStepsMax = 200'000;

protocol::SecretKey secret_key(const std::string& id, std::uint8_t fill) {
  protocol::SecretKey key{protocol::KeyId(id)};
  key.bytes.fill(fill);
  return key;
}

std::array<std::uint8_t, 32> moderator_seed() {
  std::array<std::uint8_t, 32> seed;
  seed.fill(9);
  return seed;
}

// Argon2id takes a while: one hash for all.
const std::string& password_hash() {
  static const std::string hash = hash_password("secret").value();
  return hash;
}

}  // namespace

World::World(MakeJournal make_journal, std::uint64_t seed)
    : random(seed),
      make_journal_(std::move(make_journal)),
      moderator_(Ed25519KeyPair::from_seed(moderator_seed())) {
  keys.cluster = {secret_key("c1", 1)};
  keys.session = {secret_key("s1", 2)};
  keys.peer = secret_key("p1", 3);
  keys.admin = secret_key("a1", 4);
  keys.probe = secret_key("q1", 5);
  keys.moderators = {
      {protocol::KeyId("m1"), protocol::KeyState::kActive, moderator_.public_key().bytes}};
}

World::~World() = default;

journal::Journal& World::journal(Deployment deployment) {
  auto& slot = journals_[deployment];
  if (slot == nullptr) slot = make_journal_();
  return *slot;
}

Config World::config(Deployment deployment) const {
  Config config;
  config.deployment = deployment;
  config.keys = keys;
  config.own_urls = {"wss://" + std::string(protocol::name_of(deployment)) + ".example"};
  config.peer_urls = {"wss://" + std::string(protocol::name_of(protocol::other(deployment))) +
                      ".example"};
  config.moderator_urls = {"https://moderator.example"};
  config.console_origins = {kConsoleOrigin};
  return config;
}

Host& World::add(Deployment deployment, const std::string& node_name) {
  Config mine = config(deployment);
  mine.node_name = node_name;
  for (const auto& host : hosts_) {
    if (host->deployment() == deployment)
      mine.shared_journal = host->config().shared_journal = true;
  }
  hosts_.push_back(
      std::make_unique<Host>(*this, std::move(mine), journal(deployment), random.next()));
  return *hosts_.back();
}

Writer World::administrator() {
  return {protocol::SiteId(kSite), protocol::Author("a:init"), clock, random};
}

void World::install_settings(Deployment deployment) {
  Writer admin = administrator();
  std::vector<protocol::ContentPtr> writes{
      admin.set("site:shop", "name", "\"Shop\""),
      admin.set("site:shop", "origins", json::serialize(json::Array{kShopOrigin})),
  };
  for (const std::string who : {"ann", "bob"}) {
    writes.push_back(admin.set("operator:" + who, "name", "\"" + who + "\""));
    writes.push_back(admin.set("operator:" + who, "role", "\"operator\""));
    writes.push_back(admin.set("operator:" + who, "active", "true"));
    writes.push_back(
        admin.set("operator:" + who, "password", json::serialize(json::Value(password_hash()))));
  }
  install(deployment, deployment, writes);
}

void World::install(Deployment deployment, Deployment accepted_by,
                    const std::vector<protocol::ContentPtr>& contents) {
  const protocol::Origin origin =
      protocol::make_origin(accepted_by, "init", Ulid::make(clock.now().wall, random).text());
  protocol::ChainHash before = protocol::chain_start(origin);
  protocol::HybridClock hybrid;
  std::vector<protocol::Entry> entries;
  for (const auto& write : contents) {
    const protocol::Seq seq(entries.size() + 1);
    auto acceptance =
        protocol::accept(keys.cluster, write->digest, origin, seq, hybrid.next(clock.now().wall));
    const auto h = protocol::chain_next(before, write->digest, acceptance.mac);
    entries.push_back({origin, seq, h, write, std::move(acceptance), before});
    before = h;
  }
  CHECK(journal(deployment).append(entries, std::nullopt).has_value());
  CHECK(journal(deployment).mark_seeded().has_value());
}

void World::start_all() {
  for (const auto& host : hosts_) {
    if (!host->running()) host->start();
  }
}

void World::connect(Host& a, Host& b) {
  const Wire wire{&a, &b, PeerId(++ids_), PeerId(++ids_)};
  wires_.push_back(wire);
  a.input(PeerOpened{wire.id_a, true});
  b.input(PeerOpened{wire.id_b, false});
}

void World::cut() {
  for (const Wire& wire : std::exchange(wires_, {})) {
    wire.a->input(PeerClosed{wire.id_a});
    wire.b->input(PeerClosed{wire.id_b});
  }
  peer_mail_.clear();
}

PeerId World::end_of_wire(const Host& host) const {
  for (const Wire& wire : wires_) {
    if (wire.a == &host) return wire.id_a;
    if (wire.b == &host) return wire.id_b;
  }
  CHECK(false, "it has no wire");
  return {};
}

void World::peer_send(Host& from, const PeerSend& send) {
  if (blackhole) return;
  for (const Wire& wire : wires_) {
    if (wire.a == &from && wire.id_a == send.peer)
      return peer_mail_.push_back({wire.b, wire.id_b, *send.frame});
    if (wire.b == &from && wire.id_b == send.peer)
      return peer_mail_.push_back({wire.a, wire.id_a, *send.frame});
  }
  if (on_strange_wire) on_strange_wire(send.peer, *send.frame);
}

void World::close_peer(Host& from, PeerId peer) {
  const auto wire = std::ranges::find_if(wires_, [&](const Wire& each) {
    return (each.a == &from && each.id_a == peer) || (each.b == &from && each.id_b == peer);
  });
  if (wire == wires_.end()) return;
  const Wire closed = *wire;
  wires_.erase(wire);
  const bool from_a = closed.a == &from;
  (from_a ? closed.b : closed.a)->input(PeerClosed{from_a ? closed.id_b : closed.id_a});
}

void World::close_peers_of(Host& host) {
  std::vector<PeerId> mine;
  for (const Wire& wire : wires_) {
    if (wire.a == &host) mine.push_back(wire.id_a);
    if (wire.b == &host) mine.push_back(wire.id_b);
  }
  for (const PeerId peer : mine) close_peer(host, peer);
}

void World::publish(Host& from, const Publish& publish) {
  if (bus_silent) return;
  for (const auto& host : hosts_) {
    if (host.get() == &from || host->deployment() != from.deployment()) continue;
    bus_mail_.emplace_back(host.get(), BusMessage{publish.topic, publish.payload});
  }
}

bool World::step() {
  for (const auto& host : hosts_) {
    if (host->work()) return true;
  }
  if (!peer_mail_.empty()) {
    PeerMessage message = std::move(peer_mail_.front());
    peer_mail_.pop_front();
    message.to->input(PeerFrame{message.peer, std::move(message.text)});
    return true;
  }
  if (!bus_mail_.empty()) {
    auto [to, message] = std::move(bus_mail_.front());
    bus_mail_.pop_front();
    to->input(std::move(message));
    return true;
  }
  return false;
}

void World::settle() {
  for (int i = 0; step(); ++i) CHECK(i < kStepsMax, "the world does not come to rest");
}

void World::pass(Ms time) {
  constexpr Ms kTick{100};
  for (Ms passed{0}; passed < time; passed += kTick) {
    clock.advance(std::min(kTick, time - passed));
    for (const auto& host : hosts_) host->tick();
    settle();
  }
}

protocol::SignedVerdict World::verdict(std::uint64_t epoch, const std::string& why) {
  return protocol::sign_verdict(moderator_, protocol::KeyId("m1"),
                                {protocol::Epoch(epoch), why, clock.now().wall});
}

}  // namespace holdfast::node::testing
