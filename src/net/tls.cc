#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <optional>
#include <vector>

#include "net/address.h"

namespace holdfast::net {

class TlsContext {
 public:
  TlsContext(SSL_CTX* context, bool verify) : context_(context), verify_(verify) {}
  ~TlsContext() { SSL_CTX_free(context_); }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* get() const { return context_; }
  bool verify() const { return verify_; }

 private:
  SSL_CTX* context_;
  bool verify_;
};

namespace {

using State = IoResult::State;

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> kHttp11 = {8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kHttp11.data(), kHttp11.size(),
                                          offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

SSL_CTX* fresh_context(const SSL_METHOD* method) {
  SSL_CTX* const context = SSL_CTX_new(method);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // A write is offered again from wherever it now stands; an idle connection keeps no record
  // buffers.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  return context;
}

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
  return text;
}

WallMs wall_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return WallMs{0};
  return WallMs{static_cast<std::int64_t>(timegm(&parts)) * 1'000};
}

// The server's own certificate, and those that it sends along.
std::vector<X509*> chain_of(SSL_CTX* context) {
  std::vector<X509*> chain{SSL_CTX_get0_certificate(context)};
  STACK_OF(X509)* others = nullptr;
  SSL_CTX_get0_chain_certs(context, &others);
  for (int i = 0; i < sk_X509_num(others); ++i) chain.push_back(sk_X509_value(others, i));
  return chain;
}

Result<void> check_validity(const X509* certificate, const std::string& file, WallMs now) {
  std::time_t seconds = now.value() / 1000;
  if (X509_cmp_time(X509_get0_notAfter(certificate), &seconds) < 0) {
    return fail(ErrorCode::kInvalid,
                "the certificate in {} expired on {}: renew it and put the new one there", file,
                date_of(X509_get0_notAfter(certificate)));
  }
  if (X509_cmp_time(X509_get0_notBefore(certificate), &seconds) > 0) {
    return fail(ErrorCode::kInvalid,
                "the certificate in {} is not valid before {}: is this machine's clock right?",
                file, date_of(X509_get0_notBefore(certificate)));
  }
  return {};
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<const TlsContext> context, int fd)
      : context_(std::move(context)), ssl_(SSL_new(context_->get())) {
    SSL_set_fd(ssl_, fd);
  }
  ~TlsStream() override { SSL_free(ssl_); }

  SSL* ssl() { return ssl_; }

  IoResult handshake() override {
    ERR_clear_error();
    return result_of(SSL_do_handshake(ssl_), 0);
  }

  IoResult read(std::span<char> into) override {
    ERR_clear_error();
    std::size_t got = 0;
    const int answer = SSL_read_ex(ssl_, into.data(), into.size(), &got);
    return result_of(answer, got);
  }

  IoResult write(std::span<const iovec> parts) override {
    ERR_clear_error();
    std::size_t sent = 0;
    if (parts.size() == 1 || parts[0].iov_len >= kRecord) {
      const int answer = SSL_write_ex(ssl_, parts[0].iov_base, parts[0].iov_len, &sent);
      return result_of(answer, sent);
    }
    // Small frames share one record.
    std::array<char, kRecord> record;
    std::size_t size = 0;
    for (const iovec& part : parts) {
      const auto fits = std::min(part.iov_len, kRecord - size);
      std::memcpy(record.data() + size, part.iov_base, fits);
      size += fits;
      if (size == kRecord) break;
    }
    const int answer = SSL_write_ex(ssl_, record.data(), size, &sent);
    return result_of(answer, sent);
  }

  void shutdown() override {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ::shutdown(SSL_get_fd(ssl_), SHUT_WR);
  }

  bool buffers_itself() const override { return true; }

  std::optional<WallMs> certificate_expires() const override {
    const X509* const certificate = SSL_get0_peer_certificate(ssl_);
    if (certificate == nullptr) return std::nullopt;
    return wall_of(X509_get0_notAfter(certificate));
  }

 private:
  static constexpr std::size_t kRecord = 16'384;

  IoResult result_of(int answer, std::size_t bytes) {
    if (answer > 0) return {State::kDone, bytes, {}};
    const int error = errno;
    switch (SSL_get_error(ssl_, answer)) {
      case SSL_ERROR_WANT_READ:
        return {State::kWantRead, 0, {}};
      case SSL_ERROR_WANT_WRITE:
        return {State::kWantWrite, 0, {}};
      case SSL_ERROR_ZERO_RETURN:
        return {State::kEof, 0, {}};
      case SSL_ERROR_SYSCALL:
        ERR_clear_error();
        if (error == 0) return {State::kEof, 0, {}};
        return {State::kFailed, 0, std::strerror(error)};
      default:
        return {State::kFailed, 0, "TLS: " + reason()};
    }
  }

  std::string reason() {
    const long verified = SSL_get_verify_result(ssl_);
    if (verified != X509_V_OK && !SSL_is_server(ssl_)) {
      ERR_clear_error();
      return X509_verify_cert_error_string(verified);
    }
    return openssl_reason();
  }

  std::shared_ptr<const TlsContext> context_;
  SSL* ssl_;
};

void expect_name(SSL* ssl, const std::string& host) {
  if (parse_address(host, 0)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    return;
  }
  SSL_set1_host(ssl, host.c_str());
  SSL_set_tlsext_host_name(ssl, host.c_str());
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> make_server_context(const ServerTls& files, WallMs now) {
  ERR_clear_error();
  auto context = std::make_shared<const TlsContext>(fresh_context(TLS_server_method()), false);
  SSL_CTX* const raw = context->get();
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate_file.c_str()) != 1) {
    return fail(ErrorCode::kInvalid, "the certificate chain in {} cannot be read as PEM: {}",
                files.certificate_file, openssl_reason());
  }
  for (const X509* const certificate : chain_of(raw))
    HF_CHECKED(check_validity(certificate, files.certificate_file, now));
  if (SSL_CTX_use_PrivateKey_file(raw, files.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(ErrorCode::kInvalid,
                "the private key in {} cannot be used with the certificate in {}: {}",
                files.key_file, files.certificate_file, openssl_reason());
  }
  return context;
}

WallMs certificate_expiry(const TlsContext& context) {
  std::vector<WallMs> ends;
  for (const X509* const certificate : chain_of(context.get()))
    ends.push_back(wall_of(X509_get0_notAfter(certificate)));
  return *std::ranges::min_element(ends);
}

Result<std::shared_ptr<const TlsContext>> make_client_context(const ClientTls& options) {
  ERR_clear_error();
  auto context =
      std::make_shared<const TlsContext>(fresh_context(TLS_client_method()), options.verify);
  SSL_CTX* const raw = context->get();
  if (!options.verify) {
    SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
    return context;
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  const bool loaded = options.ca_file.empty() ? SSL_CTX_set_default_verify_paths(raw) == 1
                                              : SSL_CTX_load_verify_locations(
                                                    raw, options.ca_file.c_str(), nullptr) == 1;
  if (!loaded) {
    return fail(ErrorCode::kInvalid, "the certificate authorities in {} cannot be read as PEM: {}",
                options.ca_file, openssl_reason());
  }
  return context;
}

std::unique_ptr<Stream> make_tls_server_stream(std::shared_ptr<const TlsContext> context, int fd) {
  auto stream = std::make_unique<TlsStream>(std::move(context), fd);
  SSL_set_accept_state(stream->ssl());
  return stream;
}

std::unique_ptr<Stream> make_tls_client_stream(std::shared_ptr<const TlsContext> context, int fd,
                                               const std::string& host) {
  const bool verify = context->verify();
  auto stream = std::make_unique<TlsStream>(std::move(context), fd);
  SSL_set_connect_state(stream->ssl());
  if (verify) {
    expect_name(stream->ssl(), host);
  } else if (!parse_address(host, 0)) {
    SSL_set_tlsext_host_name(stream->ssl(), host.c_str());
  }
  return stream;
}

}  // namespace holdfast::net
