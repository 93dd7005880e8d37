#include "sim/workloads/forger.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/hashes.h"

namespace holdfast::sim {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;

namespace {

constexpr Ms kStays{8'000};
constexpr Ms kAway{30'000};
constexpr Ms kBetween{300};

}  // namespace

Forger::Forger(Cluster& cluster, SeededRandom random)
    : cluster_(cluster),
      random_(random),
      party_(cluster.network().add("forger")),
      secret_(base64url_encode(ByteView(random_.bytes<32>()))) {
  author_ = protocol::visitor_of(cluster.site(), secret_);
}

// ---- coming and going ----

void Forger::visit() {
  if (silent_) return;
  ++visit_;
  write_its_part();
  for (const Deployment deployment : kBoth) {
    Door& door = doors_[deployment];
    door = {deployment, nullptr};
    dial(door);
  }
  cluster_.scheduler().after(kStays, [this] { leave(); });
}

void Forger::dial(Door& door) {
  const auto& nodes = cluster_.centre(door.at).nodes;
  door.channel =
      cluster_.network().dial(party_, nodes[random_.below(nodes.size())]->party(), "page",
                              {.opened = {},
                               .text =
                                   [this, &door, visit = visit_](const std::string& frame) {
                                     if (visit == visit_) text(door, frame);
                                   },
                               .closed = {}});
}

void Forger::leave() {
  for (auto& [deployment, door] : doors_) door.channel->close(1000, "enough");
  ++visit_;
  cluster_.scheduler().after(
      Ms(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kAway.count())))),
      [this] { visit(); });
}

void Forger::text(Door& door, const std::string& text) {
  const auto frame = protocol::parse_node_frame(text);
  if (!frame) return;
  if (std::holds_alternative<from_node::Challenge>(*frame)) {
    door.channel->send(from_client::encode(from_client::Hello{{1, 1},
                                                              protocol::Role::kVisitor,
                                                              cluster_.site(),
                                                              protocol::SecretAuth{secret_},
                                                              {},
                                                              {},
                                                              false,
                                                              {}}));
  } else if (std::holds_alternative<from_node::Welcome>(*frame)) {
    send(door, *opening_);
  } else if (const auto* accepted = std::get_if<from_node::Accepted>(&*frame)) {
    on(door, *accepted);
  } else if (const auto* want = std::get_if<from_node::Want>(&*frame)) {
    on(door, *want);
  } else if (const auto* refused = std::get_if<from_node::Refused>(&*frame)) {
    cluster_.trace().sometimes(fmt::format("forger refused {}", protocol::name(refused->code)));
  }
}

void Forger::on(Door& door, const from_node::Accepted& accepted) {
  if (accepted.digest != opening_->digest) return;
  if (!opening_acc_) opening_acc_ = accepted.acc;
  if (std::exchange(door.lied, true)) return;
  claim_to_hold_a_lie(door, accepted.acc);
  speak_as_others(door);
  speak_with_two_tongues(door);
}

// ---- what it says ----

ContentPtr Forger::make(const ChatId& chat, const Author& author, const char* kind,
                        Audience audience, const std::string& text,
                        std::optional<protocol::EventId> id) {
  const WallMs now = true_wall(cluster_.scheduler().now());
  if (!id) id = protocol::EventId(Ulid::make(now, random_).text());
  const std::string nonce = protocol::nonce_text(random_.bytes<16>());
  const protocol::Draft draft{cluster_.site(), chat, author, *id, kind, audience, {}};
  return protocol::compose(
      draft, text.empty() ? R"({"nonce":")" + nonce + R"("})" : protocol::text_body(nonce, text));
}

void Forger::write_its_part() {
  opening_acc_.reset();
  opening_ = make({}, author_, "open", Audience::kChat, "");
  const ChatId& chat = opening_->head.chat;
  forged_ = make(chat, Author("o:op1"), "message", Audience::kChat, "you get a full refund");
  yes_ = make(chat, author_, "message", Audience::kChat, "yes");
  no_ = make(chat, author_, "message", Audience::kChat, "no", yes_->head.id);
  for (const ContentPtr& own : {opening_, yes_, no_})
    cluster_.watcher().composed({name_, own, std::nullopt});
}

void Forger::send(const Door& door, const protocol::Content& content) {
  door.channel->send(
      from_client::encode(from_client::Send{content.head_bytes, *content.body_bytes, false, {}}));
}

void Forger::claim_to_hold_a_lie(const Door& door, const Acceptance& genuine) {
  const protocol::Mac invented(Hash32{random_.bytes<32>()});
  door.channel->send(from_client::encode(
      from_client::Have{opening_->head.chat,
                        {{opening_->digest, {genuine.mac}}, {forged_->digest, {invented}}},
                        false}));
  cluster_.trace().sometimes("forger claims to hold a lie");
}

void Forger::speak_as_others(const Door& door) {
  const ChatId& chat = opening_->head.chat;
  send(door, *forged_);
  send(door, *make(chat, author_, "note", Audience::kOperators, "they are a nuisance"));
  send(door, *make(chat, author_, "message", Audience::kOperators, "between us"));
  const auto& tabs = cluster_.tabs();
  const Tab& victim = *tabs[random_.below(tabs.size())];
  for (const auto& [theirs, set] : victim.client().chats()) {
    if (victim.is_operator() || set.empty()) break;
    send(door, *make(theirs, victim.author(), "message", Audience::kChat, "please close my chat"));
    send(door, *make(theirs, author_, "message", Audience::kChat, "I am here, too"));
    break;
  }
}

void Forger::speak_with_two_tongues(const Door& door) {
  const bool primary = door.at == Deployment::kPrimary;
  send(door, primary ? *yes_ : *no_);
  cluster_.scheduler().after(kBetween, [this, &door, primary, visit = visit_] {
    if (visit == visit_) send(door, primary ? *no_ : *yes_);
  });
}

void Forger::on(Door& door, const from_node::Want& want) {
  if (std::ranges::find(want.digests, forged_->digest) == want.digests.end() || !opening_acc_)
    return;
  Acceptance acceptance = *opening_acc_;
  // The other try carries somebody else's genuine MAC.
  if (random_.chance(0.5)) acceptance.mac = protocol::Mac(Hash32{random_.bytes<32>()});
  door.channel->send(from_client::encode(from_client::Give{
      opening_->head.chat, {{forged_->head_bytes, forged_->body_bytes, {acceptance}}}}));
  cluster_.trace().sometimes("forger pushed a lie");
}

}  // namespace holdfast::sim
