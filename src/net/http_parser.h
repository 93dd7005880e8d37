// Reads HTTP/1.1 messages from bytes as they come. Beast's parser inside, with bounds; a failure
// carries the status that the sender should be told.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace holdfast::net {

struct HttpLimits {
  std::size_t header_bytes_max = 8'192;
  std::size_t body_bytes_max = 65'536;
};

struct HttpParseError {
  int status = 400;
  std::string why;
};

// One request after the other of one connection.
class HttpRequestParser {
 public:
  explicit HttpRequestParser(HttpLimits limits);
  ~HttpRequestParser();

  // Adds bytes. Call take() until it has nothing more.
  void add(std::string_view bytes);
  // The next whole request; nothing yet; or an error after which the connection is of no use.
  std::optional<HttpRequest> take();
  const std::optional<HttpParseError>& error() const { return error_; }
  // Some bytes of a request are here, but not all.
  bool in_the_middle() const;
  // What came after the last taken request: the first bytes of the protocol that it upgraded to.
  std::string rest() { return std::exchange(buffer_, {}); }

 private:
  struct Impl;
  HttpLimits limits_;
  std::string buffer_;
  std::unique_ptr<Impl> impl_;
  std::optional<HttpParseError> error_;
};

// One response.
class HttpResponseParser {
 public:
  explicit HttpResponseParser(HttpLimits limits, bool to_head = false);
  ~HttpResponseParser();

  void add(std::string_view bytes);
  // The connection ended: a body without a length ends here.
  void finish();
  std::optional<HttpResponse> take();
  const std::optional<HttpParseError>& error() const { return error_; }
  std::string rest() { return std::exchange(buffer_, {}); }

 private:
  struct Impl;
  std::string buffer_;
  std::unique_ptr<Impl> impl_;
  std::optional<HttpParseError> error_;
};

}  // namespace holdfast::net
