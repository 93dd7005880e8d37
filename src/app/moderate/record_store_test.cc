// What every store of the record must do, and what etcd must do beside it: with a real etcd.
#include "app/moderate/record_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "app/moderate/etcd_records.h"
#include "app/moderate/record_file.h"
#include "app/moderate/testing/etcd_process.h"
#include "moderator/signing.h"
#include "net/http_server.h"

namespace holdfast::app {
namespace {

using moderator::Record;
using protocol::Epoch;
using testing::EtcdProcess;
using ::testing::HasSubstr;

constexpr Ms kSoon{20};

VerdictKeys store_keys() {
  return {{{protocol::KeyId("k1"), protocol::KeyState::kActive,
            Ed25519KeyPair::from_seed({1}).public_key().bytes}},
          protocol::KeyId("k1")};
}

Record record_of(std::uint64_t epoch, bool frozen = false) {
  const auto sign = moderator::make_signer(Ed25519KeyPair::from_seed({1}), protocol::KeyId("k1"));
  const std::string why = "failover: \"x\"";
  return {moderator::Verdict{Epoch(epoch), why, WallMs(17), sign(Epoch(epoch), why, WallMs(17))},
          frozen,
          {WallMs(5)}};
}

// A store and all that came of it.
struct Opened {
  explicit Opened(std::unique_ptr<RecordStore> of) : store(std::move(of)) {
    store->start({[this](moderator::Started started) { loaded = std::move(started); },
                  [this](moderator::RecordHeard record) { heard.push_back(std::move(record)); },
                  [this](moderator::ColleaguesHeard all) { colleagues = std::move(all.at_work); }});
  }
  std::uint64_t epoch_heard() const {
    return heard.empty() || !heard.back().stored.verdict
               ? 0
               : heard.back().stored.verdict->epoch.value();
  }

  std::optional<moderator::Started> loaded;
  std::vector<moderator::RecordHeard> heard;
  std::vector<moderator::Colleague> colleagues;
  std::unique_ptr<RecordStore> store;
};

struct StoreTest : ::testing::Test {
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};

  void until(const std::function<bool()>& done, std::string_view what) {
    net::Timer poll(loop);
    int left = 2'000;
    std::function<void()> look = [&] {
      if (done() || --left == 0) return loop.stop();
      poll.start(Ms(5), look);
    };
    poll.start(Ms(0), look);
    loop.run();
    ASSERT_GT(left, 0) << "never came: " << what;
  }
  void until_loaded(const Opened& opened) {
    until([&] { return opened.loaded.has_value(); }, "loaded");
  }
  Result<void> put(Opened& opened, const Record& record) {
    std::optional<Result<void>> answer;
    opened.store->store(record, [&](Result<void> stored) { answer = std::move(stored); });
    until([&] { return answer.has_value(); }, "stored");
    return *answer;
  }

  std::unique_ptr<RecordStore> etcd(std::vector<net::Url> urls, std::string prefix,
                                    std::string name = "m1") {
    return std::make_unique<EtcdRecords>(loop, random,
                                         EtcdRecords::Config{{std::move(urls), {}, Ms(1'000)},
                                                             std::move(prefix),
                                                             kSoon,
                                                             std::move(name),
                                                             "127.0.9.1:1",
                                                             store_keys()});
  }
};

// ---- the contract ----

class RecordStoreContract : public StoreTest, public ::testing::WithParamInterface<std::string> {
 protected:
  static void SetUpTestSuite() { shared_etcd().emplace("contract"); }
  static void TearDownTestSuite() { shared_etcd().reset(); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Opened> open() {
    auto opened = std::make_unique<Opened>(
        GetParam() == "file" ? RecordFile::open(folder_ / "verdict.json", store_keys()).value()
                             : etcd({shared_etcd()->url()}, prefix_));
    until_loaded(*opened);
    return opened;
  }

 private:
  static std::optional<EtcdProcess>& shared_etcd() {
    static std::optional<EtcdProcess> process;
    return process;
  }

  std::string test_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string prefix_ = "/" + test_ + "/";
  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / fmt::format("holdfast-store-{}", ::getpid());
};

TEST_P(RecordStoreContract, IsEmptyAtFirst) {
  const auto opened = open();
  EXPECT_FALSE(opened->loaded->stored.verdict);
  EXPECT_FALSE(opened->loaded->stored.frozen);
  EXPECT_EQ(opened->store->status().trouble, "");
}

TEST_P(RecordStoreContract, WhatWasStoredIsLoadedByTheNextOne) {
  Record record = record_of(4, true);
  record.maintenance = moderator::Maintenance{protocol::Deployment::kRedundant, "a:ann \"x\"",
                                              WallMs(5), WallMs(9), true};
  {
    const auto opened = open();
    ASSERT_TRUE(put(*opened, record_of(3)));
    ASSERT_TRUE(put(*opened, record));
    EXPECT_TRUE(opened->heard.empty()) << "it knows what it stored itself";
  }
  const auto again = open();
  EXPECT_EQ(again->loaded->stored.verdict, record.verdict);
  EXPECT_TRUE(again->loaded->stored.frozen);
  EXPECT_EQ(again->loaded->stored.moves, record.moves);
  EXPECT_EQ(again->loaded->stored.maintenance, record.maintenance);
  EXPECT_EQ(again->loaded->signer, moderator::Trust::kOwnKey);
}

TEST_P(RecordStoreContract, ARecordReplacesTheOneBeforeAsAWhole) {
  const auto opened = open();
  Record record = record_of(4, true);
  record.maintenance =
      moderator::Maintenance{protocol::Deployment::kPrimary, "a:ann", WallMs(5), {}, false};
  ASSERT_TRUE(put(*opened, record));
  ASSERT_TRUE(put(*opened, {{}, false, {}}));
  opened->store.reset();
  const auto again = open();
  EXPECT_FALSE(again->loaded->stored.verdict);
  EXPECT_FALSE(again->loaded->stored.maintenance);
}

INSTANTIATE_TEST_SUITE_P(Each, RecordStoreContract, ::testing::Values("file", "etcd"),
                         [](const auto& info) { return info.param; });

// ---- several over one etcd ----

struct EtcdRecordsTest : StoreTest {
  EtcdProcess process{"records"};

  std::unique_ptr<Opened> open(std::string name) {
    auto opened = std::make_unique<Opened>(etcd({process.url()}, "/h/", std::move(name)));
    until_loaded(*opened);
    return opened;
  }
  // As somebody does who uses etcdctl.
  void write(std::string_view key, std::string_view value) {
    EtcdClient client(loop, {{process.url()}, {}});
    bool done = false;
    client.call("kv/put", {{"key", to_base64(key)}, {"value", to_base64(value)}},
                [&](const Result<json::Object>& put) { done = put.has_value(); });
    until([&] { return done; }, "written by hand");
  }
};

TEST_F(EtcdRecordsTest, OfTwoThatStoreAtOnceOneLosesAndIsToldWhatTheOtherStored) {
  const auto a = open("a");
  const auto b = open("b");
  std::optional<Result<void>> of_a, of_b;
  a->store->store(record_of(2), [&](Result<void> stored) { of_a = std::move(stored); });
  b->store->store(record_of(4), [&](Result<void> stored) { of_b = std::move(stored); });
  until([&] { return of_a && of_b; }, "both answered");
  ASSERT_NE(of_a->has_value(), of_b->has_value());
  Opened& loser = *of_a ? *b : *a;
  EXPECT_EQ((*of_a ? *of_b : *of_a).error().code, ErrorCode::kFenced);
  EXPECT_EQ(loser.epoch_heard(), *of_a ? 2u : 4u);
  EXPECT_TRUE(put(loser, record_of(6))) << "on what it was told";
}

TEST_F(EtcdRecordsTest, WhatAnotherOneStoredIsHeardOf) {
  const auto a = open("a");
  const auto b = open("b");
  ASSERT_TRUE(put(*a, record_of(2)));
  until([&] { return b->epoch_heard() == 2; }, "a verdict");
  ASSERT_TRUE(put(*b, record_of(2, true)));
  until([&] { return !a->heard.empty() && a->heard.back().stored.frozen; }, "freeze");
}

TEST_F(EtcdRecordsTest, AnEpochThatStandsIsNoLicenceToOverwriteTheRest) {
  const auto a = open("a");
  const auto b = open("b");
  ASSERT_TRUE(put(*a, record_of(2)));
  until([&] { return b->epoch_heard() == 2; }, "a verdict");
  Record other = record_of(2);
  other.moves.push_back(WallMs(6));
  std::optional<Result<void>> of_a, of_b;
  a->store->store(record_of(2, true), [&](Result<void> stored) { of_a = std::move(stored); });
  b->store->store(other, [&](Result<void> stored) { of_b = std::move(stored); });
  until([&] { return of_a && of_b; }, "both answered");
  ASSERT_NE(of_a->has_value(), of_b->has_value());
  EXPECT_EQ(open("c")->loaded->stored.frozen, of_a->has_value());
}

TEST_F(EtcdRecordsTest, WithoutEtcdNothingIsStoredAndItSaysWhy) {
  const auto a = open("a");
  ASSERT_TRUE(put(*a, record_of(2)));
  process.kill();
  const auto stored = put(*a, record_of(4));
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(stored.error().why, HasSubstr("etcd does not answer"));
  EXPECT_THAT(a->store->status().trouble, HasSubstr("127.0.9.1"));
  process.start();
  until([&] { return a->store->status().trouble.empty(); }, "etcd is back");
  EXPECT_TRUE(put(*a, record_of(4)));
}

TEST_F(EtcdRecordsTest, ItIsLoadedWhenEtcdComes) {
  process.kill();
  Opened opened(etcd({process.url()}, "/h/"));
  until([&] { return !opened.store->status().trouble.empty(); }, "trouble");
  EXPECT_FALSE(opened.loaded);
  process.start();
  until_loaded(opened);
}

TEST_F(EtcdRecordsTest, AnEndpointThatIsGoneIsSteppedOver) {
  Opened opened(etcd({*net::parse_url("http://127.0.9.1:9"), process.url()}, "/h/"));
  until_loaded(opened);
  EXPECT_TRUE(put(opened, record_of(2)));
}

// The answer gets lost, the write does not: the next endpoint refuses it, for it is there.
TEST_F(EtcdRecordsTest, AWriteWhoseAnswerWasLostCountsAsStored) {
  bool deaf = false;
  std::vector<std::shared_ptr<net::PendingHttpCall>> passed_on;
  net::HttpServer front(
      loop, {}, random, [&](const net::HttpRequest& request, const net::Responder& respond) {
        net::HttpCall call;
        call.method = "POST";
        call.url = process.url().with_target(request.target);
        call.body = request.body;
        passed_on.push_back(
            net::http_call(loop, std::move(call), [&, respond](Result<net::HttpResponse> answer) {
              if (answer && !deaf) respond(std::move(*answer));
            }));
      });
  const auto port = front.listen(*net::parse_address("127.0.9.1", 0)).value().port();
  Opened opened(
      etcd({*net::parse_url(fmt::format("http://127.0.9.1:{}", port)), process.url()}, "/h/"));
  until_loaded(opened);
  deaf = true;
  EXPECT_TRUE(put(opened, record_of(2)));
  EXPECT_TRUE(opened.heard.empty());
  EXPECT_TRUE(put(opened, record_of(4))) << "on what it stored";
}

TEST_F(EtcdRecordsTest, ARecordThatCannotBeReadIsNeverTakenForNone) {
  const auto a = open("a");
  ASSERT_TRUE(put(*a, record_of(2)));
  write("/h/record", R"({"v":2,"frozen":true,"moves":[]})");
  until([&] { return !a->store->status().trouble.empty(); }, "seen");
  EXPECT_THAT(a->store->status().trouble, HasSubstr("/h/record is no record: v: 2"));
  EXPECT_EQ(put(*a, record_of(4)).error().code, ErrorCode::kCorrupt);
  write("/h/record", record_text(record_of(6)));
  until([&] { return a->epoch_heard() == 6; }, "mended");
  EXPECT_TRUE(put(*a, record_of(8)));
}

TEST_F(EtcdRecordsTest, TwoUnderOneNameAreWarned) {
  const auto a = open("a");
  EXPECT_EQ(a->store->status().warning, "");
  const auto namesake = open("a");
  until([&] { return !a->store->status().warning.empty(); }, "a warning");
  EXPECT_THAT(a->store->status().warning, HasSubstr("is called a, too"));
}

TEST_F(EtcdRecordsTest, WhoIsAtWorkAndWhatItThinksIsKnownToTheOthers) {
  const auto a = open("a");
  {
    const auto b = open("b");
    b->store->tell({"", false, true});
    until(
        [&] {
          return a->colleagues == std::vector{moderator::Colleague{"b", false, true}};
        },
        "b's view");
  }
  ASSERT_EQ(a->store->status().others.size(), 1u);
  EXPECT_EQ(a->store->status().others[0].name, "b");
  EXPECT_TRUE(a->store->status().others[0].at_work) << "until its lease ends";
  process.kill();
  until([&] { return !a->store->status().others[0].at_work; }, "nothing is known");
}

}  // namespace
}  // namespace holdfast::app
