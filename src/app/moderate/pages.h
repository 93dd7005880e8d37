// The moderator's own HTTP pages. docs/protocol.md §10. Loop thread.
#pragma once

#include <map>
#include <string>

#include "app/certificate_guard.h"
#include "app/moderate/alarm.h"
#include "app/moderate/live/live_pages.h"
#include "app/moderate/shell.h"
#include "base/json.h"
#include "net/http_server.h"

namespace holdfast::app {

class ModeratePages {
 public:
  // `shell` and `random` must outlive it. `secure`: it is reached over https.
  ModeratePages(ModerateShell& shell, Random& random, bool secure, protocol::SecretKey admin,
                std::string build)
      : shell_(shell),
        live_(shell, random, secure, build),
        admin_(std::move(admin)),
        build_(std::move(build)) {}

  // Of the server that shows them; must outlive it. Before the first request.
  void watch(const CertificateGuard& certificate) { certificate_ = &certificate; }
  // Must outlive it, where there is one.
  void watch(const Alarm& alarm) { alarm_ = &alarm; }

  void handle(const net::HttpRequest& request, const net::Responder& respond);

 private:
  net::HttpResponse get(const net::HttpRequest& request);
  net::HttpResponse for_people() const;
  void post(const net::HttpRequest& request, const net::Responder& respond);
  void order_switch(const json::Object& order, const net::Responder& respond);
  void order_freeze(const json::Object& order, const net::Responder& respond);
  void make_code(const json::Object& order, const net::Responder& respond);
  void order_maintenance(const json::Object& order, const net::Responder& respond);
  // Genuine, and not seen before: whoever copies an order from a log must not be able to give it
  // again.
  bool is_genuine(const net::HttpRequest& request);
  std::string metrics() const;

  ModerateShell& shell_;
  LivePages live_;
  const CertificateGuard* certificate_ = nullptr;
  const Alarm* alarm_ = nullptr;
  protocol::SecretKey admin_;
  std::string build_;
  std::map<std::string, MonoMs, std::less<>> seen_;  // authorizations of the last minutes
  std::int64_t orders_refused_ = 0;
};

}  // namespace holdfast::app
