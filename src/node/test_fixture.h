// The ground of the node's tests: one deployment, or two, over journals in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "journal/memory/memory_journal.h"
#include "node/testing/client.h"
#include "node/testing/world.h"
#include "node/words.h"
#include "protocol/names.h"

namespace holdfast::node {

using testing::Agent;
using testing::Client;
using testing::Host;
using testing::Visitor;
using testing::World;
using testing::Writer;

class NodeTest : public ::testing::Test {
 protected:
  NodeTest() : world([] { return std::make_unique<journal::MemoryJournal>(); }) {}

  journal::MemoryJournal& disk(Deployment deployment) {
    return dynamic_cast<journal::MemoryJournal&>(world.journal(deployment));
  }
  protocol::Term lease_term(Deployment deployment) {
    const WallMs now = world.clock.now().wall;
    return disk(deployment).acquire_lease("nobody", now, now)->term;
  }
  // What `holdfast site` and `holdfast operator` do: one register, all that it had replaced.
  void administer(Host& host, const std::string& entity, const std::string& field,
                  const std::string& value) {
    const auto all =
        json::parse_object(host.reply(host.admin("GET", "/v1/admin/settings")).body).value();
    std::vector<Digest> replaces;
    for (const json::Value& each : **json::get_array(all, "settings")) {
      const json::Object& known = each.get_object();
      if (*json::get_text(known, "entity") != entity || *json::get_text(known, "field") != field)
        continue;
      for (const json::Value& digest : **json::get_array(known, "unreplaced"))
        replaces.push_back(Digest(*Hash32::from_base64url(digest.get_string())));
    }
    const auto write = world.administrator().set(entity, field, value, replaces);
    const json::Object event{{"head", write->head_bytes}, {"body", *write->body_bytes}};
    const RequestId id = host.admin("POST", "/v1/admin/append",
                                    json::serialize(json::Object{{"events", json::Array{event}}}));
    world.settle();
    ASSERT_EQ(host.reply(id).status, 200) << host.reply(id).body;
  }

  World world;
};

// Primary alone, with settings, ready.
class OneNode : public NodeTest {
 protected:
  OneNode()
      : host(world.add(Deployment::kPrimary)),
        vera(world, "vera"),
        ann(world, "ann"),
        bob(world, "bob") {
    world.install_settings(Deployment::kPrimary);
    world.start_all();
    world.pass(Ms(1'500));
  }

  // A chat of vera's that was opened and accepted.
  protocol::ChatId open_chat(Client& link) {
    const auto opening = vera.writer.open();
    link.send(opening);
    world.settle();
    return opening->head.chat;
  }

  Host& host;
  Visitor vera;
  Agent ann, bob;
};

// Both deployments, connected; the settings were installed at Primary and pulled by Redundant.
class TwoDeployments : public NodeTest {
 protected:
  TwoDeployments()
      : primary(world.add(Deployment::kPrimary)),
        redundant(world.add(Deployment::kRedundant)),
        vera(world, "vera"),
        ann(world, "ann"),
        bob(world, "bob") {
    world.install_settings(Deployment::kPrimary);
    world.start_all();
    world.connect(primary, redundant);
    world.pass(Ms(3'000));
  }

  Host& primary;
  Host& redundant;
  Visitor vera;
  Agent ann, bob;
};

}  // namespace holdfast::node
