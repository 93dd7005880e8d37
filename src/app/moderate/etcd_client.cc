#include "app/moderate/etcd_client.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace holdfast::app {
namespace {

// What it says of itself: {"error":"etcdserver: no leader","code":14,…}.
std::string error_of(const net::HttpResponse& response) {
  const auto object = json::parse_object(response.body);
  const auto error = object ? json::get_text(*object, "error") : fail(ErrorCode::kInvalid, "");
  return error ? std::string(*error) : "not etcd's answer";
}

Result<json::Object> answer_of(const Result<net::HttpResponse>& response, const net::Url& url) {
  if (!response) return std::unexpected(response.error());
  if (response->status != 200) {
    return fail(ErrorCode::kUnavailable, "{}: HTTP {}: {}", url.origin(), response->status,
                error_of(*response));
  }
  auto object = json::parse_object(response->body);
  if (!object) return fail(ErrorCode::kUnavailable, "{}: not etcd's answer", url.origin());
  return object;
}

}  // namespace

void EtcdClient::call(std::string_view what, const json::Object& body, Then then) {
  attempt("/v3/" + std::string(what), json::serialize(body), endpoints_.urls.size(),
          std::move(then));
}

void EtcdClient::attempt(std::string path, std::string body, std::size_t left, Then then) {
  const net::Url url = endpoints_.urls[turn_].with_target(path);
  net::HttpCall call;
  call.method = "POST";
  call.url = url;
  call.headers.add("Content-Type", "application/json");
  call.body = body;
  call.timeout = endpoints_.timeout;
  call.tls = endpoints_.tls;
  pending_ =
      net::http_call(loop_, std::move(call),
                     [this, url, path = std::move(path), body = std::move(body), left,
                      then = std::move(then)](const Result<net::HttpResponse>& response) mutable {
                       auto answer = answer_of(response, url);
                       if (answer) return then(std::move(answer));
                       turn_ = (turn_ + 1) % endpoints_.urls.size();
                       if (left <= 1) return then(std::move(answer));
                       attempt(std::move(path), std::move(body), left - 1, std::move(then));
                     });
}

std::string to_base64(std::string_view bytes) {
  std::string text = base64url_encode(view_of(bytes));
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  std::string bare(text.substr(0, text.find('=')));
  std::ranges::replace(bare, '+', '-');
  std::ranges::replace(bare, '/', '_');
  HF_TRY(bytes, base64url_decode(bare));
  return std::string(bytes.begin(), bytes.end());
}

std::string end_of_prefix(std::string prefix) {
  ++prefix.back();
  return prefix;
}

}  // namespace holdfast::app
