// How often somebody may try a password, without locking out the operator whose password it is.
//
//   per (operator, address)   a guesser is slow
//   per address               a guesser who goes through the operators is slow
//   per operator              many guessers together are slow
//
// An attacker can empty the last two (behind a proxy, where all come from one address, all three).
// So a browser that signed in as this operator before, known by the public key that it names and
// signs with, has a bucket of its own and stands under none of the others.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "node/token_bucket.h"
#include "node/words.h"

namespace holdfast::node {

class TryLimits {
 public:
  struct Who {
    SiteId site;
    Author author;
    std::string address;
    std::optional<Hash32> browser;
    std::tuple<SiteId, Author, Hash32> key() const { return {site, author, *browser}; }
  };

  // Counts a try. Nothing when it may be made, else how many ms to wait.
  std::optional<std::uint64_t> count(const Who& who, MonoMs now);
  // Whoever it is knows the password.
  void succeeded(const Who& who, MonoMs now);

 private:
  using Bucket = TokenBucket;
  bool is_known(const Who& who) const { return who.browser && browsers_.contains(who.key()); }

  std::map<std::tuple<SiteId, Author, std::string>, Bucket> at_address_;
  std::map<std::string, Bucket> addresses_;
  std::map<std::pair<SiteId, Author>, Bucket> operators_;
  std::map<std::tuple<SiteId, Author, Hash32>, Bucket> browsers_;
};

}  // namespace holdfast::node
