// Whatever bytes come, the codec answers with frames or an error: it never reads past its bounds,
// hangs or crashes. Seeded.
#include <gtest/gtest.h>

#include "base/random.h"
#include "net/http_parser.h"
#include "net/static_files.h"
#include "net/url.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

namespace holdfast::net {
namespace {

std::string random_bytes(SeededRandom& random, std::size_t size) {
  std::string bytes(size, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

// Changes, doubles or cuts a few bytes.
std::string mutated(SeededRandom& random, std::string text) {
  for (std::uint64_t i = 1 + random.below(4); i > 0 && !text.empty(); --i) {
    const auto at = random.below(text.size());
    switch (random.below(3)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.insert(at, text.substr(at, random.below(20)));
        break;
      default:
        text.erase(at, random.below(20));
        break;
    }
  }
  return text;
}

std::string valid_frames(SeededRandom& random) {
  std::string stream;
  for (std::uint64_t i = 1 + random.below(5); i > 0; --i) {
    const auto mask = random.bytes<4>();
    auto payload = random_bytes(random, random.below(300));
    stream += encode_ws_header(random.chance(0.2) ? Opcode::kPing : Opcode::kText, false,
                               payload.size() % 126, mask);
    payload.resize(payload.size() % 126);
    apply_mask(payload, mask);
    stream += payload;
  }
  return stream;
}

TEST(WsFrameFuzz, EndsInFramesOrAnError) {
  SeededRandom random(101);
  std::size_t frames = 0;
  std::size_t errors = 0;
  for (int round = 0; round < 20'000; ++round) {
    WsFrameReader reader(random.chance(0.9), random.chance(0.5), 200);
    auto stream = mutated(random, valid_frames(random));
    while (!stream.empty()) {
      const auto size = std::min<std::size_t>(1 + random.below(100), stream.size());
      reader.add(stream.substr(0, size));
      stream.erase(0, size);
      while (const auto frame = reader.take()) {
        ++frames;
        ASSERT_LE(frame->payload.size(), 200u);
      }
    }
    errors += reader.error().has_value();
    decode_close(random_bytes(random, random.below(130)));
  }
  EXPECT_GT(frames, 1'000u);
  EXPECT_GT(errors, 1'000u);
}

TEST(WsDeflateFuzz, ExpandsWithinItsBoundOrFails) {
  SeededRandom random(102);
  for (int round = 0; round < 3'000; ++round) {
    WsDeflate out{DeflateTerms{}};
    WsDeflate in{DeflateTerms{}};
    const auto message = mutated(random, out.compress(std::string(random.below(5'000), 'x')));
    const auto expanded = in.expand(message, 4'000);
    ASSERT_LE(expanded.value_or("").size(), 4'000u);
  }
}

TEST(HttpFuzz, EndsInRequestsOrAnError) {
  SeededRandom random(103);
  const std::string good =
      "POST /v1/signin?x=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nX-Y: z\r\n\r\nhello"
      "GET / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  std::size_t requests = 0;
  for (int round = 0; round < 5'000; ++round) {
    HttpRequestParser parser({});
    auto stream = mutated(random, good);
    while (!stream.empty() && !parser.error()) {
      const auto size = std::min<std::size_t>(1 + random.below(100), stream.size());
      parser.add(stream.substr(0, size));
      stream.erase(0, size);
      while (const auto request = parser.take()) {
        ++requests;
        ASSERT_LE(request->body.size(), 65'536u);
      }
    }
  }
  EXPECT_GT(requests, 1'000u);
}

TEST(PathFuzz, NeverLeavesTheRoot) {
  SeededRandom random(104);
  for (int round = 0; round < 20'000; ++round) {
    const auto path = file_path_of(mutated(random, "/console/../%2e%2e/assets/./%2f../x.js"));
    if (!path) continue;
    EXPECT_FALSE(path->starts_with('/') || path->starts_with("..")) << *path;
    EXPECT_EQ(path->find("/.."), std::string::npos) << *path;
    EXPECT_EQ(path->find('\0'), std::string::npos);
  }
}

TEST(UrlFuzz, ReadsBackWhatItWrites) {
  SeededRandom random(105);
  std::size_t urls = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto url = parse_url(mutated(random, "https://[::1]:8443/v1/link?x=1"));
    if (!url) continue;
    ++urls;
    EXPECT_EQ(parse_url(url->origin() + url->target), *url) << url->origin() << url->target;
  }
  EXPECT_GT(urls, 1'000u);
}

}  // namespace
}  // namespace holdfast::net
