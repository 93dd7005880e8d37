#include "sim/checkers/converged.h"

#include <algorithm>

#include "base/check.h"
#include "chat/effects.h"
#include "protocol/names.h"
#include "sim/checkers/holdings.h"

namespace holdfast::sim {
namespace {

constexpr std::size_t kOnTheWay = 3;  // seconds

protocol::Holdings holdings_of(Cluster& cluster, Deployment deployment) {
  auto holdings = cluster.centre(deployment).disk->journal().holdings();
  CHECK(holdings.has_value());
  return *std::move(holdings);
}

// Effects that the journal says were claimed and does not say what became of. When every copy of a
// `done` was destroyed, whoever did it may still remember; who reads the journal cannot.
std::int64_t claimed_and_not_done(journal::Journal& journal) {
  std::set<chat::EffectKey> claimed, done;
  const FinalJournal all = read_journal(journal);
  for (const auto& [digest, event] : all.events) {
    if (const auto claim = chat::parse_claim(*event.content)) claimed.insert(claim->key);
    if (const auto outcome = chat::parse_done(*event.content)) done.insert(outcome->key);
  }
  return std::ranges::count_if(claimed, [&](const auto& key) { return !done.contains(key); });
}

}  // namespace

FinalJournal read_journal(journal::Journal& journal) {
  FinalJournal all;
  auto page = journal.read_arrivals(journal::Arrival(0), std::size_t(1) << 40);
  CHECK(page.has_value() && !page->more);
  all.entries = std::move(page->entries);
  for (const auto& stored : all.entries) {
    auto& event = all.events[stored.entry.content->digest];
    event.content = stored.entry.content;
    const auto place = std::ranges::lower_bound(event.acceptances, stored.entry.acceptance.mac, {},
                                                &Acceptance::mac);
    if (place == event.acceptances.end() || place->mac != stored.entry.acceptance.mac)
      event.acceptances.insert(place, stored.entry.acceptance);
  }
  auto holdings = journal.holdings();
  CHECK(holdings.has_value());
  all.holdings = *std::move(holdings);
  return all;
}

std::size_t Converged::backlog() const {
  const auto primary = holdings_of(cluster_, Deployment::kPrimary),
             redundant = holdings_of(cluster_, Deployment::kRedundant);
  std::size_t count = lacking(primary, redundant) + lacking(redundant, primary);
  for (const auto& tab : cluster_.tabs()) count += tab->client().outbox_size();
  return count;
}

std::vector<std::string> Converged::complaints() {
  std::vector<std::string> found;
  Holdings now{holdings_of(cluster_, Deployment::kPrimary),
               holdings_of(cluster_, Deployment::kRedundant)};
  past_.push_back(now);
  if (past_.size() > kOnTheWay) past_.pop_front();
  std::string first;
  if (const auto count = lacking(now.redundant, past_.front().primary, &first)) {
    found.push_back(fmt::format("redundant lacks {} entries of primary: {}", count, first));
  }
  if (const auto count = lacking(now.primary, past_.front().redundant, &first)) {
    found.push_back(fmt::format("primary lacks {} entries of redundant: {}", count, first));
  }
  for (NodeHost* node : cluster_.nodes()) {
    if (!node->ready()) found.push_back(node->state_text());
    const auto pending = node->effects_pending();
    const bool decides = node->decides();
    auto& journal = cluster_.centre(node->deployment()).disk->journal();
    if (pending > 0 && (decides || pending > claimed_and_not_done(journal)))
      found.push_back(
          fmt::format("{} knows of {} effects that are not done", node->name(), pending));
  }
  tabs(found);
  if (found.empty()) chats(found);
  return found;
}

void Converged::tabs(std::vector<std::string>& complaints) {
  for (const auto& tab : cluster_.tabs()) {
    const Client& client = tab->client();
    if (!client.connected())
      complaints.push_back(fmt::format("{} is not connected", client.name()));
    if (client.outbox_size() > 0) {
      complaints.push_back(fmt::format("{} has {} events in its outbox: {}", client.name(),
                                       client.outbox_size(), client.outbox_text().front()));
    }
  }
  attendance(complaints);
}

// Who may write must not be told that nobody is there, nor wait for somebody who is not.
void Converged::attendance(std::vector<std::string>& complaints) {
  const bool somebody = std::ranges::any_of(cluster_.tabs(), [](const auto& tab) {
    const Client& client = tab->client();
    return tab->is_operator() && client.connected() &&
           client.presence() == protocol::Presence::kOnline;
  });
  for (const auto& tab : cluster_.tabs()) {
    const Client& client = tab->client();
    if (tab->is_operator()) continue;
    for (const Deployment deployment : kBoth) {
      if (!client.link(deployment).up() || client.available(deployment) == somebody) continue;
      complaints.push_back(fmt::format("{} told {} that {} is there", protocol::name_of(deployment),
                                       client.name(), somebody ? "nobody" : "somebody"));
    }
  }
}

void Converged::chats(std::vector<std::string>& complaints) {
  const FinalJournal journal = read_journal(cluster_.centre(Deployment::kPrimary).disk->journal());
  std::map<ChatId, std::vector<protocol::Event>> chats;
  for (const auto& [digest, event] : journal.events) {
    if (event.content->head.site == cluster_.site() && !event.content->head.chat.value().empty())
      chats[event.content->head.chat].push_back(event);
  }
  for (const auto& [chat, events] : chats) {
    const auto opening = std::ranges::find(
        events, "open", [](const protocol::Event& event) { return event.content->head.kind; });
    if (opening == events.end()) {
      complaints.push_back(fmt::format("chat {} has no opening event", short_name(chat)));
      continue;
    }
    const chat::Routing routing = chat::fold_routing(events);
    const bool queued = routing.state == chat::Decision::State::kQueued;
    if (queued)
      complaints.push_back(fmt::format("chat {} is stuck in the queue", short_name(chat)));
    for (const auto& tab : cluster_.tabs()) {
      const Client& client = tab->client();
      const bool visitor = client.author() == opening->content->head.author;
      const bool its_operator = routing.state == chat::Decision::State::kAssigned &&
                                routing.operator_id == client.author();
      if (!visitor && !its_operator) continue;
      const ChatSet* const set = client.chat(chat);
      // Whose storage was lost need not remember what is over.
      if (set == nullptr && routing.state == chat::Decision::State::kClosed) continue;
      const Hash32 held = set == nullptr ? Hash32{} : set->digest();
      if (held == chat::set_digest(events, client.up_to())) continue;
      std::size_t ours = 0;
      for (const auto& event : events)
        ours += event.content->head.audience <= client.up_to() ? 1 : 0;
      complaints.push_back(fmt::format(
          "{} and the journals differ about chat {}: {} events there, {} here", client.name(),
          short_name(chat), set == nullptr ? 0 : set->events().size(), ours));
    }
  }
}

std::vector<std::string> Converged::differences() const {
  const auto primary = holdings_of(cluster_, Deployment::kPrimary),
             redundant = holdings_of(cluster_, Deployment::kRedundant);
  std::vector<std::string> found;
  for (const auto& [origin, set] : primary) {
    const auto other = redundant.find(origin);
    if (other == redundant.end() || other->second != set)
      found.push_back(fmt::format("the journals hold {} differently", origin));
  }
  for (const auto& [origin, set] : redundant) {
    if (!primary.contains(origin) && !set.intervals().empty())
      found.push_back(fmt::format("only redundant holds {}", origin));
  }
  return found;
}

}  // namespace holdfast::sim
