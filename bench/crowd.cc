#include "bench/crowd.h"

#include <algorithm>

#include "base/ulid.h"

namespace holdfast::bench {
namespace {

using protocol::ChatId;

constexpr std::size_t kDialsAtOnce = 200;
constexpr std::size_t kChatsAtOnce = 100;
constexpr Span kPatience = seconds(120);
constexpr Span kAskAgain = seconds(1);

std::size_t rounded_up(std::size_t count, std::size_t by) {
  return (count + by - 1) / by;
}

std::string site_name(std::size_t index) {
  return index == 0 ? "bench" : "bench-" + std::to_string(index);
}

std::string operator_name(std::size_t index) {
  return "op-" + std::to_string(index);
}

// Everybody comes from an address of their own.
std::string source_of(std::size_t net, std::size_t index) {
  return fmt::format("127.{}.{}.{}", net, index / 250 % 250, index % 250 + 1);
}

}  // namespace

std::vector<Site> sites_for(const CrowdOptions& options) {
  const std::size_t operators = rounded_up(options.pairs, options.chats_per_operator);
  std::vector<Site> sites(rounded_up(operators, options.operators_per_site));
  for (std::size_t i = 0; i < sites.size(); ++i) sites[i].id = protocol::SiteId(site_name(i));
  for (std::size_t i = 0; i < operators; ++i)
    sites[i / options.operators_per_site].operators.push_back(operator_name(i));
  return sites;
}

Result<void> connect_all(World& world, std::span<const std::unique_ptr<Person>> people, Links links,
                         std::size_t at_once, Progress& progress) {
  std::size_t dialled = 0;
  std::size_t up = 0;
  const bool all = world.poller.run_until(
      [&] {
        while (up < dialled && people[up]->has_all_links()) ++up;
        for (; dialled < people.size() && dialled < up + at_once; ++dialled)
          people[dialled]->need(links);
        progress.at(up, people.size());
        return up == people.size();
      },
      now() + kPatience);
  if (all) return {};
  std::string ends;
  for (const auto& [why, count] : world.counters.wires.ends)
    ends += fmt::format("; {} x {}", count, why);
  return fail(ErrorCode::kUnavailable, "only {} of {} people connected{}", up, people.size(), ends);
}

Passers::Passers(World& world, std::size_t count, VisitorProof proof) {
  PersonEvents& events = *this;  // private to us: make_unique cannot see it
  for (std::size_t i = 0; i < count; ++i) {
    auto identity = make_visitor(protocol::SiteId(site_name(0)), Installation::site_origin(), proof,
                                 world.random);
    identity->source = source_of(22 + i / 62'500, i);
    people_.push_back(std::make_unique<Person>(world, std::move(identity), events));
  }
}

Crowd::Crowd(World& world, Installation& installation, const CrowdOptions& options)
    : world_(world), options_(options), book_(options.message_bytes), pairs_(options.pairs) {
  const auto join = [&](std::unique_ptr<Identity> identity) {
    PersonEvents& events = *this;  // private to us: make_unique cannot see it
    people_.push_back(std::make_unique<Person>(world_, std::move(identity), events));
    if (options_.links == Links::kOne) people_.back()->settle_for_accepted();
    return people_.back().get();
  };
  Person* agent = nullptr;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const std::size_t number = i / options_.chats_per_operator;
    const protocol::SiteId site(site_name(number / options_.operators_per_site));
    if (i % options_.chats_per_operator == 0) {
      auto identity =
          make_operator(site, operator_name(number), installation.console_origin(),
                        installation.keys().session, world_.clock.now().wall, world_.random);
      identity->source = source_of(21, number);
      agent = join(std::move(identity));
    }
    auto identity = make_visitor(site, Installation::site_origin(), options_.proof, world_.random);
    identity->source = source_of(20, i);
    pairs_[i].visitor = join(std::move(identity));
    pairs_[i].agent = agent;
  }
}

Crowd::~Crowd() = default;

Result<void> Crowd::assemble(Progress& progress) {
  HF_CHECKED(connect(progress));
  return open_chats(progress);
}

Result<void> Crowd::connect(Progress& progress) {
  progress.phase("connecting people who chat");
  return connect_all(world_, people_, options_.links, kDialsAtOnce, progress);
}

Result<void> Crowd::open_chats(Progress& progress) {
  progress.phase("opening chats");
  std::size_t begun = 0;
  const bool all = world_.poller.run_until(
      [&] {
        for (; begun < pairs_.size() && begun < assigned_ + kChatsAtOnce; ++begun) {
          Pair& pair = pairs_[begun];
          pair.chat = pair.visitor->open_chat();
          by_chat_[pair.chat] = begun;
        }
        ask_for_chats();
        progress.at(assigned_, pairs_.size());
        return assigned_ == pairs_.size();
      },
      now() + kPatience);
  if (all) return {};
  std::string refused;
  for (const auto& [why, count] : world_.counters.refused)
    refused += fmt::format("; {} x {}", count, why);
  return fail(ErrorCode::kUnavailable, "only {} of {} chats were opened and {} accepted{}", opened_,
              pairs_.size(), assigned_, refused);
}

void Crowd::ask_for_chats() {
  const Moment at = now();
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    Pair& pair = pairs_[i];
    if (!pair.opened || pair.assigned || at < pair.ask_again) continue;
    const auto rid = Ulid::make(world_.clock.now().wall, world_.random).text();
    asks_[rid] = i;
    pair.ask_again = at + kAskAgain;
    pair.agent->ask_accept(pair.chat, rid);
  }
}

void Crowd::say(std::uint32_t pair, Side by, Moment meant) {
  Person& speaker = by == Side::kVisitor ? *pairs_[pair].visitor : *pairs_[pair].agent;
  speaker.say(pairs_[pair].chat, book_.text(book_.write(pair, by, meant)));
}

bool Crowd::settle(Moment deadline) {
  return world_.poller.run_until(
      [&] { return book_.seen() == book_.said() && book_.acknowledged() == book_.said(); },
      deadline);
}

std::size_t Crowd::unacknowledged() const {
  std::size_t count = 0;
  for (const auto& each : people_) count += each->unacknowledged();
  return count;
}

std::size_t Crowd::unsafe() const {
  std::size_t count = 0;
  for (const auto& each : people_) count += each->unsafe();
  return count;
}

void Crowd::on_event(Person& person, const protocol::Content& content) {
  if (content.head.kind != "message" || !content.body_bytes) return;
  const auto number = Book::number_in(*content.body_bytes);
  if (!number) return;
  // Consoles of a site see chats that wait for somebody; only the party in the chat counts.
  const auto found = by_chat_.find(content.head.chat);
  if (found == by_chat_.end()) return;
  const Pair& pair = pairs_[found->second];
  if (&person != pair.visitor && &person != pair.agent) return;
  if (const Message* const message = book_.saw(*number, now())) then_(*message);
}

void Crowd::on_accepted(Person&, const protocol::Content& content) {
  if (content.head.kind == "message") {
    if (const auto number = Book::number_in(*content.body_bytes)) book_.accepted(*number);
    return;
  }
  const auto found = by_chat_.find(content.head.chat);
  if (found == by_chat_.end() || pairs_[found->second].opened) return;
  pairs_[found->second].opened = true;
  ++opened_;
}

void Crowd::on_decided(Person&, const protocol::from_node::Decided& decided) {
  const auto found = asks_.find(decided.rid);
  if (found == asks_.end()) return;
  Pair& pair = pairs_[found->second];
  asks_.erase(found);
  if (!decided.ok || pair.assigned) return;
  pair.assigned = true;
  ++assigned_;
}

void Crowd::on_switch(Person&) {
  switches_.push_back(now());
}

}  // namespace holdfast::bench
