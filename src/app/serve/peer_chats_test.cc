#include "app/serve/peer_chats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/moderate/testing/little_deployment.h"

namespace holdfast::app {
namespace {

using ::testing::HasSubstr;
using testing::LittleDeployment;

struct PeerChatsTest : ::testing::Test {
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};
  std::optional<LittleDeployment> peer{std::in_place, loop, protocol::Deployment::kRedundant,
                                       std::vector<protocol::PublicKey>{}};
  ServeConfig config;
  std::vector<node::PeerChatDone> told;

  PeerChatsTest() {
    config.node.keys.probe = moderator::testing::secret(3);
    config.node.peer_urls = {peer->url().origin()};
    config.peer_chat.interval_ms = 20;
    config.peer_chat.timeout_ms = 200;
  }
  // Has chats until `done`; a test that would wait for ever fails instead.
  void have(const std::function<bool()>& done) {
    PeerChats chats(loop, random, config, nullptr, [&](node::PeerChatDone one) {
      told.push_back(std::move(one));
      if (done()) loop.stop();
    });
    net::Timer patience(loop);
    patience.start(Ms(20'000), [this] { loop.stop(); });
    chats.start();
    loop.run();
    chats.stop();
    ASSERT_TRUE(done());
  }
};

TEST_F(PeerChatsTest, GoThroughTheOtherDeploymentAndCountWhatWorked) {
  have([&] { return told.size() == 3; });
  EXPECT_EQ(told.back().worked, 3u);
  EXPECT_EQ(told.back().failures, 0u);
  ASSERT_FALSE(peer->node.hellos.empty());
  EXPECT_TRUE(std::get<protocol::ProbeAuth>(peer->node.hellos[0].auth).peer)
      << "its clock is not the moderator's";
}

TEST_F(PeerChatsTest, SeeAnOtherOneThatAcknowledgesAndDeliversToNobody) {
  have([&] {
    peer->node.delivers = false;
    return told.back().failures == 2;
  });
  EXPECT_EQ(told.back().worked, 1u);
  EXPECT_THAT(told.back().why, HasSubstr("the visitor's message at the operator"));
  peer->node.delivers = true;
  told.clear();
  have([&] { return told.back().worked == 1; });
}

TEST_F(PeerChatsTest, GoToItsNextAddressAfterOneThatFailed) {
  LittleDeployment gone(loop, protocol::Deployment::kRedundant, {});
  gone.die();
  config.node.peer_urls.insert(config.node.peer_urls.begin(), gone.url().origin());
  have([&] { return told.size() == 3; });
  EXPECT_EQ(told[0].failures, 1u);
  EXPECT_EQ(told[2].worked, 2u);
}

TEST_F(PeerChatsTest, WithNobodyElseThereAreNone) {
  config.node.peer_urls.clear();
  PeerChats chats(loop, random, config, nullptr, [&](node::PeerChatDone) { FAIL(); });
  chats.start();
  chats.stop();
}

}  // namespace
}  // namespace holdfast::app
