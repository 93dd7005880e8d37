#include "node/try_limits.h"

namespace holdfast::node {
namespace {

struct Rate {
  double burst, per_s;
};
constexpr Rate kOperatorAtAddress{10, 0.2};
constexpr Rate kAddress{60, 1};
constexpr Rate kOperator{50, 0.5};
constexpr std::size_t kRememberedMax = 10'000;

// The bucket of `key`. When there are too many, those that are full again are forgotten; when none
// is, an attacker has filled the table, and forgetting all of it is cheaper than refusing
// everybody.
template <class Map>
TokenBucket& bucket(Map& buckets, const typename Map::key_type& key, Rate rate, MonoMs now) {
  if (buckets.size() >= kRememberedMax)
    std::erase_if(buckets, [now](auto& each) { return each.second.is_full(now); });
  if (buckets.size() >= kRememberedMax) buckets.clear();
  return buckets.try_emplace(key, rate.burst, rate.per_s, now).first->second;
}

}  // namespace

std::optional<std::uint64_t> TryLimits::count(const Who& who, MonoMs now) {
  if (is_known(who)) {
    TokenBucket& own = browsers_.at(who.key());
    return own.take(now) ? std::nullopt : std::optional(own.wait_ms(now));
  }
  // A try that one bucket refuses costs the others nothing: so a guesser cannot use up what the
  // operator has elsewhere.
  TokenBucket* const all[] = {
      &bucket(at_address_, {who.site, who.author, who.address}, kOperatorAtAddress, now),
      &bucket(addresses_, who.address, kAddress, now),
      &bucket(operators_, {who.site, who.author}, kOperator, now)};
  for (TokenBucket* const each : all) {
    if (!each->has(now)) return each->wait_ms(now);
  }
  for (TokenBucket* const each : all) each->take(now);
  return std::nullopt;
}

void TryLimits::succeeded(const Who& who, MonoMs now) {
  if (who.browser) bucket(browsers_, who.key(), kOperatorAtAddress, now);
}

}  // namespace holdfast::node
