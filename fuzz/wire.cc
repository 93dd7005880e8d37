// Bytes as they come from a socket: WebSocket frames, HTTP requests and responses, the handshake
// between them, compressed messages, URLs.
//
// Checks: it makes no difference into which pieces the bytes were cut; nothing is larger than its
// bound; what was read and written again reads the same.
#include <algorithm>
#include <functional>

#include "base/check.h"
#include "fuzz/harness.h"
#include "net/http_parser.h"
#include "net/url.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"
#include "net/ws_handshake.h"

namespace holdfast::net {

// For comparisons of what two readers read.
static bool operator==(const WsFrame& a, const WsFrame& b) {
  return a.opcode == b.opcode && a.final == b.final && a.compressed == b.compressed &&
         a.payload == b.payload;
}
static bool operator==(const HttpHeaders& a, const HttpHeaders& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}
static bool operator==(const HttpRequest& a, const HttpRequest& b) {
  return a.method == b.method && a.target == b.target && a.headers == b.headers &&
         a.body == b.body && a.keep_alive == b.keep_alive;
}
static bool operator==(const HttpResponse& a, const HttpResponse& b) {
  return a.status == b.status && a.headers == b.headers && a.body == b.body;
}

}  // namespace holdfast::net

namespace holdfast::fuzz {
namespace {

using namespace net;

enum class What : std::uint8_t { kFrames, kRequests, kResponse, kDeflate, kUrl, kUpgrade };
constexpr std::size_t kWhats = 6;
constexpr std::string_view kProtocol = "holdfast.v1";
constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";

using Take = std::function<void(std::string_view piece)>;

// In pieces of `size` bytes.
void in_pieces(std::string_view bytes, std::size_t size, const Take& take) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
    take(bytes.substr(0, size));
}

struct FramesRead {
  std::vector<WsFrame> frames;
  bool refused = false;
};

FramesRead read_frames(WsFrameReader reader, std::string_view bytes, std::size_t piece) {
  FramesRead read;
  in_pieces(bytes, piece, [&](std::string_view more) {
    reader.add(more);
    while (auto frame = reader.take()) read.frames.push_back(*std::move(frame));
  });
  read.refused = reader.error().has_value();
  return read;
}

void check_close(const std::string& payload) {
  const CloseReason reason = decode_close(payload);
  if (reason.code == 1005) return;
  const std::string written = encode_close(reason);
  CHECK(written.size() <= 125);
  CHECK(decode_close(written).code == reason.code);
}

void check_frame(const WsFrame& frame, bool masked, bool may_compress, std::size_t payload_max) {
  CHECK(may_compress || !frame.compressed);
  if (is_control(frame.opcode)) {
    CHECK(frame.payload.size() <= 125, "a control frame of {} bytes", frame.payload.size());
    CHECK(frame.final && !frame.compressed);
  } else {
    CHECK(frame.payload.size() <= payload_max, "a frame of {} bytes", frame.payload.size());
  }
  if (frame.opcode == Opcode::kClose) check_close(frame.payload);
  if (!frame.final) return;  // we write none of these

  std::optional<std::array<std::uint8_t, 4>> mask;
  if (masked) mask = {7, 0, 255, 13};
  std::string payload = frame.payload;
  const std::string header = encode_ws_header(frame.opcode, frame.compressed, payload.size(), mask);
  if (mask) apply_mask(payload, *mask);
  WsFrameReader again(masked, may_compress, payload_max);
  const auto read = read_frames(std::move(again), header + payload, 1'000'000).frames;
  CHECK(read.size() == 1 && read[0] == frame);
}

void check_frames(Input& input) {
  const bool masked = input.flag();
  const bool may_compress = input.flag();
  const std::size_t payload_max = 16 + 8 * std::size_t{input.byte()};
  const std::size_t piece = 1 + input.byte();
  const std::string bytes = input.rest();
  const WsFrameReader reader(masked, may_compress, payload_max);
  const FramesRead whole = read_frames(reader, bytes, bytes.size());
  const FramesRead cut = read_frames(reader, bytes, piece);
  CHECK(whole.frames == cut.frames && whole.refused == cut.refused);
  for (const WsFrame& frame : whole.frames) check_frame(frame, masked, may_compress, payload_max);
}

// What a server does with a request that came whole.
void check_request(const HttpRequest& request, const HttpLimits& limits) {
  CHECK(request.body.size() <= limits.body_bytes_max);
  CHECK(!request.method.empty() && !request.target.empty());
  for (const auto& [name, value] : request.headers) {
    CHECK(value.find_first_of("\r\n") == std::string::npos, "a header that goes on: {}", value);
  }
  if (!is_upgrade_request(request)) return;
  const auto upgrade = accept_upgrade(request, kProtocol, true);
  const HttpResponse& answer = upgrade ? upgrade->response : upgrade.error();
  const std::string written = encode_response(answer, false, false);
  HttpResponseParser parser({});
  parser.add(written);
  const auto read = parser.take();
  CHECK(read && read->status == answer.status && read->body == answer.body, "{}", written);
}

// Up to the first error, which Beast may see later when the pieces are small.
std::vector<HttpRequest> read_requests(const HttpLimits& limits, std::string_view bytes,
                                       std::size_t piece) {
  HttpRequestParser parser(limits);
  std::vector<HttpRequest> read;
  in_pieces(bytes, piece, [&](std::string_view more) {
    if (parser.error()) return;
    parser.add(more);
    while (auto request = parser.take()) read.push_back(*std::move(request));
  });
  return read;
}

void check_requests(Input& input) {
  const HttpLimits limits{.header_bytes_max = 64 + 4 * std::size_t{input.byte()},
                          .body_bytes_max = input.byte()};
  const std::size_t piece = 1 + input.byte();
  const std::string bytes = input.rest();
  const auto whole = read_requests(limits, bytes, bytes.size());
  // Beast counts a header's bytes only while it waits for more, so one that comes whole may exceed
  // its bound by what a read brings: there the pieces do make a difference.
  const auto cut = read_requests(limits, bytes, piece);
  CHECK(whole == cut || bytes.size() > limits.header_bytes_max, "the pieces made a difference");
  for (const HttpRequest& request : whole) check_request(request, limits);
}

std::optional<HttpResponse> read_response(std::string_view bytes, std::size_t piece) {
  HttpResponseParser parser({.header_bytes_max = 1'024, .body_bytes_max = 512});
  std::optional<HttpResponse> response;
  in_pieces(bytes, piece, [&](std::string_view more) {
    if (response || parser.error()) return;
    parser.add(more);
    response = parser.take();
  });
  if (response || parser.error()) return response;
  parser.finish();
  return parser.take();
}

void check_response(Input& input) {
  const std::size_t piece = 1 + input.byte();
  const std::string bytes = input.rest();
  const auto whole = read_response(bytes, bytes.size());
  const auto cut = read_response(bytes, piece);
  CHECK(whole == cut);
  if (!whole) return;
  CHECK(whole->body.size() <= 512);
  (void)check_upgrade(*whole, kKey, std::string(kProtocol));
}

void check_deflate(Input& input) {
  constexpr std::size_t kBytesMax = 4'000;
  const DeflateTerms terms{.own_context_reset = input.flag(),
                           .their_context_reset = input.flag(),
                           .own_window_bits = 9 + static_cast<int>(input.below(7))};
  WsDeflate there(terms);
  WsDeflate here({.their_context_reset = terms.own_context_reset});
  // Messages of ours arrive as they were, one after the other over one context…
  for (int left = static_cast<int>(input.below(4)); left > 0; --left) {
    const std::string message = input.text();
    const auto heard = here.expand(there.compress(message), message.size());
    CHECK(heard && *heard == message);
  }
  // …and a stranger's are text within the bound, or refused.
  const auto expanded = here.expand(input.rest(), kBytesMax);
  CHECK(!expanded || expanded->size() <= kBytesMax);
}

void check_url(Input& input) {
  const auto url = parse_url(input.rest());
  if (!url) return;
  const std::string written = url->origin() + url->target;
  const auto again = parse_url(written);
  CHECK(again && *again == *url, "{}", written);
}

// A handshake with headers of the fuzzer's beside the right ones.
void check_handshake(Input& input) {
  HttpRequest request = upgrade_request("/v1/link", kKey, std::string(kProtocol), true);
  request.headers.add("Sec-WebSocket-Extensions", input.text());
  HttpRequest other;
  other.method = input.flag() ? "POST" : "GET";
  other.target = "/";
  for (const auto& [name, value] : request.headers) {
    const std::string instead = input.text();
    other.headers.add(name, instead.empty() ? value : instead);
  }
  const auto agreed = accept_upgrade(other, kProtocol, input.flag());
  if (agreed && !agreed->deflate) {
    CHECK(check_upgrade(agreed->response, std::string(other.headers.get("Sec-WebSocket-Key")),
                        std::string(kProtocol)));
  }
  (void)accept_deflate_offer(input.text());
  (void)read_deflate_answer(input.text());
}

}  // namespace

void run(Input& input) {
  switch (static_cast<What>(input.below(kWhats))) {
    case What::kFrames:
      return check_frames(input);
    case What::kRequests:
      return check_requests(input);
    case What::kResponse:
      return check_response(input);
    case What::kDeflate:
      return check_deflate(input);
    case What::kUrl:
      return check_url(input);
    case What::kUpgrade:
      return check_handshake(input);
  }
}

namespace {

Script begin(What what) {
  Script script;
  script.byte(static_cast<std::size_t>(what));
  return script;
}

std::string frame(Opcode opcode, bool compressed, std::string payload) {
  const std::array<std::uint8_t, 4> mask{1, 2, 3, 4};
  const std::string header = encode_ws_header(opcode, compressed, payload.size(), mask);
  apply_mask(payload, mask);
  return header + payload;
}

constexpr std::string_view kPost =
    "POST /v1/signin?x=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nX-Y: z\r\n\r\nhello";
constexpr std::string_view kChunked =
    "GET / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
constexpr std::string_view kOpening =
    "GET /v1/link HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, "
    "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: holdfast.v1\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
    "Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: "
    "holdfast.v1\r\n\r\n";

}  // namespace

std::vector<std::string> seeds() {
  const std::string text = frame(Opcode::kText, false, R"({"t":"beat"})") +
                           frame(Opcode::kPing, false, "are you there") +
                           frame(Opcode::kClose, false, encode_close({4000, "going away"}));
  const std::string offer =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
      "server_max_window_bits=\"10\"; client_max_window_bits";
  return {
      begin(What::kFrames).byte(1).byte(0).byte(9).byte(3).rest(text).bytes(),
      begin(What::kFrames)
          .byte(1)
          .byte(1)
          .byte(40)
          .byte(50)
          .rest(frame(Opcode::kText, true, std::string(200, 'x')))
          .bytes(),
      begin(What::kRequests).byte(99).byte(99).byte(20).rest(kPost).rest(kChunked).bytes(),
      begin(What::kRequests).byte(99).byte(0).byte(7).rest(kOpening).bytes(),
      begin(What::kResponse).byte(20).rest(kAnswer).bytes(),
      begin(What::kResponse).byte(9).rest("HTTP/1.1 200 OK\r\n\r\nto the end").bytes(),
      begin(What::kDeflate).byte(1).byte(0).byte(3).byte(2).text("hello hello").text("").bytes(),
      begin(What::kUrl).rest("https://[::1]:8443/v1/link?x=1").bytes(),
      begin(What::kUrl).rest("ws://chat.example").bytes(),
      begin(What::kUpgrade).text(offer).byte(0).text("").text("").text("").bytes(),
      begin(What::kUpgrade)
          .text("")
          .byte(0)
          .rest(std::string(2 * 6, '\0'))
          .byte(1)
          .text(offer)
          .text("permessage-deflate; server_max_window_bits=12; client_no_context_takeover")
          .bytes(),
  };
}

}  // namespace holdfast::fuzz
