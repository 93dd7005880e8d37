// Opens TCP connections to a URL's host: asks for its addresses, tries one after the other. Loop
// thread.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "net/tls.h"
#include "net/transport.h"
#include "net/url.h"

namespace holdfast::net {

struct DialOptions {
  Ms timeout{5'000};  // for all addresses together, name resolution included
  std::shared_ptr<const TlsContext>
      tls;  // for https and wss; nothing: verify against the system's authorities
};

// An attempt under way. Abandoned by its destruction: `then` is not called afterwards.
class Dial {
 public:
  virtual ~Dial() = default;
};

// `then` is called once, later, with a transport that was not started yet: its start() begins with
// the TLS handshake.
[[nodiscard]] std::shared_ptr<Dial> dial(
    Loop& loop, const Url& url, const DialOptions& options,
    std::function<void(Result<std::shared_ptr<Transport>>)> then);

}  // namespace holdfast::net
