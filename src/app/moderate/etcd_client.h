// etcd's version 3 API as JSON over HTTP, as far as a moderator needs it. Loop thread.
//
// An etcd is several endpoints; a call goes to the one that answered last, and from there to the
// next until one answers. So a write may have happened although its call failed, and may happen
// twice: what is asked for must be a condition on what was there before.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/url.h"

namespace holdfast::app {

struct EtcdEndpoints {
  std::vector<net::Url> urls;                  // at least one
  std::shared_ptr<const net::TlsContext> tls;  // for https; empty: the system's authorities
  Ms timeout{1'000};                           // for each of them
};

class EtcdClient {
 public:
  using Then = std::function<void(Result<json::Object>)>;

  // `loop` must outlive it.
  EtcdClient(net::Loop& loop, EtcdEndpoints endpoints)
      : loop_(loop), endpoints_(std::move(endpoints)) {}

  // POST /v3/<what>. `then` is called once, later, with the answer or with why there is none. One
  // call at a time: another one abandons it.
  void call(std::string_view what, const json::Object& body, Then then);
  void abandon() { pending_.reset(); }

 private:
  void attempt(std::string path, std::string body, std::size_t left, Then then);

  net::Loop& loop_;
  EtcdEndpoints endpoints_;
  std::size_t turn_ = 0;
  std::shared_ptr<net::PendingHttpCall> pending_;
};

// Keys and values travel as RFC 4648 §4 base64, padded.
std::string to_base64(std::string_view bytes);
Result<std::string> from_base64(std::string_view text);
// The end of the range of all keys that begin with `prefix`, which ends with a character below
// 0x7f.
std::string end_of_prefix(std::string prefix);

}  // namespace holdfast::app
