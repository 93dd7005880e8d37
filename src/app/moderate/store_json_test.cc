#include "app/moderate/store_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using ::testing::HasSubstr;

std::string lines_of(const RecordStore::Status& store) {
  json::Object status{{"time", 100'000}};
  add_store(status, store);
  return store_lines(status);
}

TEST(StoreJson, AFileIsNamedAndHasNoOtherModerators) {
  json::Object status;
  add_store(status, {"file", "/var/lib/holdfast/verdict.json", "", {}, ""});
  EXPECT_EQ(json::serialize(status),
            R"({"store":{"kind":"file","where":"/var/lib/holdfast/verdict.json","answers":true}})");
  EXPECT_EQ(store_lines(status), "store        file /var/lib/holdfast/verdict.json\n");
}

TEST(StoreJson, AStoreThatDoesNotAnswerIsAWarning) {
  EXPECT_THAT(lines_of({"etcd", "http://e:1 /h/", "http://e:1: refused", {}, ""}),
              HasSubstr("WARNING      nothing can be changed: http://e:1: refused\n"));
  EXPECT_THAT(lines_of({"etcd", "http://e:1 /h/", "", {}, "two are called m1"}),
              HasSubstr("\nWARNING      two are called m1\n"));
}

TEST(StoreJson, TheOtherModeratorsAreToldWithTheirState) {
  const std::string lines = lines_of({"etcd",
                                      "http://e:1 /h/",
                                      "",
                                      {{"m2", "10.0.0.2:8443", WallMs(90'000), true},
                                       {"m3", "10.0.0.3:8443", WallMs(60'000), false}},
                                      ""});
  EXPECT_THAT(lines, HasSubstr("moderator    m2 (10.0.0.2:8443): at work\n"));
  EXPECT_THAT(lines,
              HasSubstr("moderator    m3 (10.0.0.3:8443): NOT AT WORK, last seen 40 s ago\n"));
}

TEST(StoreJson, WithoutTheStoreNobodyIsKnownToBeAtWork) {
  const std::string lines =
      lines_of({"etcd", "e", "e: refused", {{"m2", "10.0.0.2:8443", WallMs(90'000), false}}, ""});
  EXPECT_THAT(lines, HasSubstr("m2 (10.0.0.2:8443): not known, last seen 10 s ago\n"));
}

TEST(StoreJson, OfAVersionThatTellsNothingNothingIsShown) {
  EXPECT_EQ(store_lines({}), "");
}

}  // namespace
}  // namespace holdfast::app
