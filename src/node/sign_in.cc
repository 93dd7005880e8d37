#include "node/sign_in.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"
#include "node/authenticate.h"
#include "node/http_answer.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"
#include "protocol/text.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kAtOnceMax = 64;  // each takes 64 MB and a tenth of a second
constexpr double kHashesBurst = 10;
constexpr double kHashesPerS = 0.2;
constexpr std::size_t kPasswordCharsMin = 10;
constexpr std::size_t kPasswordCharsMax = 200;
// Of a password that nobody knows: 32 random bytes that were not kept.
constexpr std::string_view kNobodysPassword =
    "$argon2id$v=19$m=65536,t=2,p=1$b3zVnA8q1kq8sTZ2Cq0J0w$"
    "0pMZ2m3m4y1H0j6cB0gq1yTzG1m1s8o8m1tC2Jk0y3E";

}  // namespace

void SignIn::refuse(RequestId request, const WireError& error, std::uint64_t retry_ms) {
  turn_.counters.add(Count::kSigninsRefused);
  refuse_request(turn_, request, error, retry_ms);
}

// Whether this page may sign anybody in, and the node has time for it.
bool SignIn::may_ask(const HttpRequest& request) {
  const auto& pages = turn_.config.console_origins;
  const std::string why = not_ready_();
  if (!request.http_origin.empty() &&
      std::ranges::find(pages, request.http_origin) == pages.end()) {
    refuse(request.request,
           {Code::kOriginRefused, "no page of " + request.http_origin + " may sign in"});
  } else if (!why.empty()) {
    refuse(request.request, {Code::kNotReady, why}, kComeBackMs);
  } else if (trying_.size() + hashing_.size() >= kAtOnceMax) {
    refuse(request.request, {Code::kOverloaded, "too many people sign in"}, kComeBackMs);
  } else {
    return true;
  }
  return false;
}

void SignIn::sign_in(const HttpRequest& request) {
  if (!may_ask(request)) return;
  const auto bad = [&](std::string why) {
    refuse(request.request, {Code::kBadFrame, std::move(why)});
  };
  const auto body = json::parse_object(request.body, {.depth_max = protocol::kDepthMax});
  if (!body) return bad(body.error().why);
  const auto site = json::get_text(*body, "site");
  const auto who = json::get_text(*body, "operator");
  const auto password = json::get_text(*body, "password");
  const auto pub = json::find_text(*body, "pub");
  for (const auto* field : {&site, &who, &password}) {
    if (!*field) return bad(field->error().why);
  }
  if (!pub) return bad(pub.error().why);
  // "ann" and "o:ann" are the same operator.
  const Author author(std::string(who->starts_with("o:") ? "" : "o:") + std::string(*who));
  if (!protocol::is_operator(author.value())) return bad("operator: not a name");

  Trying trying{{SiteId(std::string(*site)), author, request.address, {}}, false};
  if (*pub) trying.who.browser = protocol::pub_hash(**pub);
  if (const auto wait = limits_.count(trying.who, turn_.mono())) {
    return refuse(request.request, {Code::kRateLimited, "too many tries; wait a moment"}, *wait);
  }
  const Operator* const known = settings_.find_operator(trying.who.site, author);
  trying.exists = known != nullptr && known->active && !known->password.empty();
  turn_.emit(CheckPassword{request.request,
                           trying.exists ? known->password : std::string(kNobodysPassword),
                           std::string(*password)});
  trying_.emplace(request.request, std::move(trying));
}

void SignIn::password_checked(const PasswordChecked& checked) {
  auto done = trying_.extract(checked.request);
  if (done.empty()) return;
  const Trying& trying = done.mapped();
  if (!checked.ok || !trying.exists)
    return refuse(checked.request, {Code::kBadPassword, "not this operator's password"});
  turn_.counters.add(Count::kSignins);
  limits_.succeeded(trying.who, turn_.mono());
  const protocol::Token token{trying.who.site,
                              trying.who.author,
                              Ulid::make(turn_.wall(), turn_.random).text(),
                              turn_.wall(),
                              turn_.wall() + Ms(turn_.config.token_ms),
                              trying.who.browser};
  protocol::JsonWriter out;
  out.raw(R"({"token":)");
  out.text(protocol::make_token(turn_.config.keys.session, token));
  out.raw(R"(,"author":)");
  out.text(trying.who.author.value());
  out.raw(R"(,"expires":)");
  out.number(static_cast<std::uint64_t>(token.expires.value()));
  out.raw('}');
  answer(turn_, checked.request, out.take());
}

void SignIn::hash_password(const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  if (!may_ask(request)) return;
  if (!request.authorization.starts_with(kBearer))
    return refuse(request.request, {Code::kBadToken, "Authorization: Bearer <token>"});
  const auto token = protocol::read_token(
      turn_.config.keys.session, std::string_view(request.authorization).substr(kBearer.size()),
      turn_.wall());
  if (!token) return refuse(request.request, token.error());
  if (const auto here =
          check_operator(settings_, token->site, token->author, token->issued, token->sid);
      !here) {
    return refuse(request.request, here.error());
  }
  const auto body = json::parse_object(request.body, {.depth_max = protocol::kDepthMax});
  if (!body) return refuse(request.request, {Code::kBadFrame, body.error().why});
  const auto password = json::get_text(*body, "password");
  if (!password) return refuse(request.request, {Code::kBadFrame, password.error().why});
  const std::size_t chars = code_points(*password).value_or(0);
  if (chars < kPasswordCharsMin || chars > kPasswordCharsMax) {
    return refuse(request.request,
                  {Code::kBadText, fmt::format("password: {} to {} characters", kPasswordCharsMin,
                                               kPasswordCharsMax)});
  }
  TokenBucket& rate =
      hashes_.try_emplace({token->site, token->author}, kHashesBurst, kHashesPerS, turn_.mono())
          .first->second;
  if (!rate.take(turn_.mono())) {
    return refuse(request.request, {Code::kRateLimited, "password: too many at once"},
                  rate.wait_ms(turn_.mono()));
  }
  hashing_.insert(request.request);
  turn_.emit(HashPassword{request.request, std::string(*password)});
}

void SignIn::password_hashed(const PasswordHashed& hashed) {
  if (hashing_.erase(hashed.request) == 0) return;
  if (!hashed.hash)
    return refuse(hashed.request, {Code::kOverloaded, "no room for it now"}, kComeBackMs);
  protocol::JsonWriter out;
  out.raw(R"({"hash":)");
  out.text(*hashed.hash);
  out.raw('}');
  answer(turn_, hashed.request, out.take());
}

}  // namespace holdfast::node
