// Chats that were closed long enough are erased.
#include "base/check.h"
#include "base/json.h"
#include "base/ulid.h"
#include "node/erasure_fixture.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class Keeping : public Erasing {
 protected:
  Keeping() : host(world.add(Deployment::kPrimary)) {
    world.install_settings(Deployment::kPrimary);
    Writer admin = world.administrator();
    const auto days = admin.set("site:shop", "retention_days", "30");
    const Origin origin("primary/init/01HZZZZZZZZZZZZZZZZZZZZZZ2");
    const auto acceptance = protocol::accept(world.keys.cluster, days->digest, origin, Seq(1),
                                             hlc_of(world.clock.now().wall));
    const auto before = protocol::chain_start(origin);
    const std::vector<Entry> entries{{origin, Seq(1),
                                      protocol::chain_next(before, days->digest, acceptance.mac),
                                      days, acceptance, before}};
    CHECK(disk(Deployment::kPrimary).append(entries, std::nullopt).has_value());
    world.start_all();
    world.pass(Ms(1'500));
  }
  protocol::ChatId talk(bool close) {
    Client visitor = vera.link(host);
    const auto opening = vera.writer.open();
    visitor.send(opening);
    world.settle();
    if (close) {
      visitor.say(from_client::Ask{Ulid::make(world.clock.now().wall, world.random).text(),
                                   opening->head.chat,
                                   protocol::AskWhat::kClose,
                                   {},
                                   {}});
    }
    world.pass(Ms(300));
    visitor.leave();
    return opening->head.chat;
  }

  Host& host;
};

TEST_F(Keeping, AChatIsErasedWhenItWasClosedForLongEnoughAndAnOpenOneIsNot) {
  const auto closed = talk(true);
  const auto open = talk(false);
  world.pass(Ms(2'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), Not(IsEmpty()));
  host.stop();
  world.jump(Ms(29LL * 86'400'000));
  host.start();
  world.pass(Ms(5'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), Not(IsEmpty()));
  host.stop();
  world.jump(Ms(2LL * 86'400'000));
  host.start();
  world.pass(Ms(5'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), IsEmpty());
  EXPECT_THAT(bodies(Deployment::kPrimary, open), Not(IsEmpty()));
  EXPECT_EQ(*json::get_int(told(host), "count"), 1);
  host.stop();
  host.start();
  world.pass(Ms(5'000));
  EXPECT_EQ(*json::get_int(told(host), "count"), 1) << "once is enough";
}

}  // namespace
}  // namespace holdfast::node
