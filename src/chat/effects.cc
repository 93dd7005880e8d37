#include "chat/effects.h"

#include <algorithm>

#include "base/json.h"
#include "chat/body_reader.h"
#include "protocol/hashes.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::chat {
namespace {

using protocol::AuthorKind;
using protocol::Content;
using protocol::Digest;
using protocol::Event;
using protocol::Hlc;
using protocol::JsonReader;

constexpr std::size_t kWhatBytesMax = 64;
constexpr std::size_t kToBytesMax = 254;

std::optional<json::Object> body_of(const Content& content) {
  if (!content.body_bytes) return std::nullopt;
  auto body = json::parse_object(*content.body_bytes);
  if (!body) return std::nullopt;
  return *std::move(body);
}

bool is_by(const Content& content, AuthorKind kind) {
  return protocol::author_kind(content.head.author.value()) == kind;
}

Hlc first_hlc(const Event& event) {
  return std::ranges::min_element(event.acceptances, {}, &protocol::Acceptance::hlc)->hlc;
}

bool is_offline_message(const Content& content) {
  if (!is_by(content, AuthorKind::kVisitor)) return false;
  const auto body = body_of(content);
  if (!body) return false;
  const json::Value* const offline = body->if_contains("offline");
  return offline != nullptr && offline->is_bool() && offline->get_bool();
}

// What an event may be called: the names of §12.
std::vector<std::string_view> names_of(const Event& event) {
  const Content& content = *event.content;
  const std::string& kind = content.head.kind;
  if (!content.body_bytes || content.head.audience != protocol::Audience::kChat) return {};
  if (kind == "open") return {"webhook:chat.opened"};
  if (kind == "contact") return {"webhook:contact.updated"};
  if (kind == "message") {
    if (is_offline_message(content))
      return {"webhook:message.created", "webhook:message.offline", kOfflineMail};
    return {"webhook:message.created"};
  }
  if (kind != "route" || !is_by(content, AuthorKind::kDeployment)) return {};
  const auto decision = parse_decision(content);
  if (!decision) return {};
  if (decision->state == Decision::State::kAssigned) return {"webhook:chat.assigned"};
  if (decision->state == Decision::State::kClosed) return {"webhook:chat.closed"};
  return {};
}

// The newest message by its author's own count: unlike its place in the transcript that never
// changes when more acceptances become known.
const Event* newest_message(std::span<const Event> events, const std::set<Digest>& among) {
  const Event* newest = nullptr;
  const auto rank = [](const Event& event) {
    return std::pair(event.content->head.id, event.content->digest);
  };
  for (const Event& event : events) {
    if (event.content->head.kind != "message" || event.acceptances.empty() ||
        !among.contains(event.content->digest))
      continue;
    if (newest == nullptr || rank(*newest) < rank(event)) newest = &event;
  }
  return newest;
}

constexpr std::string_view kClaimMembers[] = {"key", "what", "of", "to", "epoch", "term", "auto"};
constexpr std::string_view kDoneMembers[] = {"key", "ok", "tries", "why"};

bool read_member(JsonReader& in, std::size_t member, Claim& claim) {
  switch (member) {
    case 0:
      return protocol::read_hash(in, claim.key);
    case 1:
      return protocol::read_text(in, claim.effect.what, {.max = kWhatBytesMax});
    case 2:
      return protocol::read_hash(in, claim.effect.of);
    case 3:
      return protocol::read_text(in, claim.effect.to, {.max = kToBytesMax});
    case 4:
      return protocol::read_epoch(in, claim.epoch) &&
             (claim.epoch >= protocol::Epoch(1) || in.fail(protocol::Code::kBadFrame, "0"));
    case 5:
      return protocol::read_term(in, claim.term);
    default:
      return in.read_bool(claim.autonomous);
  }
}

bool read(JsonReader& in, Claim& claim) {
  protocol::Members members;
  return read_members(in, members, kClaimMembers, claim, read_member) &&
         members.complete(in, 0b011'1111, kClaimMembers);
}

bool read_member(JsonReader& in, std::size_t member, Done& done) {
  switch (member) {
    case 0:
      return protocol::read_hash(in, done.key);
    case 1:
      return in.read_bool(done.ok);
    case 2:
      return in.read_unsigned(done.tries);
    default:
      return in.read_text(done.why);
  }
}

bool read(JsonReader& in, Done& done) {
  protocol::Members members;
  return read_members(in, members, kDoneMembers, done, read_member) &&
         members.complete(in, 0b0111, kDoneMembers);
}

template <class T>
Result<T> read_deployments_body(const Content& content, std::string_view kind) {
  if (!is_by(content, AuthorKind::kDeployment)) return fail(ErrorCode::kInvalid, "not a {}", kind);
  return read_body<T>(content, kind, [](JsonReader& in, T& value) { return read(in, value); });
}

}  // namespace

EffectKey key_of(const protocol::SiteId& site, const protocol::ChatId& chat,
                 const SideEffect& effect) {
  return EffectKey(protocol::effect_key(site, chat, effect.what, effect.of, effect.to));
}

std::vector<SideEffect> effects_of(const Event& event, std::span<const StandingOrder> orders) {
  std::vector<SideEffect> called;
  if (orders.empty() || event.acceptances.empty()) return called;
  const Hlc accepted = first_hlc(event);
  for (const std::string_view name : names_of(event)) {
    for (const StandingOrder& order : orders) {
      if (order.what == name && accepted > order.since)
        called.push_back({order.what, event.content->digest, order.to});
    }
  }
  return called;
}

std::optional<SideEffect> transcript_owed(std::span<const Event> events,
                                          std::span<const StandingOrder> orders) {
  const auto order = std::ranges::find(orders, kTranscriptMail, &StandingOrder::what);
  if (order == orders.end()) return std::nullopt;
  const Contact contact = contact_of(events);
  if (!contact.transcript || contact.email.empty()) return std::nullopt;
  const Routing routing = fold_routing(events);
  if (routing.state != Decision::State::kClosed) return std::nullopt;
  const auto closing = std::ranges::find(events, *routing.winner,
                                         [](const Event& event) { return event.content->digest; });
  if (first_hlc(*closing) <= order->since) return std::nullopt;
  const auto decision = parse_decision(*closing->content);
  if (!decision) return std::nullopt;

  const std::set<Digest> covered = past_of(events, decision->covers);
  const auto held = [&](const Digest& digest) {
    return std::ranges::any_of(events,
                               [&](const Event& event) { return event.content->digest == digest; });
  };
  if (!std::ranges::all_of(decision->covers, held)) return std::nullopt;
  const bool answered = std::ranges::any_of(events, [&](const Event& event) {
    return event.content->head.kind == "message" && is_by(*event.content, AuthorKind::kOperator) &&
           covered.contains(event.content->digest);
  });
  const Event* const newest = newest_message(events, covered);
  if (!answered || newest == nullptr) return std::nullopt;
  return SideEffect{std::string(kTranscriptMail), newest->content->digest, contact.email};
}

Contact contact_of(std::span<const Event> events) {
  Contact contact;
  for (const Placed& placed : fold_transcript(events)) {
    const Content& content = *placed.event->content;
    if (placed.event->acceptances.empty() || !is_by(content, AuthorKind::kVisitor)) continue;
    const bool opening = content.head.kind == "open";
    if (!opening && content.head.kind != "contact") continue;
    const auto body = body_of(content);
    if (!body) continue;
    const auto take = [&](std::string_view field, std::string& out) {
      const auto text = json::find_text(*body, field);
      if (text && *text) out = **text;
    };
    take("name", contact.name);
    if (opening) continue;
    take("email", contact.email);
    if (const auto wanted = json::find_bool(*body, "transcript"); wanted && *wanted)
      contact.transcript = **wanted;
  }
  return contact;
}

Result<Claim> parse_claim(const Content& content) {
  HF_TRY(claim, read_deployments_body<Claim>(content, "claim"));
  if (key_of(content.head.site, content.head.chat, claim.effect) != claim.key)
    return fail(ErrorCode::kInvalid, "key: not that of this effect");
  return claim;
}

std::string claim_body(const Claim& claim, const std::string& nonce) {
  protocol::JsonWriter out;
  out.raw(R"({"nonce":)");
  out.text(nonce);
  out.raw(R"(,"key":)");
  out.hash(claim.key.value());
  out.raw(R"(,"what":)");
  out.text(claim.effect.what);
  out.raw(R"(,"of":)");
  out.hash(claim.effect.of.value());
  out.raw(R"(,"to":)");
  out.text(claim.effect.to);
  out.raw(R"(,"epoch":)");
  out.number(claim.epoch.value());
  out.raw(R"(,"term":)");
  out.number(claim.term.value());
  if (claim.autonomous) out.raw(R"(,"auto":true)");
  out.raw('}');
  return out.take();
}

Result<Done> parse_done(const Content& content) {
  return read_deployments_body<Done>(content, "done");
}

std::string done_body(const Done& done, const std::string& nonce) {
  protocol::JsonWriter out;
  out.raw(R"({"nonce":)");
  out.text(nonce);
  out.raw(R"(,"key":)");
  out.hash(done.key.value());
  out.raw(R"(,"ok":)");
  out.boolean(done.ok);
  out.raw(R"(,"tries":)");
  out.number(done.tries);
  if (!done.why.empty()) {
    out.raw(R"(,"why":)");
    out.text(done.why);
  }
  out.raw('}');
  return out.take();
}

}  // namespace holdfast::chat
