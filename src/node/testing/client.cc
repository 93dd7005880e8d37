#include "node/testing/client.h"

#include "base/check.h"
#include "base/json.h"
#include "base/ulid.h"
#include "protocol/base64url32.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "protocol/token.h"

namespace holdfast::node::testing {

using protocol::Digest;

namespace {

std::string make_token(World& world, const protocol::Author& author) {
  const WallMs now = world.clock.now().wall;
  const protocol::Token token{
      protocol::SiteId(kSite),  author, Ulid::make(now, world.random).text(), now,
      now + Ms(12 * 3'600'000), {}};
  return protocol::make_token(world.keys.session, token);
}

std::string secret_of(const std::string& seed) {
  return sha256(std::string_view(seed)).base64url();
}

}  // namespace

Client::Client(World& world, Host& host, const std::string& http_origin,
               const std::string& address_host)
    : world_(world), host_(host), session_(host.open_session(http_origin, address_host)) {
  if (const auto challenge = last<from_node::Challenge>()) challenge_ = *challenge;
}

from_client::Hello Client::visitor_hello(const std::string& secret) const {
  from_client::Hello hello;
  hello.versions = {1, 1};
  hello.as = protocol::Role::kVisitor;
  hello.site = protocol::SiteId(kSite);
  hello.auth = protocol::SecretAuth{secret};
  return hello;
}

from_client::Hello Client::operator_hello(const std::string& token) const {
  from_client::Hello hello;
  hello.versions = {1, 1};
  hello.as = protocol::Role::kOperator;
  hello.site = protocol::SiteId(kSite);
  hello.auth = protocol::TokenAuth{token, {}, {}};
  return hello;
}

from_client::Hello Client::probe_hello(bool as_operator) const {
  from_client::Hello hello;
  hello.versions = {1, 1};
  hello.as = as_operator ? protocol::Role::kOperator : protocol::Role::kVisitor;
  hello.site = protocol::SiteId(std::string(protocol::kProbeSite));
  const protocol::HashText nonce(challenge_.nonce);
  hello.auth = protocol::ProbeAuth{
      world_.clock.now().wall, protocol::Mac(protocol::probe_mac(world_.keys.probe, nonce.view())),
      false};
  return hello;
}

void Client::say_text(const std::string& text) {
  host_.input(ClientFrame{session_, text});
}

void Client::send(const protocol::ContentPtr& content, std::vector<protocol::Acceptance> known,
                  bool hedge) {
  say(from_client::Send{content->head_bytes, *content->body_bytes, hedge, std::move(known)});
}

void Client::leave() {
  host_.input(SessionClosed{session_});
}

std::vector<from_node::Frame> Client::heard() const {
  std::vector<from_node::Frame> frames;
  for (const std::string& text : host_.said(session_).frames) {
    auto frame = protocol::parse_node_frame(text);
    CHECK(frame.has_value(), "the node said {}: {}", text, frame.error().why);
    frames.push_back(*std::move(frame));
  }
  return frames;
}

std::optional<protocol::Acceptance> Client::accepted(const Digest& digest) const {
  for (const auto& frame : all<from_node::Accepted>()) {
    if (frame.digest == digest) return frame.acc;
  }
  return std::nullopt;
}

std::optional<from_node::Refused> Client::refused(const Digest& digest) const {
  for (const auto& frame : all<from_node::Refused>()) {
    if (frame.digest == digest) return frame;
  }
  return std::nullopt;
}

std::string text_of(const from_node::Event& event) {
  if (!event.body) return "";
  const auto body = json::parse_object(*event.body);
  const auto text = json::get_text(*body, "text");
  return text ? std::string(*text) : "";
}

std::vector<std::string> Client::texts() const {
  std::vector<std::string> texts;
  for (const auto& event : all<from_node::Event>()) {
    std::string text = text_of(event);
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

std::optional<protocol::Code> Client::closed() const {
  const auto& closed = host_.said(session_).closed;
  if (!closed) return std::nullopt;
  return closed->code;
}

std::optional<protocol::Code> Client::error() const {
  const auto error = last<from_node::Error>();
  if (!error) return std::nullopt;
  return error->code;
}

Visitor::Visitor(World& world, std::string secret_seed)
    : world(world),
      secret(secret_of(secret_seed)),
      writer(protocol::SiteId(kSite), protocol::visitor_of(protocol::SiteId(kSite), secret),
             world.clock, world.random) {}

Client Visitor::link(Host& host, std::vector<protocol::ChatDigest> chats,
                     std::vector<Digest> outbox) {
  Client client(world, host, kShopOrigin);
  auto hello = client.visitor_hello(secret);
  hello.chats = std::move(chats);
  hello.outbox = std::move(outbox);
  client.say(hello);
  world.settle();
  CHECK(client.last<from_node::Welcome>().has_value(), "not welcomed: {}",
        host.node().not_ready_reason());
  return client;
}

Agent::Agent(World& world, const std::string& name)
    : world(world),
      token(make_token(world, protocol::Author("o:" + name))),
      writer(protocol::SiteId(kSite), protocol::Author("o:" + name), world.clock, world.random) {}

Client Agent::link(Host& host, std::vector<protocol::ChatDigest> chats,
                   std::vector<Digest> outbox) {
  Client client(world, host, kConsoleOrigin);
  auto hello = client.operator_hello(token);
  hello.chats = std::move(chats);
  hello.outbox = std::move(outbox);
  client.say(hello);
  world.settle();
  CHECK(client.last<from_node::Welcome>().has_value(), "not welcomed");
  return client;
}

}  // namespace holdfast::node::testing
