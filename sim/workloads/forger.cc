#include "sim/workloads/forger.h"

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

}  // namespace

Forger::Forger(Cluster& cluster, SeededRandom random)
    : cluster_(cluster),
      random_(random),
      party_(cluster.network().add("forger")),
      secret_(base64url_encode(ByteView(random_.bytes<32>()))) {
  author_ = protocol::visitor_of(cluster.site(), secret_);
}

void Forger::visit() {
  if (silent_) return;
  const auto nodes = cluster_.nodes();
  const std::uint64_t visit = ++visit_;
  channel_ = cluster_.network().dial(party_, nodes[random_.below(nodes.size())]->party(), "page",
                                     {.opened = {},
                                      .text =
                                          [this, visit](const std::string& frame) {
                                            if (visit == visit_) text(frame);
                                          },
                                      .closed = {}});
  cluster_.scheduler().after(kStays, [this] { leave(); });
}

void Forger::leave() {
  channel_->close(1000, "enough");
  ++visit_;
  cluster_.scheduler().after(
      Ms(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kAway.count())))),
      [this] { visit(); });
}

void Forger::text(const std::string& text) {
  const auto frame = protocol::parse_node_frame(text);
  if (!frame) return;
  if (std::holds_alternative<from_node::Challenge>(*frame)) {
    channel_->send(from_client::encode(from_client::Hello{{1, 1},
                                                          protocol::Role::kVisitor,
                                                          cluster_.site(),
                                                          protocol::SecretAuth{secret_},
                                                          {},
                                                          {},
                                                          false,
                                                          {}}));
  } else if (const auto* welcome = std::get_if<from_node::Welcome>(&*frame)) {
    on(*welcome);
  } else if (const auto* accepted = std::get_if<from_node::Accepted>(&*frame)) {
    on(*accepted);
  } else if (const auto* want = std::get_if<from_node::Want>(&*frame)) {
    on(*want);
  }
}

void Forger::on(const from_node::Welcome&) {
  const WallMs now = true_wall(cluster_.scheduler().now());
  const auto nonce = [this] { return protocol::nonce_text(random_.bytes<16>()); };
  const protocol::Draft draft{
      cluster_.site(), {}, author_, protocol::EventId(Ulid::make(now, random_).text()), "open",
      Audience::kChat, {}};
  opening_ = protocol::compose(draft, R"({"nonce":")" + nonce() + R"("})");
  cluster_.watcher().composed({name_, opening_, std::nullopt});
  channel_->send(from_client::encode(
      from_client::Send{opening_->head_bytes, *opening_->body_bytes, false, {}}));
  // What o:op1 never said.
  const protocol::Draft lie{cluster_.site(),   opening_->head.chat,
                            Author("o:op1"),   protocol::EventId(Ulid::make(now, random_).text()),
                            "message",         Audience::kChat,
                            {opening_->digest}};
  forged_ = protocol::compose(lie, protocol::text_body(nonce(), "you get a full refund"));
}

void Forger::on(const from_node::Accepted& accepted) {
  if (!opening_ || accepted.digest != opening_->digest) return;
  opening_acc_ = {accepted.acc};
  const protocol::Mac invented(Hash32{random_.bytes<32>()});
  channel_->send(from_client::encode(
      from_client::Have{opening_->head.chat,
                        {{opening_->digest, {accepted.acc.mac}}, {forged_->digest, {invented}}},
                        false}));
  cluster_.trace().sometimes("forger claims to hold a lie");
}

void Forger::on(const from_node::Want& want) {
  if (!forged_ || std::ranges::find(want.digests, forged_->digest) == want.digests.end()) return;
  Acceptance acceptance = opening_acc_.front();
  acceptance.mac = protocol::Mac(Hash32{random_.bytes<32>()});
  // The second try carries somebody else's genuine MAC.
  if (random_.chance(0.5)) acceptance = opening_acc_.front();
  channel_->send(from_client::encode(from_client::Give{
      opening_->head.chat, {{forged_->head_bytes, forged_->body_bytes, {acceptance}}}}));
  cluster_.trace().sometimes("forger pushed a lie");
}

}  // namespace holdfast::sim
