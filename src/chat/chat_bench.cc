// What the folds of a chat cost, by its number of messages.
#include <benchmark/benchmark.h>

#include "chat/chat.h"
#include "protocol/test_events.h"

namespace holdfast::chat {
namespace {

std::vector<protocol::Event> chat_of(std::int64_t size) {
  std::vector<protocol::Event> events = {
      protocol::testing::test_event(protocol::testing::test_opening(), 0)};
  while (static_cast<std::int64_t>(events.size()) < size) {
    const auto n = static_cast<unsigned>(events.size());
    events.push_back(protocol::testing::test_event(
        protocol::testing::test_message(n, protocol::testing::test_visitor(),
                                        {events.back().content->digest}),
        n));
  }
  return events;
}

void BM_FoldTranscript(benchmark::State& state) {
  const auto events = chat_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(fold_transcript(events));
}
BENCHMARK(BM_FoldTranscript)->Arg(10)->Arg(100)->Arg(1'000);

void BM_SetDigest(benchmark::State& state) {
  const auto events = chat_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(set_digest(events, protocol::Audience::kChat));
}
BENCHMARK(BM_SetDigest)->Arg(10)->Arg(100)->Arg(1'000);

void BM_Frontier(benchmark::State& state) {
  const auto events = chat_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(frontier(events, protocol::Audience::kChat));
}
BENCHMARK(BM_Frontier)->Arg(10)->Arg(100)->Arg(1'000);

void BM_FoldRouting(benchmark::State& state) {
  const auto events = chat_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(fold_routing(events));
}
BENCHMARK(BM_FoldRouting)->Arg(10)->Arg(100)->Arg(1'000);

}  // namespace
}  // namespace holdfast::chat
