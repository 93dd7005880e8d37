// The operator view, /status/live: the live page, with buttons for whoever is signed in to operate.
// Works without scripts. docs/record.md. Loop thread.
//
//   GET  /status/live           the view, or the form for a code
//   POST /status/live/signin    a code for a cookie: HttpOnly, SameSite=Strict
//   POST /status/live/confirm   an order, to be looked at once more
//   POST /status/live/order     the order
//   POST /status/live/signout
//
// Every form carries a token of its session, so that no other site's form can order anything.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/moderate/live/live_orders.h"
#include "app/moderate/live/sessions.h"
#include "app/moderate/shell.h"
#include "net/http_server.h"

namespace holdfast::app {

class LivePages {
 public:
  // Both must outlive it. `secure`: the cookie is for https alone.
  LivePages(ModerateShell& shell, Random& random, bool secure, std::string build)
      : shell_(shell), sessions_(random), secure_(secure), build_(std::move(build)) {}

  std::string make_code(LiveRole role, std::string by) {
    return sessions_.make_code(role, std::move(by), shell_.now().mono);
  }
  // False when the path is not of it.
  bool handle(const net::HttpRequest& request, const net::Responder& respond);

 private:
  using Form = std::map<std::string, std::string, std::less<>>;

  net::HttpResponse view(const net::HttpRequest& request);
  net::HttpResponse sign_in(const Form& form);
  net::HttpResponse sign_out(const net::HttpRequest& request);
  net::HttpResponse confirm(const LiveSession& session, const LiveOrder& order) const;
  void carry_out(std::string token, const LiveOrder& order, const net::Responder& respond);
  void order(const net::HttpRequest& request, const Form& form, const net::Responder& respond);
  std::string token_of(const net::HttpRequest& request) const;
  std::string_view cookie_name() const;
  std::string cookie(std::string_view token, std::string_view more) const;

  ModerateShell& shell_;
  LiveSessions sessions_;
  const bool secure_;
  const std::string build_;
};

}  // namespace holdfast::app
