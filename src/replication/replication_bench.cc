// How fast an empty deployment catches up: entries a second through one core of each side, without
// disks and network.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "replication/entry_check.h"
#include "replication/peer_link.h"
#include "replication/responder.h"

namespace holdfast::replication {
namespace {

using protocol::Entry;
using protocol::Origin;
using protocol::Seq;

constexpr std::size_t kEntries = 20'000;

const Origin kOrigin("redundant/n1/01J00000000000000000000002");

std::vector<protocol::SecretKey> cluster_keys() {
  protocol::SecretKey key{.id = protocol::KeyId("k1")};
  key.bytes.fill(1);
  return {key};
}

// Messages as people write them: 80 characters, each after the one before.
const std::vector<Entry>& entries() {
  static const std::vector<Entry> made = [] {
    SeededRandom random(1);
    std::vector<Entry> entries;
    protocol::ChainHash h = protocol::chain_start(kOrigin);
    const protocol::SiteId site("shop");
    const protocol::Author author("v:AAAAAAAAAAAAAAAAAAAAAA");
    const auto keys = cluster_keys();
    for (std::size_t i = 0; i < kEntries; ++i) {
      protocol::Draft draft{
          .site = site,
          .chat = protocol::chat_id(site, author, protocol::EventId("01J00000000000000000000000")),
          .author = author,
          .id = protocol::EventId(Ulid::make(WallMs(1'700'000'000'000), random).text()),
          .kind = "message",
          .audience = protocol::Audience::kChat,
          .after = {}};
      if (!entries.empty()) draft.after = {entries.back().content->digest};
      const auto nonce = protocol::nonce_text(random.bytes<16>());
      auto content = protocol::compose(draft, protocol::text_body(nonce, std::string(80, 'x')));
      const Seq seq(i + 1);
      const protocol::Hlc hlc((1'700'000'000'000ULL + i) << 16);
      auto acceptance = protocol::accept(keys, content->digest, kOrigin, seq, hlc);
      const auto next = protocol::chain_next(h, content->digest, acceptance.mac);
      entries.push_back({kOrigin, seq, next, std::move(content), std::move(acceptance), h});
      h = next;
    }
    return entries;
  }();
  return made;
}

journal::Page page_of(std::size_t first, std::size_t count) {
  journal::Page page;
  for (std::size_t i = first; i < first + count; ++i)
    page.entries.push_back({journal::Arrival(i + 1), entries()[i]});
  return page;
}

void Respond(benchmark::State& state) {
  const journal::Page page = page_of(0, 512);
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (const auto& frame : frames_of(1, kOrigin, page)) bytes += frame.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 512);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(Respond);

void Verify(benchmark::State& state) {
  const auto frames = frames_of(1, kOrigin, page_of(0, 512));
  const auto keys = cluster_keys();
  for (auto _ : state) {
    for (const auto& text : frames) {
      auto frame = protocol::parse_peer_frame(text);
      for (auto& run : std::get<protocol::from_peer::Entries>(*frame).runs) {
        const auto checked = check_run(kOrigin, std::move(run), keys);
        CHECK(checked.bad.empty());
        benchmark::DoNotOptimize(checked.good.data());
      }
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 512);
}
BENCHMARK(Verify);

// Two whole links: everything that both sides do for one entry, on one core.
class CatchUp {
 public:
  CatchUp()
      : random_(1),
        full_(config_of(protocol::Deployment::kRedundant), random_),
        empty_(config_of(protocol::Deployment::kPrimary), random_) {}

  std::size_t run() {
    const ConnectionId id(1);
    take(full_, full_.holdings(all(), now_));
    take(empty_, empty_.holdings({}, now_));
    take(empty_, empty_.set_pulling(true, now_));
    take(full_, full_.opened(id, true, now_));
    take(empty_, empty_.opened(id, false, now_));
    while (!work_.empty()) {
      const auto next = std::move(work_.front());
      work_.pop_front();
      next();
    }
    return received_;
  }

 private:
  static LinkConfig config_of(protocol::Deployment deployment) {
    LinkConfig config;
    config.deployment = deployment;
    config.node_name = "n1";
    config.origin = deployment == protocol::Deployment::kRedundant
                        ? Origin("redundant/n1/01J00000000000000000000003")
                        : Origin("primary/n1/01J00000000000000000000004");
    config.keys.cluster = cluster_keys();
    config.keys.peer.bytes.fill(2);
    config.history_bytes_per_s = 0;
    return config;
  }

  static protocol::Holdings all() {
    protocol::Holdings holdings;
    holdings[kOrigin].add(
        {Seq(1), Seq(kEntries), protocol::chain_start(kOrigin), entries().back().h});
    return holdings;
  }

  void take(PeerLink& of, Actions actions) {
    PeerLink& other = &of == &full_ ? empty_ : full_;
    received_ += actions.received.size();
    if (!actions.received.empty()) {
      work_.push_back(
          [this, &of, held = std::move(actions.received)] { take(of, of.held(held, now_)); });
    }
    for (auto& out : actions.outgoing) {
      work_.push_back([this, &other, out = std::move(out)] {
        take(other, other.frame(out.connection, out.text, now_));
      });
    }
    for (const auto& reading : actions.reading) {
      work_.push_back([this, &of, reading] {
        take(of, of.read_done(reading.pull, read(reading.range), now_));
      });
    }
  }

  static Result<journal::Page> read(const journal::OriginRange& range) {
    if (range.live_only) return journal::Page();
    const std::size_t count = range.last.value() - range.first.value() + 1;
    const std::size_t fit = std::min<std::size_t>(count, range.bytes_max / 800);
    journal::Page page = page_of(range.first.value() - 1, fit);
    page.more = fit < count;
    return page;
  }

  Now now_{WallMs(1'700'000'000'000), MonoMs(1'000)};
  SeededRandom random_;
  PeerLink full_;
  PeerLink empty_;
  std::size_t received_ = 0;
  std::deque<std::function<void()>> work_;
};

void BothSides(benchmark::State& state) {
  entries();
  for (auto _ : state) {
    CatchUp catch_up;
    CHECK(catch_up.run() == kEntries);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kEntries));
}
BENCHMARK(BothSides)->Unit(benchmark::kMillisecond);

// One message at a time, both ways: what the link costs while nothing is behind.
void SteadyState(benchmark::State& state) {
  const auto frames = frames_of(1, kOrigin, page_of(0, 1));
  const auto keys = cluster_keys();
  for (auto _ : state) {
    auto frame = protocol::parse_peer_frame(frames[0]);
    auto& run = std::get<protocol::from_peer::Entries>(*frame).runs[0];
    benchmark::DoNotOptimize(check_run(kOrigin, std::move(run), keys));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(SteadyState);

}  // namespace
}  // namespace holdfast::replication
