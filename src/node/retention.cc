#include "node/retention.h"

#include "base/json.h"
#include "chat/erasure.h"
#include "protocol/content.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kChatsAtOnce = 20;
constexpr Ms kBetweenPages{1'000};
constexpr Ms kBetweenRounds{600'000};
constexpr std::int64_t kMsPerDay = 86'400'000;

// Of a site: 0, and for a value that is none, for ever.
std::int64_t days_of(const Settings& settings, const SiteId& site) {
  const auto& registers = settings.registers();
  const auto found = registers.find({site, "site:" + site.value(), "retention_days"});
  if (found == registers.end() || !found->second.value_json) return 0;
  const auto value = json::parse(*found->second.value_json);
  return value && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

Retention::Retention(Turn& turn, Batches& batches, Ledger& ledger, const Gate& gate,
                     const Settings& settings, const Verdicts& verdicts, const Lease& lease,
                     const Erasure& erasure)
    : turn_(turn),
      batches_(batches),
      ledger_(ledger),
      gate_(gate),
      settings_(settings),
      verdicts_(verdicts),
      lease_(lease),
      erasure_(erasure) {}

// Not while the ledger is in doubt: what is held here may not be what the site's settings say now.
bool Retention::decides_here() const {
  return lease_.held() && verdicts_.we_are_active() && !gate_.shut() && !erasure_.in_doubt();
}

void Retention::tick() {
  if (page_ || turn_.mono() < next_ || !decides_here()) return;
  next_ = turn_.mono() + kBetweenPages;
  if (after_.value().empty()) next_site();
  if (site_.value().empty()) {
    next_ = turn_.mono() + kBetweenRounds;
    return;
  }
  page_ = turn_.read(ReadClosedChats{site_, after_, kChatsAtOnce});
}

// The next one after `site_` that keeps its chats for so long only; none at the end of a round.
void Retention::next_site() {
  for (auto at = settings_.sites().upper_bound(site_); at != settings_.sites().end(); ++at) {
    days_ = days_of(settings_, at->first);
    if (days_ <= 0 || at->first.value() == protocol::kProbeSite) continue;
    site_ = at->first;
    return;
  }
  site_ = SiteId();
}

bool Retention::read_done(ReadId read, ReadAnswer& answer) {
  if (read != page_) return false;
  page_.reset();
  const auto& chats = std::get<ClosedChatsRead>(answer).chats;
  after_ = chats.size() < kChatsAtOnce ? protocol::ChatId() : chats.back().key.chat;
  if (!decides_here()) return true;
  for (const journal::ClosedChat& closed : chats) {
    const std::int64_t age = turn_.wall().value() - protocol::wall_of(closed.newest).value();
    if (age > days_ * kMsPerDay && !erasure_.covers(closed.key, closed.newest)) erase(closed);
  }
  return true;
}

void Retention::erase(const journal::ClosedChat& closed) {
  const chat::Erasure what{closed.key.site, {}, closed.key.chat, closed.newest};
  const protocol::Draft draft{closed.key.site,
                              protocol::ChatId(),
                              protocol::author_of(turn_.config.deployment),
                              turn_.new_event_id(),
                              "erase",
                              Audience::kNodes,
                              {}};
  batches_.add(ledger_.accept(protocol::compose(
      draft, chat::erasure_body(what, turn_.new_nonce(), "kept for as long as the site says"))));
  batches_.fence(lease_.claim());
}

}  // namespace holdfast::node
