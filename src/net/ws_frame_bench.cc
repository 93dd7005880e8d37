// What the WebSocket codec costs for one frame: a client's, as a server reads it, and one's header.
#include <benchmark/benchmark.h>

#include <string>

#include "base/check.h"
#include "net/ws_frame.h"

namespace holdfast::net {
namespace {

constexpr std::array<std::uint8_t, 4> kMask = {1, 2, 3, 4};

std::string masked_frame(std::size_t size) {
  std::string payload(size, 'x');
  std::string frame = encode_ws_header(Opcode::kText, false, size, kMask);
  apply_mask(payload, kMask);
  return frame + payload;
}

// In reads of `frames` at once, as they come from one busy link.
void ReadFrames(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const auto frames = static_cast<std::size_t>(state.range(1));
  std::string bytes;
  for (std::size_t i = 0; i < frames; ++i) bytes += masked_frame(size);
  WsFrameReader reader(true, false, 16'384);
  for (auto _ : state) {
    reader.add(bytes);
    std::size_t taken = 0;
    while (auto frame = reader.take()) {
      benchmark::DoNotOptimize(frame->payload.data());
      ++taken;
    }
    CHECK(taken == frames);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * frames));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(ReadFrames)->Args({700, 1})->Args({700, 16})->Args({14'000, 1});

void WriteHeader(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(encode_ws_header(Opcode::kText, false, 700, std::nullopt));
}
BENCHMARK(WriteHeader);

}  // namespace
}  // namespace holdfast::net
