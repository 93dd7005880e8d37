// What the writes of a site make of it.
#include "node/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/test_events.h"

namespace holdfast::node {
namespace {

using protocol::testing::kTestPrimary;
using protocol::testing::kTestSite;
using protocol::testing::test_acceptance;
using protocol::testing::test_nonce;
using protocol::testing::test_ulid;
using ::testing::ElementsAre;

class SettingsOfASite : public ::testing::Test {
 protected:
  void write(const std::string& entity, const std::string& field, const std::string& value) {
    ++seq;
    const auto content =
        protocol::compose({kTestSite,
                           ChatId(),
                           Author("a:cli"),
                           EventId(test_ulid(seq)),
                           "set",
                           protocol::Audience::kNodes,
                           {}},
                          chat::write_body({entity, field, value, false, {}}, test_nonce(seq)));
    settings.hold(content, test_acceptance(content, kTestPrimary, seq, seq));
  }
  const Site& site() const { return *settings.site(kTestSite); }

  Settings settings;
  unsigned seq = 0;
};

TEST_F(SettingsOfASite, EveryFieldIsWhatWasWritten) {
  write("site:shop", "name", R"("Shop")");
  write("site:shop", "origins", R"(["https://b.example","https://a.example"])");
  write("site:shop", "colour", R"("#123456")");
  write("site:shop", "greeting", R"("Hello")");
  write("site:shop", "away", R"("Later")");
  write("site:shop", "zone", R"("Europe/Berlin")");
  write("site:shop", "hours", R"([{"day":1,"from":540,"to":1020}])");
  write("site:shop", "retention_days", "30");
  write("site:shop", "transcripts", "true");
  write("site:shop", "offline_to", R"(["desk@shop.example"])");
  EXPECT_EQ(site().name, "Shop");
  EXPECT_THAT(site().origins, ElementsAre("https://a.example", "https://b.example"));
  EXPECT_EQ(site().colour, "#123456");
  EXPECT_EQ(site().greeting, "Hello");
  EXPECT_EQ(site().away, "Later");
  EXPECT_EQ(site().zone, "Europe/Berlin");
  ASSERT_EQ(site().hours->size(), 1u);
  EXPECT_EQ(site().hours->front().to, 1'020u);
  EXPECT_EQ(site().retention_days, 30);
  EXPECT_TRUE(site().transcripts);
  EXPECT_THAT(site().offline_to, ElementsAre("desk@shop.example"));
}

TEST_F(SettingsOfASite, AValueOfAnotherTypeChangesNothing) {
  write("site:shop", "greeting", R"("Hello")");
  write("site:shop", "greeting", "7");
  write("site:shop", "retention_days", "30");
  write("site:shop", "retention_days", R"("soon")");
  write("site:shop", "retention_days", "1.5");
  write("site:shop", "transcripts", "1");
  EXPECT_EQ(site().greeting, "Hello");
  EXPECT_EQ(site().retention_days, 30);
  EXPECT_FALSE(site().transcripts);
}

TEST_F(SettingsOfASite, WebhooksAndOperatorsHaveTheirs) {
  write("site:shop", "name", R"("Shop")");
  write("webhook:crm", "url", R"("https://crm.example/hook")");
  write("webhook:crm", "events", R"(["chat.opened"])");
  write("webhook:crm", "active", "true");
  write("operator:ann", "name", R"("Ann")");
  write("operator:ann", "active", "true");
  write("operator:ann", "sessions_after", "99");
  const SiteWebhook& hook = site().webhooks.at("crm");
  EXPECT_EQ(hook.url, "https://crm.example/hook");
  EXPECT_THAT(hook.events, ElementsAre("chat.opened"));
  EXPECT_TRUE(hook.active);
  const Operator* const ann = settings.find_operator(kTestSite, Author("o:ann"));
  ASSERT_NE(ann, nullptr);
  EXPECT_EQ(ann->name, "Ann");
  EXPECT_TRUE(ann->active);
  EXPECT_EQ(ann->sessions_after, WallMs(99));
}

}  // namespace
}  // namespace holdfast::node
