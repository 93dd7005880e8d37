// The cryptography that Holdfast uses, and nothing else of it: SHA-256, HMAC, Ed25519, ECDSA P-256
// (what a browser's WebCrypto can sign with) and Argon2id. All functions are safe from any thread;
// keys come from a Random or a Hash32 that the caller holds.
#pragma once

#include <fmt/format.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <array>
#include <boost/endian/conversion.hpp>
#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast {

struct Hash32 {
  std::array<std::uint8_t, 32> bytes{};

  static Result<Hash32> from_bytes(ByteView bytes);
  static Result<Hash32> from_hex(std::string_view text);
  static Result<Hash32> from_base64url(std::string_view text);

  std::string hex() const;
  std::string base64url() const;

  // As the bytes stand. The first eight decide nearly always, without a call: most of what is kept
  // here is kept by digest.
  friend std::strong_ordering operator<=>(const Hash32& a, const Hash32& b) {
    const std::uint64_t of_a = a.first_word(), of_b = b.first_word();
    return of_a != of_b ? of_a <=> of_b : a.bytes <=> b.bytes;
  }
  friend bool operator==(const Hash32& a, const Hash32& b) {
    return a.first_word() == b.first_word() && a.bytes == b.bytes;
  }

  friend std::ostream& operator<<(std::ostream& out, const Hash32& h) { return out << h.hex(); }

 private:
  std::uint64_t first_word() const { return boost::endian::load_big_u64(bytes.data()); }
};

inline ByteView view_of(const Hash32& hash) {
  return hash.bytes;
}

// OpenSSL's SHA-256 uses the processor's own instructions, libsodium's does not: a factor of five,
// on every message several times.
class Sha256 {
 public:
  Sha256();

  Sha256& update(ByteView bytes);
  Sha256& update(std::string_view text) { return update(view_of(text)); }

  // Once; the object is spent afterwards.
  Hash32 finish();

 private:
  SHA256_CTX state_;
};

// Of the parts one after the other, with nothing between them: put a length before a part of
// variable length unless it is the last.
template <class... Parts>
Hash32 sha256(const Parts&... parts) {
  Sha256 hash;
  (hash.update(view_of(parts)), ...);
  return hash.finish();
}

class HmacSha256 {
 public:
  explicit HmacSha256(ByteView key);

  HmacSha256& update(ByteView bytes);

  // Once; the object is spent afterwards.
  Hash32 finish();

 private:
  Sha256 inner_;
  Sha256 outer_;
};

// As sha256() about parts. Compare with equal_in_constant_time(view_of(a), view_of(b)).
template <class Key, class... Parts>
Hash32 hmac_sha256(const Key& key, const Parts&... parts) {
  HmacSha256 mac(view_of(key));
  (mac.update(view_of(parts)), ...);
  return mac.finish();
}

struct Ed25519PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Ed25519PublicKey&) const = default;
};

struct Ed25519Signature {
  std::array<std::uint8_t, 64> bytes{};
  auto operator<=>(const Ed25519Signature&) const = default;
};

inline ByteView view_of(const Ed25519PublicKey& key) {
  return key.bytes;
}
inline ByteView view_of(const Ed25519Signature& signature) {
  return signature.bytes;
}

// Holds a secret: wiped when it dies, not copyable by accident.
class Ed25519KeyPair {
 public:
  // The same seed is the same key pair: the seed is the secret to keep.
  static Ed25519KeyPair from_seed(const std::array<std::uint8_t, 32>& seed);

  Ed25519KeyPair(Ed25519KeyPair&& other) noexcept;
  Ed25519KeyPair& operator=(Ed25519KeyPair&&) = delete;
  ~Ed25519KeyPair();

  const Ed25519PublicKey& public_key() const { return public_; }
  Ed25519Signature sign(ByteView message) const;
  Ed25519Signature sign(std::string_view message) const { return sign(view_of(message)); }

 private:
  Ed25519KeyPair() = default;

  Ed25519PublicKey public_;
  std::array<std::uint8_t, 64> secret_{};
};

// RFC 8032, refusing keys and points of small order and non-canonical signatures.
bool verify_ed25519(const Ed25519PublicKey& key, ByteView message,
                    const Ed25519Signature& signature);

// ECDSA over P-256 with SHA-256, as WebCrypto makes it: `spki` is the DER of a public key, the
// signature 64 bytes r || s. False for any other curve, and for anything malformed.
bool verify_p256(ByteView spki, ByteView message, ByteView signature);

// Argon2id with libsodium's interactive limits (64 MB, about 0.1 s): not on a thread that must
// answer at once. Fails only for want of memory.
Result<std::string> hash_password(std::string_view password);

// False for a wrong password and for anything that hash_password() did not make.
bool verify_password(const std::string& hash, std::string_view password);

}  // namespace holdfast

template <>
struct std::hash<holdfast::Hash32> {
  std::size_t operator()(const holdfast::Hash32& hash) const {
    // A hash already: any eight of its bytes are as good as all of them. Where clients choose what
    // is kept they could make many that share a place: node/digest_index.h.
    return boost::endian::load_little_u64(hash.bytes.data());
  }
};

template <>
struct fmt::formatter<holdfast::Hash32> : fmt::formatter<std::string_view> {
  auto format(const holdfast::Hash32& hash, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(hash.hex(), context);
  }
};
