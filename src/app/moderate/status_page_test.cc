#include "app/moderate/status_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using moderator::Signal;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallMs kNow{1'700'000'000'000};

moderator::DeploymentStatus healthy() {
  moderator::DeploymentStatus status;
  status.looked = status.healthy = status.usable = status.answers = true;
  status.signals = {Signal::kGood, Signal::kGood, Signal::kGood, Signal::kGood};
  status.probe_took_ms = 7;
  status.state.ready = status.state.peer_up = true;
  status.state.epoch = protocol::Epoch(3);
  status.state.version = "0.1.0";
  return status;
}

moderator::Status shown() {
  moderator::Status status;
  status.active = protocol::Deployment::kPrimary;
  status.epoch = protocol::Epoch(3);
  status.why = "failback: primary is healthy and holds everything";
  status.since = kNow - Ms(90'000);
  status.primary = status.redundant = healthy();
  status.incidents = {{kNow - Ms(5'000), "first"}, {kNow, "second"}};
  return status;
}

RecordStore::Status one_file() {
  return {"file", "/var/lib/holdfast/moderator", "", {}, ""};
}

std::string page(const moderator::Status& status, const RecordStore::Status& store = one_file()) {
  return status_page({status, store, "0.1.0", kNow});
}

TEST(StatusPage, SaysWhoIsActiveSinceWhenAndWhy) {
  const std::string html = page(shown());
  EXPECT_THAT(html, HasSubstr("<h1>Primary is active</h1>"));
  EXPECT_THAT(html, HasSubstr("Epoch 3, since <time datetime=\"2023-11-14T22:11:50Z\">"));
  EXPECT_THAT(html, HasSubstr("<bdi>failback: primary is healthy and holds everything</bdi>"));
  EXPECT_THAT(html, HasSubstr("Primary is active. Primary works. Redundant works.</p>"));
}

TEST(StatusPage, SaysEachSignalInWords) {
  moderator::Status status = shown();
  status.redundant.healthy = false;
  status.redundant.signals = {Signal::kBad, Signal::kBad, Signal::kUnknown, Signal::kBad};
  status.redundant.probe_why = "timed out";
  status.redundant.state.not_ready_reason = "the journal failed";
  status.redundant.state.behind = 12;
  const std::string html = page(status);
  EXPECT_THAT(html, HasSubstr("do not get through: <bdi>timed out</bdi>"));
  EXPECT_THAT(html, HasSubstr("hears nothing"));
  EXPECT_THAT(html, HasSubstr("could not be asked"));
  EXPECT_THAT(html, HasSubstr("that it takes none: <bdi>the journal failed</bdi>"));
  EXPECT_THAT(html, HasSubstr("12 entries are not yet in both"));
  EXPECT_THAT(html, HasSubstr("everything that it took is in both"));
  EXPECT_THAT(html, HasSubstr("Redundant fails."));
}

TEST(StatusPage, SaysWhatHoldsItBack) {
  moderator::Status status = shown();
  EXPECT_THAT(page(status), Not(HasSubstr("<p class=\"notice\">")));
  status.frozen = true;
  status.barrier = "primary lacks 5 entries";
  const moderator::Maintenance order{protocol::Deployment::kRedundant, "a", WallMs(3), {}, false};
  status.maintenance = {order, moderator::MaintenanceStep::kDrains, "primary is active; x"};
  const std::string html = page(status);
  EXPECT_THAT(html, HasSubstr("<strong>Frozen.</strong>"));
  EXPECT_THAT(html, HasSubstr("<strong>Waits:</strong> <bdi>primary lacks 5 entries</bdi>"));
  EXPECT_THAT(html, HasSubstr("<strong>Redundant in maintenance:</strong>"));
  EXPECT_THAT(html, HasSubstr("Redundant works, in maintenance."));
}

TEST(StatusPage, SaysWhenBothLookBad) {
  moderator::Status status = shown();
  status.primary.healthy = status.redundant.healthy = false;
  EXPECT_THAT(page(status), HasSubstr("<strong>Both deployments look bad.</strong>"));
}

TEST(StatusPage, WarnsOfACertificateThatEndsSoon) {
  moderator::Status status = shown();
  EXPECT_THAT(page(status), Not(HasSubstr("Certificate")));
  status.primary.state.certificate_expires = kNow + 40 * Ms(86'400'000);
  status.redundant.state.certificate_expires = kNow + 2 * Ms(86'400'000);
  EXPECT_THAT(page(status), HasSubstr("<dd class=\"\">valid for 40 more days</dd>"));
  EXPECT_THAT(page(status), HasSubstr("<dd class=\"bad\">valid for 2 more days</dd>"));
  status.redundant.state.certificate_expires = kNow - Ms(1);
  EXPECT_THAT(page(status), HasSubstr("<dd class=\"bad\">expired on <time"));
}

TEST(StatusPage, SaysThatVersionsDiffer) {
  moderator::Status status = shown();
  EXPECT_THAT(page(status), Not(HasSubstr("versions")));
  status.version_skew = "primary runs 0.2.0, redundant 0.1.0";
  EXPECT_THAT(page(status), HasSubstr("<strong>Two versions:</strong> <bdi>primary runs 0.2.0"));
  status.incompatible = "primary speaks 2, redundant 1";
  EXPECT_THAT(page(status), HasSubstr("<strong>No planned moves:</strong> <bdi>primary speaks 2"));
}

TEST(StatusPage, NamesTheOtherModerators) {
  EXPECT_THAT(page(shown()), HasSubstr("kept in a file of this one alone."));
  RecordStore::Status store{
      "etcd", "http://10.0.0.5:2379", "", {{"m2", "https://m2.example", kNow, true}}, ""};
  store.others.push_back({"m3", "https://m3.example", kNow - Ms(60'000), false});
  std::string html = page(shown(), store);
  EXPECT_THAT(html, HasSubstr("<dt><bdi>m2</bdi></dt><dd class=\"good\">at work <"));
  EXPECT_THAT(html, HasSubstr("<dt><bdi>m3</bdi></dt><dd class=\"bad\">not at work, last seen <"));
  EXPECT_THAT(html, Not(HasSubstr("10.0.0.5"))) << "the page is everybody's";
  store.trouble = "etcd does not answer";
  html = page(shown(), store);
  EXPECT_THAT(html, HasSubstr("<strong>Nothing can be changed:</strong>"));
  EXPECT_THAT(html, HasSubstr("<dd class=\"soft\">not known, last seen <"));
}

TEST(StatusPage, ShowsTheRecordNewestFirst) {
  const std::string html = page(shown());
  EXPECT_LT(html.find("<bdi>second</bdi>"), html.find("<bdi>first</bdi>"));
}

TEST(StatusPage, TextOfOthersIsTextAndKeepsItsDirectionToItself) {
  moderator::Status status = shown();
  status.why = "manual: <script>alert(1)</script> & \"x\" \xE2\x80\xAE\x01";
  status.incidents = {{kNow, "<img src=x onerror=alert(1)>"}};
  status.redundant.state.version = "</bdi><b>";
  const std::string html = page(status);
  EXPECT_THAT(html, HasSubstr("<bdi>manual: &lt;script&gt;alert(1)&lt;/script&gt; &amp; "
                              "&quot;x&quot; \xE2\x80\xAE </bdi>"));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("<bdi>&lt;/bdi&gt;&lt;b&gt;</bdi>"));
}

TEST(StatusPage, BeforeTheFirstVerdictItSaysSo) {
  const std::string html = page({});
  EXPECT_THAT(html, HasSubstr("No verdict yet."));
  EXPECT_THAT(html, HasSubstr("Not looked at yet"));
}

TEST(StatusPage, AllowsItsOwnStyleAndScriptAndNothingElse) {
  const std::string policy = status_page_policy();
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

}  // namespace
}  // namespace holdfast::app
