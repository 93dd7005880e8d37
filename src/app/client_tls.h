// How this installation's programs verify each other over https.
#pragma once

#include <memory>

#include "app/config/common.h"
#include "net/tls.h"

namespace holdfast::app {

inline Result<std::shared_ptr<const net::TlsContext>> client_tls(const DialTls& tls) {
  return net::make_client_context({tls.verify, tls.ca_file});
}

}  // namespace holdfast::app
