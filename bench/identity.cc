#include "bench/identity.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "base/encoding.h"
#include "base/ulid.h"
#include "protocol/hashes.h"
#include "protocol/token.h"

namespace holdfast::bench {
namespace {

class Secret final : public Identity {
 public:
  explicit Secret(Random& random) : secret_(base64url_encode(random.bytes<32>())) {}
  protocol::Auth prove(const protocol::from_node::Challenge&, const std::string&) const override {
    return protocol::SecretAuth{secret_};
  }
  const std::string& proof() const { return secret_; }

 private:
  std::string secret_;
};

class Key final : public Identity {
 public:
  Key() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {
    CHECK(key_ != nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    CHECK(size > 0);
    pub_ = base64url_encode({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
  }
  protocol::Auth prove(const protocol::from_node::Challenge& challenge,
                       const std::string& host) const override {
    return protocol::KeyAuth{pub_,
                             sign(protocol::key_proof_message(challenge.nonce.base64url(), host))};
  }
  const std::string& proof() const { return pub_; }

 private:
  // r || s, as WebCrypto makes it.
  std::string sign(const std::string& message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    CHECK(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
    std::array<unsigned char, 128> der;
    std::size_t size = der.size();
    CHECK(EVP_DigestSign(context.get(), der.data(), &size,
                         reinterpret_cast<const unsigned char*>(message.data()),
                         message.size()) == 1);
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)), ECDSA_SIG_free);
    CHECK(parts != nullptr);
    std::array<unsigned char, 64> raw;
    CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw.data(), 32) == 32);
    CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw.data() + 32, 32) == 32);
    return base64url_encode(raw);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::string pub_;
};

class SignedIn final : public Identity {
 public:
  explicit SignedIn(std::string token) : token_(std::move(token)) {}
  protocol::Auth prove(const protocol::from_node::Challenge&, const std::string&) const override {
    return protocol::TokenAuth{token_, {}, {}};
  }

 private:
  std::string token_;
};

template <class Kind>
std::unique_ptr<Identity> visitor_with(std::unique_ptr<Kind> who, const protocol::SiteId& site,
                                       const std::string& origin) {
  who->site = site;
  who->author = protocol::visitor_of(site, who->proof());
  who->origin = origin;
  return who;
}

}  // namespace

std::unique_ptr<Identity> make_visitor(const protocol::SiteId& site, const std::string& origin,
                                       VisitorProof proof, Random& random) {
  if (proof == VisitorProof::kKey) return visitor_with(std::make_unique<Key>(), site, origin);
  return visitor_with(std::make_unique<Secret>(random), site, origin);
}

std::unique_ptr<Identity> make_operator(const protocol::SiteId& site, const std::string& id,
                                        const std::string& origin,
                                        std::span<const protocol::SecretKey> session_keys,
                                        WallMs now, Random& random) {
  const protocol::Author author("o:" + id);
  auto who = std::make_unique<SignedIn>(protocol::make_token(
      session_keys, {site, author, Ulid::make(now, random).text(), now, now + Ms(3'600'000), {}}));
  who->site = site;
  who->author = author;
  who->origin = origin;
  who->is_operator = true;
  return who;
}

}  // namespace holdfast::bench
