// One HTTP request and its answer, over a connection of its own: for probes, verdicts and the
// command line.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/http_message.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/url.h"

namespace holdfast::net {

struct HttpCall {
  std::string method = "GET";
  Url url;
  HttpHeaders headers;  // Host and Content-Length are added
  std::string body;
  Ms timeout{5'000};  // for all of it
  std::size_t body_bytes_max = 16u << 20;
  std::shared_ptr<const TlsContext> tls;  // as in DialOptions
  // Called before the answer comes, over TLS: until when the other end's certificate is valid.
  std::function<void(WallMs)> on_certificate = {};
};

// A call under way; its destruction abandons it.
class PendingHttpCall {
 public:
  virtual ~PendingHttpCall() = default;
};

// `then` is called once, later, on the loop's thread. Any status is success: kUnavailable means
// that no answer came.
[[nodiscard]] std::shared_ptr<PendingHttpCall> http_call(
    Loop& loop, HttpCall call, std::function<void(Result<HttpResponse>)> then);

// For the command line: runs a loop of its own until the answer is there.
Result<HttpResponse> http_call_and_wait(Clock& clock, HttpCall call);

}  // namespace holdfast::net
