// TLS by OpenSSL: contexts that are made once and shared, and streams over them. TLS 1.2 and newer,
// HTTP/1.1 by ALPN.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/stream.h"

namespace holdfast::net {

class TlsContext;  // immutable; a connection keeps the one it began with

struct ServerTls {
  std::string certificate_file;  // PEM, the chain from the server's own certificate on
  std::string key_file;          // PEM
};

// Fails with one sentence that names the file and what to do: unreadable, not a certificate, key of
// another certificate, not valid yet or expired at `now` (any of the chain).
Result<std::shared_ptr<const TlsContext>> make_server_context(const ServerTls& files, WallMs now);
// Of a server's context: when the first certificate of its chain expires.
WallMs certificate_expiry(const TlsContext& context);

struct ClientTls {
  bool verify = true;   // false: any certificate will do; for peers that prove themselves by a key
                        // of their own
  std::string ca_file;  // PEM; empty: the system's authorities
};

Result<std::shared_ptr<const TlsContext>> make_client_context(const ClientTls& options);

// `fd` as for make_plain_stream(). `host` is what a verifying client asks the certificate to name.
std::unique_ptr<Stream> make_tls_server_stream(std::shared_ptr<const TlsContext> context, int fd);
std::unique_ptr<Stream> make_tls_client_stream(std::shared_ptr<const TlsContext> context, int fd,
                                               const std::string& host);

}  // namespace holdfast::net
