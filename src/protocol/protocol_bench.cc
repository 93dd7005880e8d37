// What a message costs in this folder: read a send, check it, accept it, write what goes out.
#include <benchmark/benchmark.h>

#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/test_events.h"

namespace holdfast::protocol {
namespace {

ContentPtr a_message() {
  return testing::test_message(7, testing::test_visitor(), {testing::test_opening()->digest},
                               "Good morning, the parcel that I ordered on Monday has not arrived "
                               "yet. Could you have a look, please?");
}

void BM_ParseSend(benchmark::State& state) {
  const auto message = a_message();
  const std::string text =
      encode(from_client::Send{message->head_bytes, *message->body_bytes, false, {}});
  for (auto _ : state) benchmark::DoNotOptimize(parse_client_frame(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_ParseSend);

void BM_ReadContent(benchmark::State& state) {
  const auto message = a_message();
  for (auto _ : state)
    benchmark::DoNotOptimize(read_content(message->head_bytes, message->body_bytes));
}
BENCHMARK(BM_ReadContent);

void BM_CheckClientContent(benchmark::State& state) {
  const auto message = a_message();
  for (auto _ : state)
    benchmark::DoNotOptimize(check_client_content(*message, AuthorKind::kVisitor));
}
BENCHMARK(BM_CheckClientContent);

void BM_Accept(benchmark::State& state) {
  const auto message = a_message();
  const SecretKey key = testing::test_key("c1", 1);
  std::uint64_t seq = 0;
  for (auto _ : state) {
    ++seq;
    const Acceptance acceptance =
        accept({&key, 1}, message->digest, testing::kTestPrimary, Seq(seq), Hlc(seq));
    benchmark::DoNotOptimize(chain_next(ChainHash(), message->digest, acceptance.mac));
  }
}
BENCHMARK(BM_Accept);

// Of every entry that a peer or a browser brings.
void BM_VerifyAcceptance(benchmark::State& state) {
  const auto message = a_message();
  const SecretKey key = testing::test_key("c1", 1);
  const Acceptance acceptance =
      accept({&key, 1}, message->digest, testing::kTestPrimary, Seq(1), Hlc(1));
  for (auto _ : state) {
    if (check_acceptance({&key, 1}, message->digest, acceptance) != MacCheck::kValid)
      state.SkipWithError("not valid");
  }
}
BENCHMARK(BM_VerifyAcceptance);

void BM_ChainNext(benchmark::State& state) {
  const auto message = a_message();
  const Mac mac = testing::test_acceptance(message, testing::kTestPrimary, 1, 1).mac;
  ChainHash h;
  for (auto _ : state) benchmark::DoNotOptimize(h = chain_next(h, message->digest, mac));
}
BENCHMARK(BM_ChainNext);

void BM_EncodeAccepted(benchmark::State& state) {
  const auto message = a_message();
  const from_node::Accepted frame{message->digest,
                                  testing::test_acceptance(message, testing::kTestPrimary, 1, 1)};
  for (auto _ : state) benchmark::DoNotOptimize(encode(frame));
}
BENCHMARK(BM_EncodeAccepted);

void BM_EncodeEvent(benchmark::State& state) {
  const auto message = a_message();
  const from_node::Event frame{testing::test_chat(),
                               message->head_bytes,
                               message->body_bytes,
                               {testing::test_acceptance(message, testing::kTestPrimary, 1, 1)},
                               false};
  for (auto _ : state) benchmark::DoNotOptimize(encode(frame));
}
BENCHMARK(BM_EncodeEvent);

// What a client reads of another's message.
void BM_ParseEvent(benchmark::State& state) {
  const auto message = a_message();
  const std::string text =
      encode(from_node::Event{testing::test_chat(),
                              message->head_bytes,
                              message->body_bytes,
                              {testing::test_acceptance(message, testing::kTestPrimary, 1, 1)},
                              false});
  for (auto _ : state) benchmark::DoNotOptimize(parse_node_frame(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_ParseEvent);

void BM_ParseEntries(benchmark::State& state) {
  const auto message = a_message();
  PeerRun run{Seq(1), ChainHash(), {}};
  for (int i = 0; i < 100; ++i)
    run.e.push_back({testing::test_acceptance(message, testing::kTestPrimary, 1, 1),
                     message->head_bytes, message->body_bytes});
  const std::string text = encode(from_peer::Entries{1, testing::kTestPrimary, {run}, true, false});
  for (auto _ : state) benchmark::DoNotOptimize(parse_peer_frame(text));
  state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(BM_ParseEntries);

}  // namespace
}  // namespace holdfast::protocol
