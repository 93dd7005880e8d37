#include "chat/presence.h"

#include <gtest/gtest.h>

namespace holdfast::chat {
namespace {

const protocol::SiteId kShop{"shop"};
const protocol::Author kAnn{"o:ann"};
const protocol::Author kBob{"o:bob"};
constexpr Presence::Session kOne{1}, kTwo{2};

TEST(Presence, LastsUntilTheLastSessionEnds) {
  Presence presence;
  EXPECT_TRUE(presence.set(kOne, kShop, kAnn, true));
  EXPECT_FALSE(presence.set(kTwo, kShop, kAnn, true));
  EXPECT_FALSE(presence.remove(kOne));
  EXPECT_TRUE(presence.online(kShop, kAnn));
  EXPECT_TRUE(presence.remove(kTwo));
  EXPECT_FALSE(presence.available(kShop));
  EXPECT_FALSE(presence.remove(kTwo));
}

TEST(Presence, OfAnOperatorWhoIsAwayIsNone) {
  Presence presence;
  presence.set(kOne, kShop, kAnn, true);
  EXPECT_TRUE(presence.set(kOne, kShop, kAnn, false));
  EXPECT_FALSE(presence.available(kShop));
  EXPECT_FALSE(presence.remove(kOne));
}

TEST(Presence, IsTheUnionOfBothDeployments) {
  Presence presence;
  presence.set(kOne, kShop, kAnn, true);
  presence.peer_reports({{kShop, kBob, true}}, true);
  EXPECT_EQ(presence.operators(kShop), (std::set{kAnn, kBob}));
  EXPECT_TRUE(presence.online(kShop, kBob));
  EXPECT_FALSE(presence.online_here(kShop, kBob));
  EXPECT_EQ(presence.here(), (std::vector<Presence::Seen>{{kShop, kAnn, true}}));
}

TEST(Presence, OfThePeerFollowsItsReports) {
  Presence presence;
  presence.peer_reports({{kShop, kAnn, true}, {kShop, kBob, true}}, true);
  presence.peer_reports({{kShop, kAnn, false}}, false);
  EXPECT_EQ(presence.operators(kShop), std::set{kBob});
  presence.peer_reports({}, true);
  EXPECT_FALSE(presence.available(kShop));
  presence.peer_reports({{kShop, kAnn, true}}, false);
  presence.peer_lost();
  EXPECT_FALSE(presence.available(kShop));
}

TEST(Presence, KeepsSitesApart) {
  Presence presence;
  presence.set(kOne, kShop, kAnn, true);
  EXPECT_FALSE(presence.available(protocol::SiteId("shop-2")));
  EXPECT_FALSE(presence.available(protocol::SiteId("sho")));
}

}  // namespace
}  // namespace holdfast::chat
