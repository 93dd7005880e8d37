#include "app/record/public_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using record::Condition;
using record::Deployment;
using record::Kind;
using ::testing::HasSubstr;
using ::testing::Not;

const WallMs kNow = record::begin_of(20'000) + Ms(43'200'000);

PublishedRecord published() {
  PublishedRecord published;
  published.at = kNow;
  record::Summary& summary = published.summary;
  summary.began = kNow - 2 * record::kDayLength;
  summary.now = {Condition::kUp, Condition::kUp};
  summary.epoch = record::Epoch(1);
  record::Day quiet;
  quiet.service.up = record::kDayLength;
  for (record::SideDay& side : quiet.sides) side.times.up = record::kDayLength;
  summary.days[19'998] = quiet;
  quiet.sides[0].times = {record::kDayLength - Ms(20'000), Ms(20'000), Ms(0)};
  summary.days[19'999] = quiet;
  return published;
}

std::string page(const PublishedRecord& published) {
  return public_page(published, {}, kNow);
}

TEST(PublicPage, SaysWhatWorksInASentence) {
  PublishedRecord shown = published();
  EXPECT_THAT(page(shown), HasSubstr("<h1>Chat works.</h1>\n<p>Both deployments carry chats.</p>"));
  shown.summary.now[1] = Condition::kDown;
  EXPECT_THAT(page(shown), HasSubstr("Redundant is not well; Primary carries everything."));
  shown.summary.maintained = Deployment::kRedundant;
  EXPECT_THAT(page(shown), HasSubstr("Redundant is being maintained; Primary carries"));
  shown.summary.now[0] = Condition::kDown;
  EXPECT_THAT(page(shown), HasSubstr("<h1>Chat does not get through at the moment.</h1>"));
  shown.summary.now[0] = Condition::kUnknown;
  EXPECT_THAT(page(shown), HasSubstr("<h1>Whether chat works is not known at the moment.</h1>"));
}

TEST(PublicPage, ShowsEachDayOfNinety) {
  const std::string html = page(published());
  EXPECT_THAT(html, HasSubstr("<i class=\"up\" title=\"2024-10-02: no interruption seen\">"));
  EXPECT_THAT(html, HasSubstr("<i class=\"part\" title=\"2024-10-03: 20 s without\">"));
  EXPECT_THAT(html, HasSubstr("<i class=\"none\" title=\"2024-10-04: not observed\">"));
  EXPECT_THAT(html, HasSubstr("aria-label=\"Primary, day by day: 2 of 90 days observed, 1 of them "
                              "with an interruption\""));
  EXPECT_THAT(html, HasSubstr("<h3>Primary</h3><span>99.9884 %</span>"));
  EXPECT_THAT(html, HasSubstr("<h3>Chat</h3><span>no interruption seen in 2 days"));
}

TEST(PublicPage, NeverSaysAHundredPercent) {
  PublishedRecord shown = published();
  for (const Ms down : {Ms(0), Ms(1), Ms(1'000)}) {
    for (auto& [number, day] : shown.summary.days) {
      day.service = {record::kDayLength - down, down, Ms(0)};
      day.windows = 288;
      if (down > Ms(0)) day.dark_windows = {7};
      day.client_time = record::kDayLength * 1'000;
      day.client_time_dark = down;
    }
    EXPECT_THAT(page(shown), Not(HasSubstr("100 %")));
    EXPECT_THAT(page(shown), Not(HasSubstr("100.0")));
  }
}

TEST(PublicPage, ShowsIncidentsNewestFirstAndNoOrdersOfPeople) {
  PublishedRecord shown = published();
  shown.summary.incidents = {
      {Kind::kMaintenance, kNow - Ms(900'000), kNow - Ms(800'000), Deployment::kRedundant, "a:ann"},
      {Kind::kFrozen, kNow - Ms(700'000), std::nullopt, std::nullopt, "a:ann"},
      {Kind::kUnseen, kNow - Ms(600'000), kNow - Ms(500'000), std::nullopt, "<b>"}};
  const std::string html = page(shown);
  EXPECT_LT(html.find("not observed (&lt;b&gt;)"), html.find("maintenance of Redundant."));
  EXPECT_THAT(html, Not(HasSubstr("a:ann")));
  EXPECT_THAT(html, Not(HasSubstr("automatic moves")));
}

TEST(PublicPage, ADeploymentSaysFirstWhatItKnowsItself) {
  const OwnWord well{Deployment::kPrimary, true, true};
  EXPECT_THAT(public_page(published(), {well}, kNow + Ms(60'000)),
              HasSubstr("<h1>Chat works.</h1>\n<p>This page comes from Primary, which takes chats. "
                        "Redundant carries chats.</p>"));
  const std::string old = public_page(published(), {well}, kNow + Ms(7'200'000));
  EXPECT_THAT(old, HasSubstr("The Moderator spoke last 2 h 0 min ago; chats do not need it."));
  EXPECT_THAT(old, Not(HasSubstr("Redundant carries"))) << "what is old is not known any more";
  const std::string alone =
      public_page(std::nullopt, {OwnWord{Deployment::kPrimary, true, false}}, kNow);
  EXPECT_THAT(alone, HasSubstr("It does not hear from Redundant."));
  EXPECT_THAT(alone, HasSubstr("No Moderator has handed its record"));
  EXPECT_THAT(public_page(std::nullopt, {OwnWord{Deployment::kPrimary, false, false}}, kNow),
              HasSubstr("<h1>Whether chat works is not known here.</h1>"));
}

TEST(PublicPage, AllowsItsOwnStyleAndNothingElse) {
  const auto response = public_page_response(published(), {}, kNow);
  const std::string policy(response.headers.get("Content-Security-Policy"));
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(policy, Not(HasSubstr("script")));
  EXPECT_THAT(response.body, Not(HasSubstr("<script")));
  EXPECT_THAT(response.body, Not(HasSubstr("style=")));
}

}  // namespace
}  // namespace holdfast::app
