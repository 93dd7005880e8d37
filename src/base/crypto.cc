// The functions on SHA256_CTX are deprecated in favour of EVP, which allocates for every hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/crypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/encoding.h"

namespace holdfast {
namespace {

// libsodium chooses its fastest code and opens the kernel's generator once.
void start_sodium() {
  static const bool started = sodium_init() >= 0;
  CHECK(started, "libsodium does not start");
}

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

// What OpenSSL leaves in this thread's error queue would be read by the next TLS call on it.
class ErrorsForgotten {
 public:
  ErrorsForgotten() { ERR_set_mark(); }
  ~ErrorsForgotten() { ERR_pop_to_mark(); }
};

Key p256_key_of(ByteView spki) {
  const std::uint8_t* at = spki.data();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  if (!key || at != spki.data() + spki.size()) return nullptr;
  if (!EVP_PKEY_is_a(key.get(), "EC")) return nullptr;
  char curve[32] = {};
  if (EVP_PKEY_get_group_name(key.get(), curve, sizeof curve, nullptr) != 1) return nullptr;
  if (std::string_view(curve) != "prime256v1") return nullptr;
  return key;
}

// OpenSSL verifies DER, WebCrypto signs r || s.
Bytes der_of(ByteView raw) {
  Signature signature(ECDSA_SIG_new());
  CHECK(signature != nullptr);
  BIGNUM* r = BN_bin2bn(raw.data(), 32, nullptr);
  BIGNUM* s = BN_bin2bn(raw.data() + 32, 32, nullptr);
  CHECK(r != nullptr && s != nullptr);
  CHECK(ECDSA_SIG_set0(signature.get(), r, s) == 1);
  Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)));
  std::uint8_t* at = der.data();
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

Result<Hash32> hash_of(Result<Bytes> decoded) {
  HF_TRY(bytes, std::move(decoded));
  return Hash32::from_bytes(bytes);
}

}  // namespace

Result<Hash32> Hash32::from_bytes(ByteView bytes) {
  Hash32 hash;
  if (bytes.size() != hash.bytes.size()) {
    return fail(ErrorCode::kInvalid, "hash of {} bytes, not 32", bytes.size());
  }
  std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}

Result<Hash32> Hash32::from_hex(std::string_view text) {
  return hash_of(hex_decode(text));
}

Result<Hash32> Hash32::from_base64url(std::string_view text) {
  return hash_of(base64url_decode(text));
}

std::string Hash32::hex() const {
  return hex_encode(bytes);
}

std::string Hash32::base64url() const {
  return base64url_encode(bytes);
}

Sha256::Sha256() {
  SHA256_Init(&state_);
}

Sha256& Sha256::update(ByteView bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
  return *this;
}

Hash32 Sha256::finish() {
  Hash32 hash;
  SHA256_Final(hash.bytes.data(), &state_);
  return hash;
}

// RFC 2104.
HmacSha256::HmacSha256(ByteView key) {
  std::array<std::uint8_t, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(sha256(key).bytes, block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  for (std::uint8_t& byte : block) byte ^= 0x36;
  inner_.update(ByteView(block));
  for (std::uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  outer_.update(ByteView(block));
  sodium_memzero(block.data(), block.size());
}

HmacSha256& HmacSha256::update(ByteView bytes) {
  inner_.update(bytes);
  return *this;
}

Hash32 HmacSha256::finish() {
  return outer_.update(inner_.finish().bytes).finish();
}

Ed25519KeyPair Ed25519KeyPair::from_seed(const std::array<std::uint8_t, 32>& seed) {
  start_sodium();
  Ed25519KeyPair pair;
  crypto_sign_seed_keypair(pair.public_.bytes.data(), pair.secret_.data(), seed.data());
  return pair;
}

Ed25519KeyPair::Ed25519KeyPair(Ed25519KeyPair&& other) noexcept
    : public_(other.public_), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

Ed25519KeyPair::~Ed25519KeyPair() {
  sodium_memzero(secret_.data(), secret_.size());
}

Ed25519Signature Ed25519KeyPair::sign(ByteView message) const {
  Ed25519Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                       secret_.data());
  return signature;
}

bool verify_ed25519(const Ed25519PublicKey& key, ByteView message,
                    const Ed25519Signature& signature) {
  start_sodium();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

bool verify_p256(ByteView spki, ByteView message, ByteView signature) {
  if (signature.size() != 64) return false;
  const ErrorsForgotten errors;
  const Key key = p256_key_of(spki);
  if (!key) return false;
  const Bytes der = der_of(signature);
  const Context context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size()) ==
             1;
}

Result<std::string> hash_password(std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return fail(ErrorCode::kFull, "no memory to hash a password with");
  }
  return std::string(out.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
  start_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace holdfast
