#include "app/moderate/status_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

moderator::Status sample() {
  moderator::Status status;
  status.active = protocol::Deployment::kRedundant;
  status.epoch = protocol::Epoch(4);
  status.why = "failover: primary is unhealthy (chat, peer)";
  status.barrier = "primary lacks 5 entries";
  status.primary.looked = true;
  status.primary.signals.chat = moderator::Signal::kBad;
  status.primary.state.behind = 12;
  status.redundant.looked = status.redundant.healthy = status.redundant.answers = true;
  status.redundant.state.ready = true;
  status.incidents = {{WallMs(5), "primary is unhealthy (chat, peer)"}};
  return status;
}

TEST(StatusTable, SaysWhoIsActiveWhyAndWhatItWaitsFor) {
  const std::string table = status_table(status_json(sample(), "1.0", WallMs(9)));
  EXPECT_THAT(
      table,
      HasSubstr("active       redundant (epoch 4; failover: primary is unhealthy (chat, peer))"));
  EXPECT_THAT(table, HasSubstr("waits for    primary lacks 5 entries"));
  EXPECT_THAT(table, HasSubstr("UNHEALTHY, no answer"));
  EXPECT_THAT(table, HasSubstr("chat:bad peer:unknown clients:unknown own:unknown"));
  EXPECT_THAT(table, Not(HasSubstr("abstains")));
}

TEST(StatusTable, SaysWhatIsInMaintenanceAndHowFarItIs) {
  moderator::Status status = sample();
  const moderator::Maintenance order{protocol::Deployment::kPrimary, "a:ann", WallMs(3), {}, false};
  status.maintenance = {order, moderator::MaintenanceStep::kSafe, "safe to stop: x"};
  const json::Object json = status_json(status, "1.0", WallMs(9));
  EXPECT_THAT(status_table(json),
              HasSubstr("maintenance  of primary (by a:ann): safe to stop: x\n"));
  EXPECT_EQ(
      json::serialize(json.at("maintenance")),
      R"({"deployment":"primary","step":"safe","text":"safe to stop: x","by":"a:ann","since":3})");
}

TEST(StatusTable, WarnsOfACertificateThatEndsSoon) {
  constexpr WallMs kNow{1'700'000'000'000};
  constexpr Ms kDay{86'400'000};
  moderator::Status status = sample();
  status.primary.state.certificate_expires = kNow + 90 * kDay;
  EXPECT_THAT(status_table(status_json(status, "1.0", kNow)), Not(HasSubstr("WARNING")));
  status.primary.state.certificate_expires = kNow + 13 * kDay;
  status.redundant.state.certificate_expires = kNow - kDay;
  const json::Object json = status_json(status, "1.0", kNow);
  EXPECT_THAT(status_table(json), HasSubstr("the certificate of primary expires in 13 days"));
  EXPECT_THAT(status_table(json), HasSubstr("the certificate of redundant has expired"));
  EXPECT_THAT(json::serialize(json), HasSubstr(R"("certificate_days_left":13)"));
}

TEST(StatusTable, WarnsOfClocksAndShowsThePeersChats) {
  moderator::Status status = sample();
  status.redundant.warnings = {"its clock is 1500 ms ahead of the moderator's"};
  status.redundant.clock_skew = moderator::ClockSkew{1'500, 3};
  status.primary.peer_chat =
      moderator::PeerChat{.worked = 9, .failures = 2, .age = Ms(300), .why = "timed out"};
  status.redundant.peer_chat = moderator::PeerChat{.worked = 9, .took_ms = 12, .age = Ms(300)};
  const json::Object json = status_json(status, "1.0", WallMs(9));
  const std::string table = status_table(json);
  EXPECT_THAT(table, HasSubstr("WARNING      redundant: its clock is 1500 ms ahead"));
  EXPECT_THAT(table, HasSubstr("2 failed: timed out"));
  EXPECT_THAT(json::serialize(json), HasSubstr(R"("clock_skew_ms":1500)"));
  EXPECT_THAT(json::serialize(json),
              HasSubstr(R"("peer_chat":{"ok":true,"failures":0,"took_ms":12,"age_ms":300})"));
}

TEST(StatusTable, NamesBothVersionsAndWhatTheyForbid) {
  moderator::Status status = sample();
  status.primary.state.version = "0.2.0";
  status.primary.state.versions = {2, 3};
  EXPECT_THAT(status_table(status_json(status, "1.0", WallMs(9))), Not(HasSubstr("skew")));
  status.version_skew = "version skew: primary 0.2.0, redundant 0.1.0";
  status.incompatible = "primary speaks protocol 2 to 3 and redundant 1: x";
  const json::Object json = status_json(status, "1.0", WallMs(9));
  EXPECT_THAT(status_table(json), HasSubstr("\nversion skew: primary 0.2.0, redundant 0.1.0\n"));
  EXPECT_THAT(status_table(json), HasSubstr("WARNING      no planned move: primary speaks"));
  EXPECT_THAT(json::serialize(json), HasSubstr(R"("build":"0.2.0","versions":[2,3])"));
}

TEST(StatusTable, ShowsWhatAnotherVersionDoesNotTellAsUnknown) {
  EXPECT_THAT(status_table(json::Object{}), HasSubstr("active       ? (epoch ?; ?)"));
}

TEST(StatusJson, HoldsTheRecord) {
  const json::Object status = status_json(sample(), "1.0", WallMs(9));
  EXPECT_EQ(json::serialize(status.at("incidents")),
            R"json([{"at":5,"what":"primary is unhealthy (chat, peer)"}])json");
}

}  // namespace
}  // namespace holdfast::app
