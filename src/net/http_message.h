// An HTTP/1.1 message as far as we speak it: bounded, whole, bodies in memory.
#pragma once

#include <algorithm>
#include <cctype>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::net {

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// In the order of the message; names compare without regard to case.
class HttpHeaders {
 public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }

  // The first of that name, or "".
  std::string_view get(std::string_view name) const {
    const auto at = std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) {
      return equal_ignoring_case(field.first, name);
    });
    return at == fields_.end() ? std::string_view() : std::string_view(at->second);
  }
  bool has(std::string_view name) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  }
  std::size_t count(std::string_view name) const {
    return std::count_if(fields_.begin(), fields_.end(),
                         [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;
  std::string target;  // "/v1/verdict?x=1", as sent
  HttpHeaders headers;
  std::string body;
  std::string address;  // of the client; not sent by anybody
  bool keep_alive = true;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;

  static HttpResponse text(int status, std::string body);
  static HttpResponse json(int status, std::string body);
};

std::string_view reason_phrase(int status);

// The bytes of a response; `head_only` leaves the body out and keeps its length.
std::string encode_response(const HttpResponse& response, bool keep_alive, bool head_only);
// The bytes of a request, with Host and Content-Length.
std::string encode_request(const HttpRequest& request, std::string_view host, bool keep_alive);

}  // namespace holdfast::net
