#include "app/moderate/live/live_pages.h"

#include <fmt/format.h>

#include <utility>

#include "app/moderate/live/form.h"
#include "app/moderate/status_page.h"
#include "base/html.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

using net::HttpResponse;

constexpr std::string_view kPath = "/status/live";

HttpResponse page(int status, std::string html) {
  HttpResponse response{status, {}, std::move(html)};
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Content-Security-Policy", live_page_policy());
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

HttpResponse back_to_view() {
  HttpResponse response{303, {}, {}};
  response.headers.add("Location", std::string(kPath));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

HttpResponse sign_in_page(int status, std::string_view complaint) {
  const std::string alarm =
      complaint.empty()
          ? ""
          : fmt::format("<p class=\"notice alarm\" role=\"alert\">{}</p>\n", complaint);
  return page(
      status,
      small_page(
          "Sign in to the live view",
          fmt::format("{}<p>Ask for a code where the Moderator’s configuration is: <code>holdfast "
                      "status --open --config moderator.toml</code></p>\n"
                      "<form method=\"post\" action=\"{}/signin\">\n<p><label for=\"code\">Code"
                      "</label><br><input id=\"code\" name=\"code\" required autocomplete=\"off\" "
                      "autocapitalize=\"characters\" spellcheck=\"false\"></p>\n"
                      "<p><button>Sign in</button></p>\n</form>\n"
                      "<p class=\"soft\"><a href=\"/status\">The public page</a></p>\n",
                      alarm, kPath)));
}

// Of another site's page, as browsers say themselves. The token of the form is what counts; this
// keeps others from signing somebody in.
bool is_from_elsewhere(const net::HttpRequest& request) {
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  return !site.empty() && site != "same-origin" && site != "none";
}

std::string form_open(std::string_view action, const LiveSession& session) {
  return fmt::format(
      "<form method=\"post\" action=\"{}/{}\"><input type=\"hidden\" name=\"token\" value=\"{}\">",
      kPath, action, session.form_token);
}

std::string controls(const LiveSession& session, const moderator::Status& status) {
  std::string html =
      "<section id=\"controls\" data-part class=\"card controls\" "
      "aria-labelledby=\"controls-name\">\n<h2 id=\"controls-name\">Orders</h2>\n";
  if (!session.told.empty()) {
    html += fmt::format("<p class=\"notice\" role=\"status\">{}</p>\n", html_escaped(session.told));
  }
  if (session.role == LiveRole::kOperate) {
    html += form_open("confirm", session) + "\n";
    for (const LiveOrder& order : live_orders_for(status)) {
      html += fmt::format("<button name=\"order\" value=\"{}\">{}</button>\n", order.name(),
                          order.button());
    }
    html += "</form>\n";
  } else {
    html += "<p>This code was for looking only.</p>\n";
  }
  return html + form_open("signout", session) +
         fmt::format(
             "<p class=\"soft\">Signed in as <bdi>{}</bdi>. <button>Sign out</button> <a "
             "href=\"/status\">The public page</a></p></form>\n</section>\n",
             html_escaped(session.by));
}

}  // namespace

bool LivePages::handle(const net::HttpRequest& request, const net::Responder& respond) {
  const std::string_view path = request.path();
  if (!path.starts_with(kPath)) return false;
  const std::string_view rest = path.substr(kPath.size());
  if (request.method != "POST") {
    if (!rest.empty()) return false;
    respond(view(request));
    return true;
  }
  const Form form = read_form(request.body);
  if (is_from_elsewhere(request)) {
    respond(sign_in_page(403, "This came from another site."));
  } else if (rest == "/signin") {
    respond(sign_in(form));
  } else if (rest == "/signout" || rest == "/confirm" || rest == "/order") {
    order(request, form, respond);
  } else {
    return false;
  }
  return true;
}

HttpResponse LivePages::view(const net::HttpRequest& request) {
  const Now now = shell_.now();
  LiveSession* const session = sessions_.find(token_of(request), now.mono);
  if (session == nullptr) return sign_in_page(200, "");
  const moderator::Status status = shell_.core().status(now);
  return page(200,
              status_page({status, shell_.store(), build_, now.wall}, controls(*session, status)));
}

HttpResponse LivePages::sign_in(const Form& form) {
  const auto code = form.find("code");
  const auto token = sessions_.sign_in(code == form.end() ? "" : code->second, shell_.now().mono);
  if (!token) {
    log::warn("moderator", "a wrong code for the live view was refused");
    return sign_in_page(401, "This is no code, or it was used, or it is older than five minutes.");
  }
  HttpResponse response = back_to_view();
  response.headers.add("Set-Cookie",
                       cookie(*token, fmt::format("Max-Age={}", kSessionLasts.count() / 1'000)));
  return response;
}

void LivePages::order(const net::HttpRequest& request, const Form& form,
                      const net::Responder& respond) {
  const std::string token = token_of(request);
  LiveSession* const session = sessions_.find(token, shell_.now().mono);
  const auto sent = form.find("token");
  if (session == nullptr || sent == form.end() || sent->second != session->form_token)
    return respond(sign_in_page(401, "You are not signed in any more."));
  if (request.path().ends_with("/signout")) return respond(sign_out(request));
  session->told.clear();
  const auto name = form.find("order");
  const auto order = name == form.end() ? std::nullopt : live_order_named(name->second);
  if (session->role != LiveRole::kOperate) {
    log::warn("moderator", "{} may only look, and tried to order something", session->by);
    return respond(page(403, small_page("Not allowed",
                                        "<p>This code was for looking only. <a "
                                        "href=\"/status/live\">Back</a></p>\n")));
  }
  if (!order) return respond(back_to_view());
  if (request.path().ends_with("/confirm")) return respond(confirm(*session, *order));
  carry_out(token, *order, respond);
}

HttpResponse LivePages::sign_out(const net::HttpRequest& request) {
  sessions_.sign_out(token_of(request));
  HttpResponse response = back_to_view();
  response.headers.add("Set-Cookie", cookie("", "Max-Age=0"));
  return response;
}

HttpResponse LivePages::confirm(const LiveSession& session, const LiveOrder& order) const {
  const moderator::Status status = shell_.core().status(shell_.now());
  return page(200,
              small_page(order.button() + "?",
                         fmt::format("<p>{}</p>\n{}<input type=\"hidden\" name=\"order\" "
                                     "value=\"{}\"><p><button class=\"do\">{}</button> <a "
                                     "href=\"{}\">No, back</a></p></form>\n",
                                     consequence_of(order, status), form_open("order", session),
                                     order.name(), order.button(), kPath)));
}

void LivePages::carry_out(std::string token, const LiveOrder& order,
                          const net::Responder& respond) {
  LiveSession* const session = sessions_.find(token, shell_.now().mono);
  const std::string by = session->by;
  const auto answered = [this, token = std::move(token), respond](const moderator::Reply& reply) {
    if (LiveSession* const asker = sessions_.find(token, shell_.now().mono)) {
      asker->told = (reply.ok ? "" : "Not done: ") + reply.why;
    }
    respond(back_to_view());
  };
  switch (order.verb) {
    case LiveVerb::kSwitch:
      return shell_.order_switch(order.deployment, by, false, answered);
    case LiveVerb::kSwitchWhenHeld:
      // It may take as long as it takes; of two answers the first counts.
      session->told = "Ordered: it waits until everything is held there.";
      shell_.order_switch(order.deployment, by, true, answered);
      return respond(back_to_view());
    case LiveVerb::kFreeze:
    case LiveVerb::kUnfreeze:
      return shell_.order_freeze(order.verb == LiveVerb::kFreeze, by, answered);
    case LiveVerb::kBegin:
    case LiveVerb::kEnd:
      return shell_.order_maintenance(order.deployment, order.verb == LiveVerb::kBegin, by,
                                      answered);
  }
}

std::string_view LivePages::cookie_name() const {
  return secure_ ? "__Host-holdfast-live" : "holdfast-live";
}

std::string LivePages::cookie(std::string_view token, std::string_view more) const {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; {}{}", cookie_name(), token, more,
                     secure_ ? "; Secure" : "");
}

std::string LivePages::token_of(const net::HttpRequest& request) const {
  return std::string(cookie_named(request.headers.get("Cookie"), cookie_name()));
}

}  // namespace holdfast::app
