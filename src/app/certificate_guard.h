// Watches the certificate that a server shows: says in time that it expires, and in the end that
// nobody can connect any more. A certificate that expired before the start, is not valid yet or
// belongs to another key never gets here: the server does not start with it.
//
// Loop thread; lives beside the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"
#include "net/loop.h"

namespace holdfast::app {

// Renewals by ACME happen 30 days before the end: at 14 something does not work, and a person has
// two weeks' time.
inline constexpr std::int64_t kDaysToWarn = 14;

// Whole days until then, negative afterwards.
std::int64_t days_left(WallMs expires, WallMs now);

// What a person should know now; empty: nothing.
std::string certificate_warning(const net::ShownCertificate& certificate, WallMs now);

class CertificateGuard {
 public:
  // All must outlive it. `room` is the first word of its lines in the log.
  CertificateGuard(net::Loop& loop, const net::HttpServer& server, std::string_view room)
      : loop_(loop), server_(server), room_(room), timer_(loop) {}

  // Looks now and then from now on, once the server listens.
  void start();

  // Why nobody who checks certificates can connect; empty: it is valid, or there is none.
  std::string expired() const;
  std::optional<std::int64_t> days_left() const;

 private:
  net::Loop& loop_;
  const net::HttpServer& server_;
  std::string room_;
  net::Timer timer_;
};

}  // namespace holdfast::app
