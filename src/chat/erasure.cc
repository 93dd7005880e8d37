#include "chat/erasure.h"

#include <algorithm>
#include <iterator>

#include "base/json.h"
#include "chat/body_reader.h"
#include "protocol/hlc.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::chat {
namespace {

using protocol::AuthorKind;
using protocol::JsonReader;

constexpr std::string_view kMembers[] = {"nonce", "until", "visitor", "chat"};

bool read_member(JsonReader& in, std::size_t member, Erasure& value) {
  switch (member) {
    case 0:
      return read_nonce(in);
    case 1:
      return protocol::read_hlc(in, value.until);
    case 2:
      return protocol::read_author(in, value.visitor.emplace());
    default:
      return protocol::read_chat(in, value.chat.emplace());
  }
}

bool read(JsonReader& in, Erasure& value) {
  protocol::Members members;
  if (!read_members(in, members, kMembers, value, read_member)) return false;
  return members.complete(in, 0b11, kMembers);
}

// Of a claim only what is sent to a person names them; a webhook's id does not.
bool names_an_address(const protocol::Content& content) {
  if (content.head.kind != "claim" || !content.body_bytes) return false;
  const auto body = json::parse_object(*content.body_bytes);
  if (!body) return true;
  const auto what = json::find_text(*body, "what");
  return !what || !*what || (*what)->starts_with("email.");
}

}  // namespace

Result<Erasure> parse_erasure(const protocol::Content& content) {
  HF_TRY(erasure, (read_body<Erasure>(content, "erase", [](JsonReader& in, Erasure& value) {
           return read(in, value);
         })));
  erasure.site = content.head.site;
  if (erasure.visitor.has_value() == erasure.chat.has_value())
    return fail(ErrorCode::kInvalid, "visitor, chat: exactly one of them");
  if (erasure.visitor && protocol::author_kind(erasure.visitor->value()) != AuthorKind::kVisitor) {
    return fail(ErrorCode::kInvalid, "visitor: {} is none", *erasure.visitor);
  }
  if (!content.head.chat.value().empty())
    return fail(ErrorCode::kInvalid, "chat: an erasure belongs to none");
  const auto author = protocol::author_kind(content.head.author.value());
  const bool people = author == AuthorKind::kAdministrator || author == AuthorKind::kOperator;
  if (!people && (author != AuthorKind::kDeployment || erasure.visitor))
    return fail(ErrorCode::kInvalid, "author: {} erases nobody", content.head.author);
  return erasure;
}

std::string erasure_body(const Erasure& erasure, const std::string& nonce, std::string_view why) {
  protocol::JsonWriter out;
  out.raw(R"({"nonce":)");
  out.text(nonce);
  if (erasure.visitor) {
    out.raw(R"(,"visitor":)");
    out.text(erasure.visitor->value());
  }
  if (erasure.chat) {
    out.raw(R"(,"chat":)");
    out.text(erasure.chat->value());
  }
  out.raw(R"(,"until":)");
  out.text(protocol::hlc_text(erasure.until));
  if (!why.empty()) {
    out.raw(R"(,"why":)");
    out.text(why);
  }
  out.raw('}');
  return out.take();
}

bool is_erasable(const protocol::Content& content) {
  const auto author = protocol::author_kind(content.head.author.value());
  return author == AuthorKind::kVisitor || author == AuthorKind::kOperator ||
         names_an_address(content);
}

bool accepted_by(std::span<const protocol::Acceptance> acceptances, protocol::Hlc until) {
  return std::ranges::any_of(acceptances, [until](const protocol::Acceptance& acceptance) {
    return acceptance.hlc <= until;
  });
}

bool Erasures::add(const Erasure& erasure) {
  const auto raise = [&erasure](auto& cuts, const auto& whom) {
    const auto [cut, fresh] = cuts.try_emplace({erasure.site, whom}, erasure.until);
    if (fresh) return true;
    if (cut->second >= erasure.until) return false;
    cut->second = erasure.until;
    return true;
  };
  if (erasure.visitor) return raise(visitors_, *erasure.visitor);
  if (erasure.chat) return raise(chats_, *erasure.chat);
  return false;
}

std::optional<protocol::Hlc> Erasures::until(const protocol::SiteId& site,
                                             const protocol::ChatId& chat,
                                             const std::optional<protocol::Author>& visitor) const {
  std::optional<protocol::Hlc> cut;
  if (const auto known = chats_.find({site, chat}); known != chats_.end()) cut = known->second;
  if (!visitor) return cut;
  const auto known = visitors_.find({site, *visitor});
  if (known != visitors_.end() && (!cut || *cut < known->second)) cut = known->second;
  return cut;
}

}  // namespace holdfast::chat
