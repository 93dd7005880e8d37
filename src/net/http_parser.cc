#include "net/http_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace holdfast::net {
namespace {

namespace http = boost::beast::http;

template <class Message>
HttpHeaders headers_of(const Message& message) {
  HttpHeaders headers;
  for (const auto& field : message)
    headers.add(std::string(field.name_string()), std::string(field.value()));
  return headers;
}

HttpParseError error_of(const boost::beast::error_code& code) {
  int status = 400;
  if (code == http::error::header_limit) status = 431;
  if (code == http::error::body_limit) status = 413;
  if (code == http::error::bad_version) status = 505;
  return {status, code.message()};
}

// A chunked body ends with "0\r\n\r\n" at least, so fewer bytes are never all of the rest. Beast
// aborts the process when it is given them after the last chunk (boostorg/beast#2861; in 1.81).
constexpr std::size_t kChunkedEnd = 5;

// Feeds what the parser takes; true when the message is whole.
template <class Parser>
bool feed(Parser& parser, std::string& buffer, std::optional<HttpParseError>& error) {
  boost::beast::error_code code;
  while (!parser.is_done() && !buffer.empty()) {
    if (parser.is_header_done() && parser.chunked() && buffer.size() < kChunkedEnd) return false;
    const auto used = parser.put(boost::asio::buffer(buffer), code);
    buffer.erase(0, used);
    if (code == http::error::need_more) return false;
    if (code) {
      error = error_of(code);
      return false;
    }
    if (used == 0) break;
  }
  return parser.is_done();
}

template <class Parser>
void set_limits(Parser& parser, const HttpLimits& limits) {
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
  parser.body_limit(limits.body_bytes_max);
}

}  // namespace

struct HttpRequestParser::Impl {
  http::request_parser<http::string_body> parser;
};

HttpRequestParser::HttpRequestParser(HttpLimits limits) : limits_(limits) {}
HttpRequestParser::~HttpRequestParser() = default;

void HttpRequestParser::add(std::string_view bytes) {
  buffer_ += bytes;
}

bool HttpRequestParser::in_the_middle() const {
  return !buffer_.empty() || impl_;
}

std::optional<HttpRequest> HttpRequestParser::take() {
  if (error_ || buffer_.empty()) return std::nullopt;
  if (!impl_) {
    impl_ = std::make_unique<Impl>();
    set_limits(impl_->parser, limits_);
  }
  if (!feed(impl_->parser, buffer_, error_)) return std::nullopt;
  auto message = impl_->parser.release();
  impl_.reset();

  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.keep_alive = message.keep_alive();
  request.headers = headers_of(message);
  request.body = std::move(message.body());
  return request;
}

struct HttpResponseParser::Impl {
  http::response_parser<http::string_body> parser;
};

HttpResponseParser::HttpResponseParser(HttpLimits limits, bool to_head)
    : impl_(std::make_unique<Impl>()) {
  set_limits(impl_->parser, limits);
  impl_->parser.skip(to_head);
}

HttpResponseParser::~HttpResponseParser() = default;

void HttpResponseParser::add(std::string_view bytes) {
  buffer_ += bytes;
}

void HttpResponseParser::finish() {
  boost::beast::error_code code;
  if (impl_->parser.is_done() || error_) return;
  if (!impl_->parser.got_some()) {  // Beast asserts that nobody asks it then
    error_ = HttpParseError{400, "the connection ended before an answer"};
    return;
  }
  impl_->parser.put_eof(code);
  if (code) error_ = error_of(code);
}

std::optional<HttpResponse> HttpResponseParser::take() {
  if (error_) return std::nullopt;
  if (!feed(impl_->parser, buffer_, error_) && !impl_->parser.is_done()) return std::nullopt;
  auto message = impl_->parser.release();
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  response.headers = headers_of(message);
  response.body = std::move(message.body());
  return response;
}

}  // namespace holdfast::net
