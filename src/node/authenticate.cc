#include "node/authenticate.h"

#include <algorithm>

#include "base/plant.h"
#include "protocol/base64url32.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

struct Asking {
  const Config& config;
  const Settings& settings;
  const Session& session;
  const from_client::Hello& hello;
  WallMs now;

  bool wants_operator() const { return hello.as == protocol::Role::kOperator; }
  std::string nonce() const { return std::string(protocol::HashText(session.nonce).view()); }
};

Parsed<void> check_visitors_page(const Asking& asking) {
  const Site* const site = asking.settings.site(asking.hello.site);
  // They were lost in both deployments, or are still to be said: ask again.
  if (site->origins.empty())
    return refuse(Code::kNotReady, "no page of {} is known", asking.hello.site);
  if (!site->origins.contains(asking.session.http_origin)) {
    return refuse(Code::kOriginRefused, "no page of {} may connect", asking.session.http_origin);
  }
  return {};
}

Parsed<Identity> identify(const Asking& asking, const protocol::SecretAuth& auth) {
  if (auto page = check_visitors_page(asking); !page)
    return std::unexpected(std::move(page).error());
  return Identity{protocol::visitor_of(asking.hello.site, auth.secret), false, {}, {}, {}};
}

Parsed<Identity> identify(const Asking& asking, const protocol::KeyAuth& auth) {
  if (auto page = check_visitors_page(asking); !page)
    return std::unexpected(std::move(page).error());
  if (!protocol::check_key_proof(auth.pub, auth.sig, asking.nonce(), asking.session.host) &&
      !planted(Plant::kProofUnchecked)) {
    return refuse(Code::kBadProof, "the signature does not fit the challenge and {}",
                  asking.session.host);
  }
  return Identity{protocol::visitor_of(asking.hello.site, auth.pub), false, {}, {}, {}};
}

Parsed<Identity> identify(const Asking& asking, const protocol::TokenAuth& auth) {
  const auto& pages = asking.config.console_origins;
  if (std::ranges::find(pages, asking.session.http_origin) == pages.end()) {
    return refuse(Code::kOriginRefused, "no page of {} may connect", asking.session.http_origin);
  }
  auto token = protocol::read_token(asking.config.keys.session, auth.token, asking.now);
  if (!token) return std::unexpected(std::move(token).error());
  if (token->site != asking.hello.site)
    return refuse(Code::kWrongSite, "the token is for site {}", token->site);
  if (token->pub) {
    const bool bound =
        auth.pub && auth.sig && protocol::pub_hash(*auth.pub) == *token->pub &&
        protocol::check_key_proof(*auth.pub, *auth.sig, asking.nonce(), asking.session.host);
    if (!bound) return refuse(Code::kBadProof, "the token is bound to a key that did not sign");
  }
  if (auto check =
          check_operator(asking.settings, token->site, token->author, token->issued, token->sid);
      !check) {
    return std::unexpected(std::move(check).error());
  }
  return Identity{token->author, true, token->issued, token->expires, token->sid};
}

// The moderator speaks as either party of its synthetic chats.
Parsed<Identity> identify(const Asking& asking, const protocol::ProbeAuth& auth) {
  const Hash32 expected = protocol::probe_mac(asking.config.keys.probe, asking.nonce());
  if (!protocol::equal(expected, auth.mac.value()))
    return refuse(Code::kBadProof, "not the probe key");
  const bool as_operator = asking.wants_operator();
  const std::string_view author = as_operator ? protocol::kProbeOperator : protocol::kProbeVisitor;
  return Identity{Author(std::string(author)), as_operator, {}, {}, {}};
}

}  // namespace

Parsed<void> check_operator(const Settings& settings, const SiteId& site, const Author& author,
                            WallMs token_issued, const std::string& sid) {
  if (planted(Plant::kRevokedStillIn)) return {};
  const Operator* const who = settings.find_operator(site, author);
  if (who == nullptr || !who->active)
    return refuse(Code::kRevoked, "{} is no operator here", author);
  if (token_issued < who->sessions_after || settings.session_ended(site, author, sid))
    return refuse(Code::kRevoked, "the session was ended");
  return {};
}

Parsed<Identity> authenticate(const Config& config, const Settings& settings,
                              const Session& session, const from_client::Hello& hello, WallMs now) {
  const Asking asking{config, settings, session, hello, now};
  const bool probes_site = hello.site.value() == protocol::kProbeSite;
  const bool probes = std::holds_alternative<protocol::ProbeAuth>(hello.auth);
  if (probes_site != probes) {
    return refuse(probes ? Code::kWrongSite : Code::kUnknownSite, "site {} is not for this proof",
                  hello.site);
  }
  if (!probes && settings.site(hello.site) == nullptr)
    return refuse(Code::kUnknownSite, "no site {} here", hello.site);
  if (!probes &&
      asking.wants_operator() != std::holds_alternative<protocol::TokenAuth>(hello.auth)) {
    return refuse(Code::kNotAllowed,
                  "operators come with a token, visitors with a secret or a key");
  }
  return std::visit([&asking](const auto& auth) { return identify(asking, auth); }, hello.auth);
}

}  // namespace holdfast::node
