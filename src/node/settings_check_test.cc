// What a settings write must be to be accepted, and who may make it.
#include "node/settings_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/content.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using ::testing::HasSubstr;

const SiteId kShop("shop");

Parsed<void> check(const std::string& entity, const std::string& field, const std::string& value,
                   bool http_to_loopback = false) {
  return check_write(kShop, {entity, field, value, false, {}}, http_to_loopback);
}
std::string why(const std::string& entity, const std::string& field, const std::string& value) {
  const auto checked = check(entity, field, value);
  return checked ? "" : checked.error().why;
}

struct Case {
  const char* entity;
  const char* field;
  std::string value;
};

TEST(SettingsCheck, WhatPeopleSetIsTaken) {
  const std::string long_text(2'000, 'x');
  const Case good[] = {
      {"site:shop", "name", R"("Käse & Co")"},
      {"site:shop", "origins",
       R"(["https://shop.example","http://127.0.0.1:8080","https://[::1]:8443"])"},
      {"site:shop", "origins", "[]"},
      {"site:shop", "colour", R"("#0a7F6b")"},
      {"site:shop", "greeting", R"("Hello!\nHow can we help?")"},
      {"site:shop", "away", "\"" + long_text + "\""},
      {"site:shop", "away", R"("")"},
      {"site:shop", "zone", R"("America/Argentina/Buenos_Aires")"},
      {"site:shop", "zone", R"("UTC")"},
      {"site:shop", "hours",
       R"([{"day":1,"from":540,"to":720},{"day":1,"from":720,"to":1440},{"day":7,"from":0,"to":1440}])"},
      {"site:shop", "hours", "[]"},
      {"site:shop", "retention_days", "0"},
      {"site:shop", "retention_days", "365"},
      {"site:shop", "transcripts", "true"},
      {"site:shop", "offline_to", R"(["team@shop.example","o'brien+chat@sub.shop.example"])"},
      {"site:shop", "identity_key", R"("idk_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE")"},
      {"operator:ann", "name", R"("Ann")"},
      {"operator:ann", "role", R"("supervisor")"},
      {"operator:ann", "active", "false"},
      {"operator:ann", "sessions_after", "1700000000000"},
      {"operator:ann", "password",
       R"("$argon2id$v=19$m=65536,t=2,p=1$b3zVnA8q1kq8sTZ2Cq0J0w$0pMZ2m3m4y1H0j6cB0gq1yTzG1m1s8o8m1tC2Jk0y3E")"},
      {"webhook:crm", "url", R"("https://Hooks.example/in?x=1")"},
      {"webhook:crm", "secret", R"("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")"},
      {"webhook:crm", "events", R"(["chat.opened","message.created"])"},
      {"webhook:crm", "active", "true"},
      {"session:01HZZZZZZZZZZZZZZZZZZZZZZ1", "ended", "true"},
  };
  for (const auto& [entity, field, value] : good)
    EXPECT_EQ(why(entity, field, value), "") << entity << " " << field << " " << value;
}

TEST(SettingsCheck, WhatIsWrongIsRefusedAndTheFieldIsNamed) {
  const std::string too_long(2'001, 'x');
  const Case bad[] = {
      {"site:shop", "name", R"("")"},
      {"site:shop", "name", R"("   ")"},
      {"site:shop", "name", R"("two\nlines")"},
      {"site:shop", "name", "7"},
      {"site:shop", "name", "null"},
      {"site:shop", "name", R"("bell\u0007")"},
      {"site:shop", "origins", R"("https://shop.example")"},
      {"site:shop", "origins", R"(["https://shop.example/"])"},
      {"site:shop", "origins", R"(["https://shop.example:443"])"},
      {"site:shop", "origins", R"(["http://shop.example:80"])"},
      {"site:shop", "origins", R"(["https://Shop.example"])"},
      {"site:shop", "origins", R"(["https://shop.example."])"},
      {"site:shop", "origins", R"(["https://a@shop.example"])"},
      {"site:shop", "origins", R"(["https://shop.example:0123"])"},
      {"site:shop", "origins", R"(["https://shop.example:70000"])"},
      {"site:shop", "origins", R"(["https://käse.example"])"},
      {"site:shop", "origins", R"(["https://*.shop.example"])"},
      {"site:shop", "origins", R"(["ftp://shop.example"])"},
      {"site:shop", "origins", R"(["null"])"},
      {"site:shop", "origins", R"(["https://a.example","https://a.example"])"},
      {"site:shop", "colour", R"("red")"},
      {"site:shop", "colour", R"("#12345")"},
      {"site:shop", "colour", R"("#12345g")"},
      {"site:shop", "colour", "\"url(javascript:1)\""},
      {"site:shop", "greeting", "\"" + too_long + "\""},
      {"site:shop", "zone", R"("Europe/Berlin; rm")"},
      {"site:shop", "zone", R"("../etc/passwd")"},
      {"site:shop", "hours", "{}"},
      {"site:shop", "hours", R"([{"day":0,"from":0,"to":60}])"},
      {"site:shop", "hours", R"([{"day":1,"from":600,"to":600}])"},
      {"site:shop", "hours", R"([{"day":1,"from":600,"to":1441}])"},
      {"site:shop", "hours", R"([{"day":1,"from":0,"to":60,"x":1}])"},
      {"site:shop", "hours", R"([{"day":1,"from":0,"to":60},{"day":1,"from":59,"to":90}])"},
      {"site:shop", "hours", R"([{"day":1.5,"from":0,"to":60}])"},
      {"site:shop", "retention_days", "-1"},
      {"site:shop", "retention_days", R"("30")"},
      {"site:shop", "retention_days", "1e3"},
      {"site:shop", "transcripts", "1"},
      {"site:shop", "offline_to", R"(["nobody"])"},
      {"site:shop", "offline_to", R"(["a@b.example\nBcc: c@d.example"])"},
      {"site:shop", "offline_to", R"(["a@b.example, c@d.example"])"},
      {"site:shop", "identity_key", R"("correct-horse")"},
      {"site:shop", "identity_key", R"(["idk_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"])"},
      {"operator:ann", "role", R"("root")"},
      {"operator:ann", "active", R"("yes")"},
      {"operator:ann", "password", R"("secret")"},
      {"operator:ann", "password",
       R"("$argon2id$v=19$m=4194304,t=2,p=1$b3zVnA8q1kq8sTZ2Cq0J0w$0pMZ2m3m4y1H0j6cB0gq1yTzG1m1s8o8m1tC2Jk0y3E")"},
      {"webhook:crm", "url", R"("http://hooks.example/")"},
      {"webhook:crm", "url", R"("http://127.0.0.1/")"},
      {"webhook:crm", "url", R"("https://user:pw@hooks.example/")"},
      {"webhook:crm", "url", R"("https://hooks.example/a b")"},
      {"webhook:crm", "url", R"("https:///path")"},
      {"webhook:crm", "url", "\"javascript:alert(1)\""},
      {"webhook:crm", "secret", R"("whsec_short")"},
      {"webhook:crm", "secret", R"("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")"},
      {"webhook:crm", "events", R"(["chat.exploded"])"},
      {"session:01HZZZZZZZZZZZZZZZZZZZZZZ1", "ended", "false"},
  };
  for (const auto& [entity, field, value] : bad) {
    const auto checked = check(entity, field, value);
    ASSERT_FALSE(checked) << entity << " " << field << " " << value;
    EXPECT_EQ(checked.error().code, Code::kBadFrame);
    EXPECT_TRUE(checked.error().why.starts_with(field)) << checked.error().why;
  }
}

TEST(SettingsCheck, AValueThatIsNoJsonIsRefused) {
  EXPECT_THAT(why("site:shop", "greeting", R"("open)"), HasSubstr("greeting: JSON"));
  EXPECT_EQ(check("site:shop", "greeting", "{").error().code, Code::kBadFrame);
}

TEST(SettingsCheck, AnEntryOfAListIsNamedByItsNumber) {
  EXPECT_THAT(why("site:shop", "origins", R"(["https://a.example","x"])"), HasSubstr("origins[1]"));
  EXPECT_THAT(
      why("site:shop", "hours", R"([{"day":1,"from":0,"to":60},{"day":1,"from":30,"to":90}])"),
      HasSubstr("hours[1]: overlaps [0]"));
}

TEST(SettingsCheck, AnUnknownFieldOrEntityIsNamed) {
  EXPECT_THAT(why("site:shop", "colur", "1"), HasSubstr("colur"));
  EXPECT_THAT(why("printer:1", "name", "1"), HasSubstr("printer:1"));
  EXPECT_THAT(why("operator:Ann", "name", R"("Ann")"), HasSubstr("operator:Ann"));
  EXPECT_THAT(why("webhook:a b", "active", "true"), HasSubstr("webhook:a b"));
  EXPECT_EQ(check("site:other", "name", R"("x")").error().code, Code::kWrongSite);
}

TEST(SettingsCheck, AWebhookOnThisMachineNeedsTheTestsConfiguration) {
  EXPECT_TRUE(check("webhook:crm", "url", R"("http://127.0.0.1:9000/hook")", true));
  EXPECT_FALSE(check("webhook:crm", "url", R"("http://hooks.example/")", true));
}

// ---- who ----

class SettingsRights : public ::testing::Test {
 protected:
  SettingsRights() {
    for (const std::string who : {"olga", "adam", "susi", "otto"}) {
      const std::string role = who == "olga"   ? "owner"
                               : who == "adam" ? "admin"
                               : who == "susi" ? "supervisor"
                                               : "operator";
      hold("operator:" + who, "role", "\"" + role + "\"");
      hold("operator:" + who, "active", "true");
    }
    hold("site:shop", "name", "\"Shop\"");
  }
  void hold(const std::string& entity, const std::string& field, const std::string& value,
            const std::string& author = "a:init") {
    std::vector<Digest> replaces;
    const auto known = settings.registers().find({kShop, entity, field});
    if (known != settings.registers().end()) replaces = known->second.unreplaced;
    const protocol::Draft draft{
        kShop,
        {},
        Author(author),
        protocol::EventId(fmt::format("01HZZZZZZZZZZZZZZZZZZ{:05}", ++made)),
        "set",
        Audience::kNodes,
        {}};
    const auto content = protocol::compose(
        draft, chat::write_body({entity, field, value, false, replaces}, "AAAAAAAAAAAAAAAAAAAAAA"));
    protocol::SecretKey key{protocol::KeyId("k")};
    settings.hold(content, protocol::accept({&key, 1}, content->digest,
                                            Origin("primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1"),
                                            Seq(made), protocol::Hlc(made)));
  }
  bool may(const std::string& who, const std::string& entity, const std::string& field,
           const std::string& value = "\"x\"") {
    const auto may =
        may_write(settings, kShop, Author("o:" + who), {entity, field, value, false, {}});
    if (!may) {
      EXPECT_EQ(may.error().code, Code::kNotAllowed);
    }
    return may.has_value();
  }

  Settings settings;
  std::uint64_t made = 0;
};

TEST_F(SettingsRights, FollowTheTable) {
  struct Row {
    const char* entity;
    const char* field;
    const char* value;
    bool by[4];  // otto, susi, adam, olga
  };
  const Row table[] = {
      {"site:shop", "greeting", "\"x\"", {false, true, true, true}},
      {"site:shop", "origins", "[]", {false, false, true, true}},
      {"webhook:crm", "url", "\"x\"", {false, false, true, true}},
      {"operator:otto", "name", "\"x\"", {true, false, true, true}},
      {"operator:otto", "role", "\"supervisor\"", {false, false, true, true}},
      {"operator:otto", "role", "\"admin\"", {false, false, false, true}},
      {"operator:otto", "active", "false", {false, false, true, true}},
      {"operator:susi", "password", "\"x\"", {false, true, true, true}},
      {"operator:susi", "sessions_after", "1", {false, true, true, true}},
      {"operator:adam", "password", "\"x\"", {false, false, true, true}},
      {"operator:adam", "role", "\"owner\"", {false, false, false, true}},
      {"operator:adam", "role", "\"operator\"", {false, false, false, true}},
      {"operator:olga", "password", "\"x\"", {false, false, false, true}},
      {"operator:olga", "active", "false", {false, false, false, true}},
      {"operator:newcomer", "name", "\"x\"", {false, false, true, true}},
      {"operator:newcomer", "role", "\"owner\"", {false, false, false, true}},
      {"operator:newcomer", "role", "\"auditor\"", {false, false, false, true}},
      {"session:01HZZZZZZZZZZZZZZZZZZZZZZ1", "ended", "true", {true, true, true, true}},
      {"printer:1", "name", "\"x\"", {false, false, false, true}},
  };
  const std::string people[] = {"otto", "susi", "adam", "olga"};
  for (const Row& row : table) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(may(people[i], row.entity, row.field, row.value), row.by[i])
          << people[i] << ": " << row.entity << " " << row.field << " " << row.value;
    }
  }
}

TEST_F(SettingsRights, WhoeverIsUnknownMayLeast) {
  EXPECT_FALSE(may("stranger", "site:shop", "name"));
}

TEST_F(SettingsRights, TheLastActiveOwnerStaysOne) {
  const chat::Write demoted{"operator:olga", "role", "\"admin\"", false, {}};
  const chat::Write dismissed{"operator:olga", "active", "false", false, {}};
  for (const auto& write : {demoted, dismissed}) {
    EXPECT_TRUE(ends_an_owner(settings, kShop, write));
    EXPECT_EQ(leaves_an_owner(settings, kShop, write).error().code, Code::kNotAllowed);
  }
  EXPECT_FALSE(ends_an_owner(settings, kShop, {"operator:olga", "name", "\"O\"", false, {}}));
  EXPECT_FALSE(ends_an_owner(settings, kShop, {"operator:adam", "active", "false", false, {}}));
  hold("operator:adam", "role", "\"owner\"");
  EXPECT_TRUE(leaves_an_owner(settings, kShop, demoted));
  hold("operator:adam", "active", "false");
  EXPECT_FALSE(leaves_an_owner(settings, kShop, demoted));
}

TEST_F(SettingsRights, ASessionIsEndedByItsOwnerOrByWhoeverManagesThem) {
  const std::string sid = "01HZZZZZZZZZZZZZZZZZZZZZZ1";
  const auto ended = [&] { return settings.session_ended(kShop, Author("o:susi"), sid); };
  hold("session:" + sid, "ended", "true", "o:otto");
  EXPECT_FALSE(ended());
  hold("session:" + sid, "ended", "true", "o:adam");
  EXPECT_TRUE(ended());
  // Nobody takes it back, and nobody's write stands in its way.
  hold("session:" + sid, "ended", "false", "o:otto");
  EXPECT_TRUE(ended());
  hold("session:01HZZZZZZZZZZZZZZZZZZZZZZ2", "ended", "true", "o:susi");
  EXPECT_TRUE(settings.session_ended(kShop, Author("o:susi"), "01HZZZZZZZZZZZZZZZZZZZZZZ2"));
}

}  // namespace
}  // namespace holdfast::node
