#include "chat/presence.h"

#include <gtest/gtest.h>

namespace holdfast::chat {
namespace {

const protocol::SiteId kPresenceSite{"shop"};
const protocol::Author kAnn{"o:ann"};
const protocol::Author kBob{"o:bob"};
constexpr Presence::Session kOne{1}, kTwo{2};

TEST(Presence, LastsUntilTheLastSessionEnds) {
  Presence presence;
  EXPECT_TRUE(presence.set(kOne, kPresenceSite, kAnn, true));
  EXPECT_FALSE(presence.set(kTwo, kPresenceSite, kAnn, true));
  EXPECT_FALSE(presence.remove(kOne));
  EXPECT_TRUE(presence.online(kPresenceSite, kAnn));
  EXPECT_TRUE(presence.remove(kTwo));
  EXPECT_FALSE(presence.available(kPresenceSite));
  EXPECT_FALSE(presence.remove(kTwo));
}

TEST(Presence, OfAnOperatorWhoIsAwayIsNone) {
  Presence presence;
  presence.set(kOne, kPresenceSite, kAnn, true);
  EXPECT_TRUE(presence.set(kOne, kPresenceSite, kAnn, false));
  EXPECT_FALSE(presence.available(kPresenceSite));
  EXPECT_FALSE(presence.remove(kOne));
}

TEST(Presence, IsTheUnionOfBothDeployments) {
  Presence presence;
  presence.set(kOne, kPresenceSite, kAnn, true);
  presence.peer_reports({{kPresenceSite, kBob, true}}, true);
  EXPECT_EQ(presence.operators(kPresenceSite), (std::set{kAnn, kBob}));
  EXPECT_TRUE(presence.online(kPresenceSite, kBob));
  EXPECT_FALSE(presence.online_here(kPresenceSite, kBob));
  EXPECT_EQ(presence.here(), (std::vector<Presence::Seen>{{kPresenceSite, kAnn, true}}));
}

TEST(Presence, OfThePeerFollowsItsReports) {
  Presence presence;
  presence.peer_reports({{kPresenceSite, kAnn, true}, {kPresenceSite, kBob, true}}, true);
  presence.peer_reports({{kPresenceSite, kAnn, false}}, false);
  EXPECT_EQ(presence.operators(kPresenceSite), std::set{kBob});
  presence.peer_reports({}, true);
  EXPECT_FALSE(presence.available(kPresenceSite));
  presence.peer_reports({{kPresenceSite, kAnn, true}}, false);
  presence.peer_lost();
  EXPECT_FALSE(presence.available(kPresenceSite));
}

TEST(Presence, KeepsSitesApart) {
  Presence presence;
  presence.set(kOne, kPresenceSite, kAnn, true);
  EXPECT_FALSE(presence.available(protocol::SiteId("shop-2")));
  EXPECT_FALSE(presence.available(protocol::SiteId("sho")));
}

}  // namespace
}  // namespace holdfast::chat
