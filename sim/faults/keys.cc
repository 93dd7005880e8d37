// Keys are changed while other things fail, in the order that docs/operations.md gives: everybody
// learns the new one first, and only then it is used.
#include <algorithm>

#include "base/crypto.h"
#include "sim/faults/faults.h"

namespace holdfast::sim {
namespace {

using protocol::KeyState;

protocol::KeyId next_id(const char* letter, std::size_t known) {
  return protocol::KeyId(letter + std::to_string(known + 1));
}

// The newest of the list signs, the others verify.
void use_newest(std::vector<protocol::SecretKey>& keys) {
  for (protocol::SecretKey& key : keys) key.state = KeyState::kRetired;
  keys.back().state = KeyState::kActive;
}

}  // namespace

void Faults::restart_with_keys(NodeHost& node) {
  later(draw(Ms(0), Ms(20'000)), [this, &node] {
    if (node.has_read_keys()) return;
    if (node.running() && !node.paused()) {
      node.kill();
      later(draw(Ms(200), Ms(2'000)), [&node] { node.start(); });
    }
    restart_with_keys(node);
  });
}

void Faults::once_all_have_them(std::function<void()> then) {
  later(Ms(500), [this, then = std::move(then)] {
    const auto all = cluster_.nodes();
    const bool read =
        std::ranges::all_of(all, [](NodeHost* node) { return node->has_read_keys(); });
    if (!read) return once_all_have_them(then);
    then();
  });
}

void Faults::hand_out(const protocol::Keys& keys, std::function<void()> then) {
  cluster_.set_keys(keys);
  for (const auto& tab : cluster_.tabs()) tab->set_moderator_keys(keys.moderators);
  for (NodeHost* node : cluster_.nodes()) {
    node->set_keys(keys);
    restart_with_keys(*node);
  }
  once_all_have_them(std::move(then));
}

// The keys of acceptances and of sessions.
bool Faults::rotate_cluster_key() {
  if (std::exchange(rotating_, true)) return false;
  protocol::Keys keys = cluster_.keys();
  keys.cluster.push_back(
      {next_id("c", keys.cluster.size()), KeyState::kRetired, random_.bytes<32>()});
  keys.session.push_back(
      {next_id("s", keys.session.size()), KeyState::kRetired, random_.bytes<32>()});
  hand_out(keys, [this, keys]() mutable {
    use_newest(keys.cluster);
    use_newest(keys.session);
    hand_out(keys, [this] {
      cluster_.trace().sometimes("cluster key changed");
      rotating_ = false;
    });
  });
  return true;
}

// Pages that are open must learn it, too: people load them again. The old one may have leaked.
bool Faults::rotate_moderator_key() {
  if (std::exchange(rotating_, true)) return false;
  protocol::Keys keys = cluster_.keys();
  const auto seed = random_.bytes<32>();
  const auto id = next_id("m", keys.moderators.size());
  const bool leaked = random_.chance(0.5);
  keys.moderators.push_back(
      {id, KeyState::kActive, Ed25519KeyPair::from_seed(seed).public_key().bytes});
  hand_out(keys, [this, keys, seed, id, leaked]() mutable {
    for (const auto& tab : cluster_.tabs()) {
      if (!tab->process().paused()) tab->reload();
    }
    ModeratorHost& moderator = cluster_.moderator();
    moderator.set_keys(id, seed, keys.moderators);
    if (moderator.running() && !moderator.paused()) {
      moderator.kill();
      moderator.start();
    }
    later(draw(Ms(10'000), Ms(60'000)), [this, keys, seed, id, leaked]() mutable {
      for (protocol::PublicKey& key : keys.moderators) {
        if (key.id != id) key.state = leaked ? KeyState::kCompromised : KeyState::kRetired;
      }
      cluster_.moderator().set_keys(id, seed, keys.moderators);
      hand_out(keys, [this] {
        cluster_.trace().sometimes("key of the moderator changed");
        rotating_ = false;
      });
    });
  });
  return true;
}

void Faults::define_keys() {
  kinds_.push_back({"cluster key changed", 0.2, [this] { return rotate_cluster_key(); }});
  kinds_.push_back(
      {"key of the moderator changed", 0.15, [this] { return rotate_moderator_key(); }});
}

}  // namespace holdfast::sim
