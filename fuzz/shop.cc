#include "fuzz/shop.h"

#include "base/check.h"
#include "base/match.h"
#include "fuzz/stored.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::fuzz {
namespace {

using protocol::AuthorKind;
using protocol::Deployment;

Host& add_host(World& world, std::vector<protocol::PublicKey> moderators) {
  world.keys.cluster.push_back(compromised_key());
  if (!moderators.empty()) world.keys.moderators = std::move(moderators);
  return world.add(Deployment::kPrimary);
}

bool is_operator(const Author& author) {
  return protocol::author_kind(author.value()) == AuthorKind::kOperator;
}

}  // namespace

protocol::SecretKey compromised_key() {
  protocol::SecretKey key{protocol::KeyId("c0"), protocol::KeyState::kCompromised, {}};
  key.bytes.fill(77);
  return key;
}

Shop::Shop(std::vector<protocol::PublicKey> moderators)
    : world([] { return std::make_unique<journal::MemoryJournal>(); }),
      host(add_host(world, std::move(moderators))),
      vera(world, "vera"),
      otto(world, "otto"),
      ann(world, "ann"),
      bob(world, "bob") {
  world.install_settings(Deployment::kPrimary);
  world.start_all();
  world.pass(Ms(1'500));
}

void Shop::note_said(const Author& author, const std::string& text) {
  const auto frame = protocol::parse_client_frame(text);
  if (!frame) return;
  const auto note = [&](const std::string& head) {
    const Digest digest = protocol::digest_of(head);
    offered_.insert(digest);
    const auto content = protocol::parse_content(head, std::nullopt);
    if (content && (*content)->head.author == author) made_.insert(digest);
  };
  if (const auto* const send = std::get_if<from_client::Send>(&*frame)) note(send->head);
  if (const auto* const give = std::get_if<from_client::Give>(&*frame)) {
    for (const protocol::GivenEvent& event : give->events) note(event.head);
  }
}

Acceptance Shop::accept(const Digest& digest, const protocol::Origin& origin, std::uint64_t seq) {
  made_.insert(digest);
  const auto wall = static_cast<std::uint64_t>(world.clock.now().wall.value());
  return protocol::accept(world.keys.cluster, digest, origin, protocol::Seq(seq),
                          protocol::Hlc(wall * 65'536 + seq % 65'536));
}

void Shop::check_stored(From from) {
  openers_.clear();
  authors_.clear();
  for (const auto& entry : check_journal(world.journal(Deployment::kPrimary), world.keys.cluster)) {
    const protocol::Content& content = *entry.content;
    const Author& author = content.head.author;
    const auto kind = protocol::author_kind(author.value());
    const bool by_a_person = kind == AuthorKind::kVisitor || kind == AuthorKind::kOperator;
    CHECK(made_.contains(content.digest) || (!by_a_person && !offered_.contains(content.digest)),
          "{} never made {}", author, content.head_bytes);
    if (from == From::kClients) {
      CHECK(content.body_bytes.has_value(), "the body of {} is gone", content.head_bytes);
      CHECK(entry.acceptance.key != compromised_key().id, "{} under a compromised key",
            content.head_bytes);
    }
    authors_.emplace(content.digest, author);
    if (content.head.kind == "open") openers_.emplace(content.head.chat, author);
  }
}

// Of a chat that nobody opened there is nothing to be seen: a node may ask for it.
bool Shop::may_see(const Author& author, const ChatId& chat) const {
  const auto opener = openers_.find(chat);
  return is_operator(author) || opener == openers_.end() || opener->second == author;
}

void Shop::check_frame(const std::string& text, const Author& author) {
  const auto frame = protocol::parse_node_frame(text);
  CHECK(frame.has_value(), "the node said {}: {}", text, frame.error().why);
  const auto sees = [&](const ChatId& chat) {
    CHECK(may_see(author, chat), "{} hears of another's chat: {}", author, text);
  };
  const auto of_a_chat = [&](const auto& said) { sees(said.chat); };
  std::visit(
      Match{
          [&](const from_node::Event& event) {
            sees(event.chat);
            const auto content = protocol::read_content(event.head, event.body);
            CHECK(content.has_value(), "the node passed on {}", text);
            const auto widest =
                is_operator(author) ? protocol::Audience::kOperators : protocol::Audience::kChat;
            CHECK((*content)->head.audience <= widest, "{} is not for {}", text, author);
            CHECK(authors_.contains((*content)->digest), "told and not stored: {}", text);
          },
          [&](const from_node::Welcome& welcome) {
            CHECK(welcome.author == author, "welcomed as {}, not {}", welcome.author, author);
            for (const auto& known : welcome.chats) sees(known.chat);
            for (const auto& known : welcome.outbox) {
              CHECK(authors_.at(known.digest) == author, "another's outbox: {}", text);
            }
          },
          [&](const from_node::Beat& beat) {
            for (const auto& known : beat.chats) sees(known.chat);
          },
          [&](const from_node::Accepted& accepted) {
            CHECK(authors_.contains(accepted.digest), "accepted and not stored: {}", text);
          },
          [&](const from_node::Acc& acc) { of_a_chat(acc); },
          [&](const from_node::Signal& signal) { of_a_chat(signal); },
          [&](const from_node::Chat& chat) {
            CHECK(is_operator(author), "a visitor hears {}", text);
            of_a_chat(chat);
          },
          [&](const from_node::Found&) { CHECK(is_operator(author)); },
          [&](const from_node::Registers&) { CHECK(is_operator(author)); },
          [](const auto&) {},
      },
      *frame);
}

void Shop::check_heard() {
  for (const auto& [session, author] : watched_) {
    for (const std::string& text : host.said(session).frames) check_frame(text, author);
  }
}

void Shop::admit_bystander() {
  bystander_.emplace(otto.link(host));
  const auto opening = otto.writer.open("Otto");
  const auto hello =
      encode(from_client::Send{opening->head_bytes, *opening->body_bytes, false, {}});
  note_said(otto.writer.author(), hello);
  bystander_->say_text(hello);
  world.settle();
  bystanders_chat_ = opening->head.chat;
  watch(bystander_->session(), otto.writer.author());
}

void Shop::pass(Ms time) {
  if (bystander_) bystander_->say(from_client::Beat{});
  world.pass(time);
}

void Shop::check_bystander_is_served() {
  CHECK(!bystander_->closed(), "the bystander's link was closed");
  CHECK(!bystander_->error(), "the bystander is told of an error");
  const auto message = otto.writer.message(bystanders_chat_, "still here");
  made_.insert(message->digest);
  bystander_->send(message);
  world.settle();
  CHECK(bystander_->accepted(message->digest).has_value(), "the bystander is not served");
}

}  // namespace holdfast::fuzz
