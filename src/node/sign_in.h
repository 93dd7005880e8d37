// How an operator comes in, and how a new password becomes what is stored of it: POST /v1/signin
// and POST /v1/password. docs/protocol.md §§7, 10.
//
// Argon2id takes 64 MB and a tenth of a second, so it is computed by the shell; few at once.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "node/settings.h"
#include "node/try_limits.h"
#include "node/turn.h"

namespace holdfast::node {

class SignIn {
 public:
  // Why the node is not ready; empty when it is.
  using NotReady = std::function<std::string()>;

  SignIn(Turn& turn, const Settings& settings, NotReady not_ready)
      : turn_(turn), settings_(settings), not_ready_(std::move(not_ready)) {}

  void sign_in(const HttpRequest& request);
  void password_checked(const PasswordChecked& checked);

  void hash_password(const HttpRequest& request);
  void password_hashed(const PasswordHashed& hashed);

 private:
  struct Trying {
    TryLimits::Who who;
    bool exists = false;  // an unknown operator's password is checked all the same, so that time
                          // tells nothing
  };
  bool may_ask(const HttpRequest& request);
  void refuse(RequestId request, const WireError& error, std::uint64_t retry_ms = 0);

  Turn& turn_;
  const Settings& settings_;
  NotReady not_ready_;
  std::map<RequestId, Trying> trying_;
  std::set<RequestId> hashing_;
  std::map<std::pair<SiteId, Author>, TokenBucket> hashes_;
  TryLimits limits_;
};

}  // namespace holdfast::node
