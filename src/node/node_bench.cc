// What one message costs the core: `send` in, Append out, Committed in, `accepted` and the other
// party's `event` out, journal in memory included. The numbers are per message.
#include <benchmark/benchmark.h>

#include "journal/memory/memory_journal.h"
#include "node/testing/client.h"
#include "node/testing/world.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using testing::Agent;
using testing::Client;
using testing::Host;
using testing::Visitor;
using testing::World;

// A visitor and an operator in a chat at one node, which talk as fast as they can.
void messages(benchmark::State& state) {
  World world([] { return std::make_unique<journal::MemoryJournal>(); });
  Host& host = world.add(protocol::Deployment::kPrimary);
  host.config().rate_burst = 2'000'000'000;
  host.config().new_chats_per_minute = 2'000'000'000;
  world.install_settings(protocol::Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
  Visitor vera(world, "vera");
  Agent ann(world, "ann");
  Client veras = vera.link(host);
  Client anns = ann.link(host);

  constexpr int kPerChat = 40;
  std::vector<protocol::ContentPtr> said;
  protocol::ChatId chat;
  int left = 0;
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    if (left == 0) {
      state.PauseTiming();
      const auto opening = vera.writer.open();
      veras.send(opening);
      world.settle();
      chat = opening->head.chat;
      said.clear();
      for (int i = 0; i < kPerChat; ++i) said.push_back(vera.writer.message(chat, text));
      left = kPerChat;
      veras.forget();
      anns.forget();
      state.ResumeTiming();
    }
    world.clock.advance(Ms(10));  // or the link would be closed for a flood
    veras.send(said[static_cast<std::size_t>(--left)]);
    world.settle();
  }
  if (host.metric("events_accepted_total") < static_cast<std::int64_t>(state.iterations()))
    state.SkipWithError("not all were accepted");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(messages)->Arg(40)->Arg(1'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::node
