#include "protocol/content.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/check.h"
#include "base/encoding.h"
#include "protocol/base64url32.h"
#include "protocol/fields.h"
#include "protocol/frame_text.h"
#include "protocol/hashes.h"
#include "protocol/identity_token.h"
#include "protocol/json_writer.h"
#include "protocol/text.h"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kKindSizeMax = 32;
constexpr std::size_t kNonceSize = 22;

bool is_kind(std::string_view text) {
  return !text.empty() && text.size() <= kKindSizeMax && text.front() >= 'a' &&
         text.front() <= 'z' && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

bool is_nonce(std::string_view text) {
  const auto bytes = base64url_decode(text);
  return text.size() == kNonceSize && bytes.has_value();
}

bool read_version(JsonReader& in) {
  std::uint64_t version = 0;
  if (!in.read_unsigned(version)) return false;
  return version == 1 || in.fail(Code::kVersionUnsupported, "not 1");
}

bool read_kind(JsonReader& in, std::string& out) {
  if (!in.read_text(out)) return false;
  return is_kind(out) || in.fail(Code::kBadFrame, "not a kind");
}

bool read_audience(JsonReader& in, Audience& out) {
  std::string text;
  if (!read_text(in, text, {.max = 32})) return false;
  out = audience_named(text);
  return true;
}

// Malformed digests and too many of them have a code of their own here.
bool read_after(JsonReader& in, std::vector<Digest>& out) {
  if (!in.open_array()) return false;
  while (in.next_item()) {
    if (out.size() == kAfterMax) return in.fail(Code::kBadAfter, "more than 32");
    std::string text;
    if (!in.read_text(text)) return false;
    const auto hash = decode_base64url32(text);
    if (!hash) return in.fail(Code::kBadAfter, "not a digest");
    const Digest digest(*hash);
    if (std::ranges::find(out, digest) != out.end())
      return in.fail(Code::kBadAfter, "one digest twice");
    out.push_back(digest);
  }
  return !in.failed();
}

bool read_head(JsonReader& in, Head& head) {
  static constexpr std::string_view kNames[] = {"v",    "site",     "chat",  "author", "id",
                                                "kind", "audience", "after", "body"};
  Members members;
  std::string_view name;
  const auto member = [&](unsigned bit, bool ok) {
    return (members.once(in, bit, name) && ok) || in.within(kNames[bit]);
  };
  bool ok = in.open_object();
  while (ok && in.next_member(name)) {
    // `once` must come before the read: a second `after` would add to the first.
    const auto known = std::ranges::find(kNames, name);
    switch (known - std::begin(kNames)) {
      case 0:
        ok = member(0, read_version(in));
        break;
      case 1:
        ok = member(1, read_site(in, head.site));
        break;
      case 2:
        ok = member(2, read_chat_or_none(in, head.chat));
        break;
      case 3:
        ok = member(3, read_author(in, head.author));
        break;
      case 4:
        ok = member(4, read_event_id(in, head.id));
        break;
      case 5:
        ok = member(5, read_kind(in, head.kind));
        break;
      case 6:
        ok = member(6, read_audience(in, head.audience));
        break;
      case 7:
        ok = !members.has(7) ? member(7, read_after(in, head.after)) : member(7, true);
        break;
      case 8:
        ok = member(8, read_hash(in, head.body_hash));
        break;
      default:
        ok = members.skip(in, name);
    }
  }
  return ok && members.complete(in, 0b1'1111'1111, kNames);
}

enum class Form { kText, kEmail, kBool, kAny, kDigests, kVisitor, kChat, kHlc };

struct BodyField {
  std::string_view name;
  Form form;
  bool required = false;
  std::size_t chars_min = 0;  // of kText
  std::size_t chars_max = kNameCharsMax;
};

constexpr std::size_t kReplacesMax = 300;
constexpr std::size_t kSettingNameMax = 128;

constexpr BodyField kMessageFields[] = {{"text", Form::kText, true, 1, kTextCharsMax},
                                        {"offline", Form::kBool}};
constexpr BodyField kNoteFields[] = {{"text", Form::kText, true, 1, kTextCharsMax}};
constexpr BodyField kOpenFields[] = {{"name", Form::kText},
                                     {"page", Form::kText},
                                     {"referrer", Form::kText},
                                     {"title", Form::kText}};
constexpr BodyField kContactFields[] = {{"name", Form::kText},
                                        {"email", Form::kEmail},
                                        {"transcript", Form::kBool},
                                        {"identity", Form::kText, false, 1, kIdentityCharsMax}};
constexpr BodyField kSetFields[] = {{"entity", Form::kText, true, 1, kSettingNameMax},
                                    {"field", Form::kText, true, 1, kSettingNameMax},
                                    {"value", Form::kAny, true},
                                    {"revoke", Form::kBool, true},
                                    {"replaces", Form::kDigests, true}};
// Of `visitor` and `chat` there is one: the room of erasures sees to it.
constexpr BodyField kEraseFields[] = {{"visitor", Form::kVisitor},
                                      {"chat", Form::kChat},
                                      {"until", Form::kHlc, true},
                                      {"why", Form::kText}};
constexpr std::size_t kBodyFieldsMax = 5;

std::span<const BodyField> fields_of(std::string_view kind) {
  if (kind == "message") return kMessageFields;
  if (kind == "note") return kNoteFields;
  if (kind == "open") return kOpenFields;
  if (kind == "contact") return kContactFields;
  if (kind == "set") return kSetFields;
  if (kind == "erase") return kEraseFields;
  return {};
}

bool read_body_text(JsonReader& in, const BodyField& field) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (const auto fault = text_fault(text)) return in.fail(Code::kBadText, *fault);
  const std::size_t chars = code_points(text).value_or(0);
  if (chars < field.chars_min) return in.fail(Code::kBadText, "empty");
  if (chars > field.chars_max)
    return in.fail(Code::kBadText,
                   fmt::format("{} characters, at most {}", chars, field.chars_max));
  return true;
}

// Empty: whoever gave one takes it back.
bool read_email(JsonReader& in) {
  std::string text;
  if (!in.read_text(text)) return false;
  return text.empty() || is_email(text) || in.fail(Code::kBadText, "not an e-mail address");
}

bool read_body_field(JsonReader& in, const BodyField& field) {
  bool flag = false;
  std::string_view raw;
  std::string text;
  ChatId chat;
  Hlc hlc;
  std::vector<Digest> digests;
  switch (field.form) {
    case Form::kText:
      return read_body_text(in, field);
    case Form::kEmail:
      return read_email(in);
    case Form::kBool:
      return in.read_bool(flag);
    case Form::kAny:
      return in.read_raw(raw);
    case Form::kDigests:
      return read_list(in, digests, kReplacesMax,
                       [](JsonReader& in, Digest& item) { return read_hash(in, item); });
    case Form::kVisitor:
      if (!in.read_text(text)) return false;
      return author_kind(text) == AuthorKind::kVisitor || in.fail(Code::kBadFrame, "no visitor");
    case Form::kChat:
      return read_chat(in, chat);
    case Form::kHlc:
      return read_hlc(in, hlc);
  }
  return false;
}

bool read_nonce(JsonReader& in) {
  std::string text;
  if (!in.read_text(text)) return false;
  return is_nonce(text) || in.fail(Code::kBadFrame, "not 22 characters of base64url");
}

// Member 0 is the nonce, the kind's own follow.
bool read_body(JsonReader& in, std::span<const BodyField> fields) {
  std::string_view names[1 + kBodyFieldsMax] = {"nonce"};
  std::uint32_t required = 1;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    names[i + 1] = fields[i].name;
    if (fields[i].required) required |= 2U << i;
  }
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    const auto field = std::ranges::find(fields, name, &BodyField::name);
    const auto bit = static_cast<unsigned>(field - fields.begin() + 1);
    bool ok;
    if (name == "nonce") {
      ok = (members.once(in, 0, name) && read_nonce(in)) || in.within(name);
    } else if (field != fields.end()) {
      ok = (members.once(in, bit, name) && read_body_field(in, *field)) || in.within(name);
    } else {
      ok = members.skip(in, name);
    }
    if (!ok) return false;
  }
  return members.complete(in, required, names);
}

std::unexpected<WireError> inside(std::string_view part, WireError error) {
  error.why = std::string(part) + ": " + error.why;
  return std::unexpected(std::move(error));
}

// {"head":…,"body":…}
std::size_t event_bytes(const Content& content) {
  constexpr std::string_view kRest = "{\"head\":,\"body\":}";
  return kRest.size() + json_text_size(content.head_bytes) + json_text_size(*content.body_bytes);
}

const KindRow* find_kind(std::string_view kind) {
  const auto row = std::ranges::find(kKindTable, kind, &KindRow::kind);
  return row == std::end(kKindTable) ? nullptr : row;
}

bool may_author(const KindRow& kind, AuthorKind role) {
  switch (role) {
    case AuthorKind::kVisitor:
      return kind.visitor;
    case AuthorKind::kOperator:
      return kind.operator_;
    case AuthorKind::kDeployment:
      return kind.deployment;
    case AuthorKind::kAdministrator:
      return kind.administrator;
  }
  return false;
}

}  // namespace

std::string_view name_of(Audience audience) {
  switch (audience) {
    case Audience::kChat:
      return "chat";
    case Audience::kOperators:
      return "operators";
    case Audience::kNodes:
      break;
  }
  return "nodes";
}

Audience audience_named(std::string_view name) {
  if (name == "chat") return Audience::kChat;
  if (name == "operators") return Audience::kOperators;
  return Audience::kNodes;
}

Parsed<ContentPtr> read_content(std::string head_bytes, std::optional<std::string> body_bytes) {
  auto head = parse_document<Head>(
      head_bytes, kHeadBytesMax, [](JsonReader& in, Head& value) { return read_head(in, value); });
  if (!head) return inside("head", std::move(head).error());
  if (body_bytes) {
    if (body_bytes->size() > kBodyBytesMax) {
      return refuse(Code::kFrameTooLarge, "body: {} bytes, at most {}", body_bytes->size(),
                    kBodyBytesMax);
    }
    if (body_hash(*body_bytes) != head->body_hash)
      return refuse(Code::kBodyMismatch, "body: not the one that the head names");
  }
  const Digest digest = digest_of(head_bytes);
  return std::make_shared<const Content>(
      Content{std::move(head_bytes), std::move(body_bytes), *std::move(head), digest});
}

std::expected<void, WireError> check_body(std::string_view kind, std::string_view body_bytes) {
  const auto fields = fields_of(kind);
  struct Checked {};
  auto body =
      parse_document<Checked>(body_bytes, kBodyBytesMax,
                              [fields](JsonReader& in, Checked&) { return read_body(in, fields); });
  if (!body) return inside("body", std::move(body).error());
  return {};
}

std::expected<void, WireError> check_client_content(const Content& content, AuthorKind role) {
  const Head& head = content.head;
  const KindRow* kind = find_kind(head.kind);
  if (kind == nullptr) return refuse(Code::kUnknownKind, "kind: {} is not known", head.kind);
  if (!kind->from_client || !may_author(*kind, role))
    return refuse(Code::kNotAllowed, "kind: {} is not this role's to send", head.kind);
  if (name_of(head.audience) != kind->audience) {
    return refuse(Code::kForbiddenAudience, "audience: of a {} it is {}", head.kind,
                  kind->audience);
  }
  const bool of_a_chat = head.audience != Audience::kNodes;
  if (head.chat.value().empty() == of_a_chat) {
    return refuse(Code::kBadChat, "chat: {}", of_a_chat ? "empty" : "this kind belongs to none");
  }
  if (head.kind == "open" && head.chat != chat_id(head.site, head.author, head.id)) {
    return refuse(Code::kBadChat, "chat: not the hash of its opening event");
  }
  if (!content.body_bytes) return refuse(Code::kBadFrame, "body: missing");
  // A send leaves more room in its frame than a give, which carries the acceptances too.
  if (const std::size_t size = event_bytes(content); size > kEventBytesMax) {
    return refuse(Code::kFrameTooLarge, "head and body: {} bytes in a frame, at most {}", size,
                  kEventBytesMax);
  }
  return check_body(head.kind, *content.body_bytes);
}

ContentPtr compose(const Draft& draft, std::string body_bytes) {
  const ChatId chat =
      draft.kind == "open" ? chat_id(draft.site, draft.author, draft.id) : draft.chat;
  JsonWriter out(512);
  out.raw("{\"v\":1,\"site\":");
  out.text(draft.site.value());
  out.raw(",\"chat\":");
  out.text(chat.value());
  out.raw(",\"author\":");
  out.text(draft.author.value());
  out.raw(",\"id\":");
  out.text(draft.id.value());
  out.raw(",\"kind\":");
  out.text(draft.kind);
  out.raw(",\"audience\":");
  out.text(name_of(draft.audience));
  out.raw(",\"after\":[");
  for (std::size_t i = 0; i < draft.after.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(draft.after[i].value());
  }
  out.raw("],\"body\":");
  out.hash(body_hash(body_bytes));
  out.raw('}');
  auto content = read_content(out.take(), std::move(body_bytes));
  CHECK(content.has_value(), "a composed event must parse: {}", content.error().why);
  return *std::move(content);
}

std::string nonce_text(const std::array<std::uint8_t, 16>& random) {
  return base64url_encode(ByteView(random));
}

std::string text_body(std::string_view nonce, std::string_view text) {
  JsonWriter out(text.size() + 64);
  out.raw("{\"nonce\":");
  out.text(nonce);
  out.raw(",\"text\":");
  out.text(text);
  out.raw('}');
  return out.take();
}

}  // namespace holdfast::protocol
