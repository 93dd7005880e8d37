// Who a client of the bench is, and what it says to prove it.
#pragma once

#include <memory>
#include <string>

#include "base/random.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"

namespace holdfast::bench {

enum class VisitorProof {
  kSecret,  // a page without WebCrypto
  kKey,     // an ECDSA key of the browser: what most visitors have
};

class Identity {
 public:
  virtual ~Identity() = default;
  virtual protocol::Auth prove(const protocol::from_node::Challenge& challenge,
                               const std::string& host) const = 0;

  protocol::SiteId site;
  protocol::Author author;
  std::string origin;  // of the page it runs in
  std::string source;  // the address that it comes from
  bool is_operator = false;
};

std::unique_ptr<Identity> make_visitor(const protocol::SiteId& site, const std::string& origin,
                                       VisitorProof proof, Random& random);
// Signed in already: the token is made with the deployments' own session key, because Argon2id for
// hundreds of operators would be all that is measured.
std::unique_ptr<Identity> make_operator(const protocol::SiteId& site, const std::string& id,
                                        const std::string& origin,
                                        std::span<const protocol::SecretKey> session_keys,
                                        WallMs now, Random& random);

}  // namespace holdfast::bench
