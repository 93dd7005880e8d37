// Made by tools/gen_protocol from src/protocol/schema.json. Change the schema, not this file.
// clang-format off
#include "protocol/frames.gen.h"

#include <utility>

#include "protocol/fields.h"
#include "protocol/frame_text.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::protocol {

std::string_view name_of(Role value) {
  switch (value) {
    case Role::kVisitor: return "visitor";
    case Role::kOperator: return "operator";
    case Role::kProbe: return "probe";
  }
  return "";
}

std::string_view name_of(ChatState value) {
  switch (value) {
    case ChatState::kQueued: return "queued";
    case ChatState::kAssigned: return "assigned";
    case ChatState::kClosed: return "closed";
  }
  return "";
}

std::string_view name_of(AskWhat value) {
  switch (value) {
    case AskWhat::kAccept: return "accept";
    case AskWhat::kClose: return "close";
    case AskWhat::kRelease: return "release";
    case AskWhat::kTransfer: return "transfer";
  }
  return "";
}

std::string_view name_of(Presence value) {
  switch (value) {
    case Presence::kOnline: return "online";
    case Presence::kAway: return "away";
  }
  return "";
}

namespace {

bool read(JsonReader& in, Role& value) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (text == "visitor") {
    value = Role::kVisitor;
    return true;
  }
  if (text == "operator") {
    value = Role::kOperator;
    return true;
  }
  if (text == "probe") {
    value = Role::kProbe;
    return true;
  }
  return in.fail(Code::kBadFrame, "none of visitor, operator, probe");
}

void write(JsonWriter& out, Role value) { out.text(name_of(value)); }

bool read(JsonReader& in, ChatState& value) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (text == "queued") {
    value = ChatState::kQueued;
    return true;
  }
  if (text == "assigned") {
    value = ChatState::kAssigned;
    return true;
  }
  if (text == "closed") {
    value = ChatState::kClosed;
    return true;
  }
  return in.fail(Code::kBadFrame, "none of queued, assigned, closed");
}

void write(JsonWriter& out, ChatState value) { out.text(name_of(value)); }

bool read(JsonReader& in, AskWhat& value) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (text == "accept") {
    value = AskWhat::kAccept;
    return true;
  }
  if (text == "close") {
    value = AskWhat::kClose;
    return true;
  }
  if (text == "release") {
    value = AskWhat::kRelease;
    return true;
  }
  if (text == "transfer") {
    value = AskWhat::kTransfer;
    return true;
  }
  return in.fail(Code::kBadFrame, "none of accept, close, release, transfer");
}

void write(JsonWriter& out, AskWhat value) { out.text(name_of(value)); }

bool read(JsonReader& in, Presence& value) {
  std::string text;
  if (!in.read_text(text)) return false;
  if (text == "online") {
    value = Presence::kOnline;
    return true;
  }
  if (text == "away") {
    value = Presence::kAway;
    return true;
  }
  return in.fail(Code::kBadFrame, "none of online, away");
}

void write(JsonWriter& out, Presence value) { out.text(name_of(value)); }

bool read(JsonReader& in, Acceptance& value) {
  static constexpr std::string_view kNames[] = {"o", "s", "t", "k", "m"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "o") {
      if (!members.once(in, 0, name) || !read_origin(in, value.origin)) return in.within(kNames[0]);
    } else if (name == "s") {
      if (!members.once(in, 1, name) || !read_seq(in, value.seq)) return in.within(kNames[1]);
    } else if (name == "t") {
      if (!members.once(in, 2, name) || !read_hlc(in, value.hlc)) return in.within(kNames[2]);
    } else if (name == "k") {
      if (!members.once(in, 3, name) || !read_key_id(in, value.key)) return in.within(kNames[3]);
    } else if (name == "m") {
      if (!members.once(in, 4, name) || !read_hash(in, value.mac)) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const Acceptance& value) {
  out.raw("{\"o\":");
  out.text(value.origin.value());
  out.raw(",\"s\":");
  out.number(value.seq.value());
  out.raw(",\"t\":");
  out.hlc(value.hlc);
  out.raw(",\"k\":");
  out.text(value.key.value());
  out.raw(",\"m\":");
  out.hash(value.mac.value());
  out.raw('}');
}

bool read(JsonReader& in, Interval& value) {
  static constexpr std::string_view kNames[] = {"a", "b", "p", "h"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "a") {
      if (!members.once(in, 0, name) || !read_seq(in, value.first)) return in.within(kNames[0]);
    } else if (name == "b") {
      if (!members.once(in, 1, name) || !read_seq(in, value.last)) return in.within(kNames[1]);
    } else if (name == "p") {
      if (!members.once(in, 2, name) || !read_hash(in, value.before)) return in.within(kNames[2]);
    } else if (name == "h") {
      if (!members.once(in, 3, name) || !read_hash(in, value.after)) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const Interval& value) {
  out.raw("{\"a\":");
  out.number(value.first.value());
  out.raw(",\"b\":");
  out.number(value.last.value());
  out.raw(",\"p\":");
  out.hash(value.before.value());
  out.raw(",\"h\":");
  out.hash(value.after.value());
  out.raw('}');
}

bool read(JsonReader& in, Versions& value) {
  if (!in.open_array()) return false;
  if (!in.next_item()) return in.fail(Code::kBadFrame, "not a list of 2");
  if (!read_int(in, value.min, {.max = 65535})) return in.within(std::size_t{0});
  if (!in.next_item()) return in.fail(Code::kBadFrame, "not a list of 2");
  if (!read_int(in, value.max, {.max = 65535})) return in.within(std::size_t{1});
  if (in.next_item()) return in.fail(Code::kBadFrame, "not a list of 2");
  return !in.failed();
}

void write(JsonWriter& out, const Versions& value) {
  out.raw("[");
  out.number(value.min);
  out.raw(",");
  out.number(value.max);
  out.raw(']');
}

bool read(JsonReader& in, SignedVerdict& value) {
  static constexpr std::string_view kNames[] = {"p", "k", "s"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "p") {
      if (!members.once(in, 0, name) || !read_text(in, value.p, {.min = 1, .max = 2048})) return in.within(kNames[0]);
    } else if (name == "k") {
      if (!members.once(in, 1, name) || !read_key_id(in, value.k)) return in.within(kNames[1]);
    } else if (name == "s") {
      if (!members.once(in, 2, name) || !read_text(in, value.s, {.min = 86, .max = 86})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const SignedVerdict& value) {
  out.raw("{\"p\":");
  out.text(value.p);
  out.raw(",\"k\":");
  out.text(value.k.value());
  out.raw(",\"s\":");
  out.text(value.s);
  out.raw('}');
}

bool read(JsonReader& in, ChatDigest& value) {
  static constexpr std::string_view kNames[] = {"chat", "digest"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "chat") {
      if (!members.once(in, 0, name) || !read_chat(in, value.chat)) return in.within(kNames[0]);
    } else if (name == "digest") {
      if (!members.once(in, 1, name) || !read_hash(in, value.digest)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const ChatDigest& value) {
  out.raw("{\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digest\":");
  out.hash(value.digest);
  out.raw('}');
}

bool read(JsonReader& in, KnownChat& value) {
  static constexpr std::string_view kNames[] = {"chat", "digest", "state"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "chat") {
      if (!members.once(in, 0, name) || !read_chat(in, value.chat)) return in.within(kNames[0]);
    } else if (name == "digest") {
      if (!members.once(in, 1, name) || !read_hash(in, value.digest)) return in.within(kNames[1]);
    } else if (name == "state") {
      if (!members.once(in, 2, name) || !read(in, value.state)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const KnownChat& value) {
  out.raw("{\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digest\":");
  out.hash(value.digest);
  out.raw(",\"state\":");
  write(out, value.state);
  out.raw('}');
}

bool read(JsonReader& in, SafeAt& value) {
  static constexpr std::string_view kNames[] = {"o", "s", "h"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "o") {
      if (!members.once(in, 0, name) || !read_origin(in, value.o)) return in.within(kNames[0]);
    } else if (name == "s") {
      if (!members.once(in, 1, name) || !read_seq(in, value.s)) return in.within(kNames[1]);
    } else if (name == "h") {
      if (!members.once(in, 2, name) || !read_hash(in, value.h)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const SafeAt& value) {
  out.raw("{\"o\":");
  out.text(value.o.value());
  out.raw(",\"s\":");
  out.number(value.s.value());
  out.raw(",\"h\":");
  out.hash(value.h.value());
  out.raw('}');
}

bool read(JsonReader& in, KnownOutbox& value) {
  static constexpr std::string_view kNames[] = {"digest", "acc", "safe"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "digest") {
      if (!members.once(in, 0, name) || !read_hash(in, value.digest)) return in.within(kNames[0]);
    } else if (name == "acc") {
      if (!members.once(in, 1, name) || !read_list(in, value.acc, 64, [](JsonReader& in, Acceptance& item) { return read(in, item); })) return in.within(kNames[1]);
    } else if (name == "safe") {
      if (!members.once(in, 2, name) || !read(in, value.safe.emplace())) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const KnownOutbox& value) {
  out.raw("{\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"acc\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.acc.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.acc[i]);
  }
  out.raw(']');
  if (value.safe) {
    out.raw(",\"safe\":");
    write(out, *value.safe);
  }
  out.raw('}');
}

bool read(JsonReader& in, HeldItem& value) {
  if (!in.open_array()) return false;
  if (!in.next_item()) return in.fail(Code::kBadFrame, "an empty row");
  if (!read_hash(in, value.digest)) return in.within(std::size_t{0});
  value.macs.clear();
  while (in.next_item()) {
    if (value.macs.size() == 64) return in.fail(Code::kTooMany, "more than 64");
    if (!read_hash(in, value.macs.emplace_back())) return in.within(value.macs.size());
  }
  return !in.failed();
}

void write(JsonWriter& out, const HeldItem& value) {
  out.raw('[');
  out.hash(value.digest.value());
  for (const auto& item : value.macs) {
    out.raw(',');
    out.hash(item.value());
  }
  out.raw(']');
}

bool read(JsonReader& in, GivenEvent& value) {
  static constexpr std::string_view kNames[] = {"head", "body", "acc"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "head") {
      if (!members.once(in, 0, name) || !read_json(in, value.head, {.min = 2, .max = 4096})) return in.within(kNames[0]);
    } else if (name == "body") {
      if (!members.once(in, 1, name) || !(in.at_null() ? in.read_null() : read_json(in, value.body.emplace(), {.min = 2, .max = 14336}))) return in.within(kNames[1]);
    } else if (name == "acc") {
      if (!members.once(in, 2, name) || !read_list(in, value.acc, 64, [](JsonReader& in, Acceptance& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const GivenEvent& value) {
  out.raw("{\"head\":");
  out.text(value.head);
  out.raw(",\"body\":");
  if (value.body) {
    out.text(*value.body);
  } else {
    out.raw("null");
  }
  out.raw(",\"acc\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.acc.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.acc[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, PersonSeen& value) {
  static constexpr std::string_view kNames[] = {"id", "name"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "id") {
      if (!members.once(in, 0, name) || !read_operator(in, value.id)) return in.within(kNames[0]);
    } else if (name == "name") {
      if (!members.once(in, 1, name) || !read_clean(in, value.name, {.max = 2000})) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const PersonSeen& value) {
  out.raw("{\"id\":");
  out.text(value.id.value());
  out.raw(",\"name\":");
  out.text(value.name);
  out.raw('}');
}

bool read(JsonReader& in, OpenSpan& value) {
  static constexpr std::string_view kNames[] = {"day", "from", "to"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "day") {
      if (!members.once(in, 0, name) || !read_int(in, value.day, {.min = 1, .max = 7})) return in.within(kNames[0]);
    } else if (name == "from") {
      if (!members.once(in, 1, name) || !read_int(in, value.from, {.max = 1440})) return in.within(kNames[1]);
    } else if (name == "to") {
      if (!members.once(in, 2, name) || !read_int(in, value.to, {.max = 1440})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const OpenSpan& value) {
  out.raw("{\"day\":");
  out.number(value.day);
  out.raw(",\"from\":");
  out.number(value.from);
  out.raw(",\"to\":");
  out.number(value.to);
  out.raw('}');
}

bool read(JsonReader& in, SiteView& value) {
  static constexpr std::string_view kNames[] = {"name", "colour", "greeting", "away", "zone", "hours", "transcripts"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "name") {
      if (!members.once(in, 0, name) || !read_clean(in, value.name, {.max = 2000})) return in.within(kNames[0]);
    } else if (name == "colour") {
      if (!members.once(in, 1, name) || !read_clean(in, value.colour.emplace(), {.max = 7})) return in.within(kNames[1]);
    } else if (name == "greeting") {
      if (!members.once(in, 2, name) || !read_clean(in, value.greeting.emplace(), {.max = 8000})) return in.within(kNames[2]);
    } else if (name == "away") {
      if (!members.once(in, 3, name) || !read_clean(in, value.away.emplace(), {.max = 8000})) return in.within(kNames[3]);
    } else if (name == "zone") {
      if (!members.once(in, 4, name) || !read_clean(in, value.zone.emplace(), {.max = 64})) return in.within(kNames[4]);
    } else if (name == "hours") {
      if (!members.once(in, 5, name) || !read_list(in, value.hours.emplace(), 28, [](JsonReader& in, OpenSpan& item) { return read(in, item); })) return in.within(kNames[5]);
    } else if (name == "transcripts") {
      if (!members.once(in, 6, name) || !in.read_bool(value.transcripts)) return in.within(kNames[6]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 1, kNames);
}

void write(JsonWriter& out, const SiteView& value) {
  out.raw("{\"name\":");
  out.text(value.name);
  if (value.colour) {
    out.raw(",\"colour\":");
    out.text(*value.colour);
  }
  if (value.greeting) {
    out.raw(",\"greeting\":");
    out.text(*value.greeting);
  }
  if (value.away) {
    out.raw(",\"away\":");
    out.text(*value.away);
  }
  if (value.zone) {
    out.raw(",\"zone\":");
    out.text(*value.zone);
  }
  if (value.hours) {
    out.raw(",\"hours\":");
    out.raw('[');
    for (std::size_t i = 0; i < (*value.hours).size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, (*value.hours)[i]);
    }
    out.raw(']');
  }
  if (value.transcripts) {
    out.raw(",\"transcripts\":");
    out.boolean(value.transcripts);
  }
  out.raw('}');
}

bool read(JsonReader& in, FoundChat& value) {
  static constexpr std::string_view kNames[] = {"chat", "state", "operator", "visitor", "name", "at", "digest", "author", "excerpt"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "chat") {
      if (!members.once(in, 0, name) || !read_chat(in, value.chat)) return in.within(kNames[0]);
    } else if (name == "state") {
      if (!members.once(in, 1, name) || !read(in, value.state)) return in.within(kNames[1]);
    } else if (name == "operator") {
      if (!members.once(in, 2, name) || !read_operator(in, value.operator_id.emplace())) return in.within(kNames[2]);
    } else if (name == "visitor") {
      if (!members.once(in, 3, name) || !read_author(in, value.visitor)) return in.within(kNames[3]);
    } else if (name == "name") {
      if (!members.once(in, 4, name) || !read_clean(in, value.name.emplace(), {.max = 2000})) return in.within(kNames[4]);
    } else if (name == "at") {
      if (!members.once(in, 5, name) || !read_ms(in, value.at)) return in.within(kNames[5]);
    } else if (name == "digest") {
      if (!members.once(in, 6, name) || !read_hash(in, value.digest)) return in.within(kNames[6]);
    } else if (name == "author") {
      if (!members.once(in, 7, name) || !read_author(in, value.author)) return in.within(kNames[7]);
    } else if (name == "excerpt") {
      if (!members.once(in, 8, name) || !read_text(in, value.excerpt, {.max = 2000})) return in.within(kNames[8]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 491, kNames);
}

void write(JsonWriter& out, const FoundChat& value) {
  out.raw("{\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"state\":");
  write(out, value.state);
  if (value.operator_id) {
    out.raw(",\"operator\":");
    out.text((*value.operator_id).value());
  }
  out.raw(",\"visitor\":");
  out.text(value.visitor.value());
  if (value.name) {
    out.raw(",\"name\":");
    out.text(*value.name);
  }
  out.raw(",\"at\":");
  out.number(static_cast<std::uint64_t>(value.at.value()));
  out.raw(",\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"author\":");
  out.text(value.author.value());
  out.raw(",\"excerpt\":");
  out.text(value.excerpt);
  out.raw('}');
}

bool read(JsonReader& in, RegisterSeen& value) {
  static constexpr std::string_view kNames[] = {"entity", "field", "value", "unreplaced", "by", "at"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "entity") {
      if (!members.once(in, 0, name) || !read_clean(in, value.entity, {.min = 1, .max = 64})) return in.within(kNames[0]);
    } else if (name == "field") {
      if (!members.once(in, 1, name) || !read_clean(in, value.field, {.min = 1, .max = 64})) return in.within(kNames[1]);
    } else if (name == "value") {
      if (!members.once(in, 2, name) || !(in.at_null() ? in.read_null() : read_json(in, value.value.emplace(), {.max = 14336}))) return in.within(kNames[2]);
    } else if (name == "unreplaced") {
      if (!members.once(in, 3, name) || !read_list(in, value.unreplaced, 100, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[3]);
    } else if (name == "by") {
      if (!members.once(in, 4, name) || !read_author(in, value.by.emplace())) return in.within(kNames[4]);
    } else if (name == "at") {
      if (!members.once(in, 5, name) || !read_ms(in, value.at.emplace())) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const RegisterSeen& value) {
  out.raw("{\"entity\":");
  out.text(value.entity);
  out.raw(",\"field\":");
  out.text(value.field);
  out.raw(",\"value\":");
  if (value.value) {
    out.text(*value.value);
  } else {
    out.raw("null");
  }
  out.raw(",\"unreplaced\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.unreplaced.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(value.unreplaced[i].value());
  }
  out.raw(']');
  if (value.by) {
    out.raw(",\"by\":");
    out.text((*value.by).value());
  }
  if (value.at) {
    out.raw(",\"at\":");
    out.number(static_cast<std::uint64_t>((*value.at).value()));
  }
  out.raw('}');
}

bool read(JsonReader& in, OperatorSeen& value) {
  static constexpr std::string_view kNames[] = {"id", "name", "online"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "id") {
      if (!members.once(in, 0, name) || !read_operator(in, value.id)) return in.within(kNames[0]);
    } else if (name == "name") {
      if (!members.once(in, 1, name) || !read_clean(in, value.name, {.max = 2000})) return in.within(kNames[1]);
    } else if (name == "online") {
      if (!members.once(in, 2, name) || !in.read_bool(value.online)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const OperatorSeen& value) {
  out.raw("{\"id\":");
  out.text(value.id.value());
  out.raw(",\"name\":");
  out.text(value.name);
  out.raw(",\"online\":");
  out.boolean(value.online);
  out.raw('}');
}

bool read(JsonReader& in, PeerState& value) {
  static constexpr std::string_view kNames[] = {"up", "behind"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "up") {
      if (!members.once(in, 0, name) || !in.read_bool(value.up)) return in.within(kNames[0]);
    } else if (name == "behind") {
      if (!members.once(in, 1, name) || !read_int(in, value.behind, {})) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const PeerState& value) {
  out.raw("{\"up\":");
  out.boolean(value.up);
  out.raw(",\"behind\":");
  out.number(value.behind);
  out.raw('}');
}

bool read(JsonReader& in, SecretAuth& value) {
  static constexpr std::string_view kNames[] = {"type", "secret"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "type") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "secret") {
      if (!members.once(in, 1, name) || !read_secret(in, value.secret)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const SecretAuth& value) {
  out.raw("{\"type\":\"secret\",\"secret\":");
  out.text(value.secret);
  out.raw('}');
}

bool read(JsonReader& in, KeyAuth& value) {
  static constexpr std::string_view kNames[] = {"type", "pub", "sig"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "type") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "pub") {
      if (!members.once(in, 1, name) || !read_text(in, value.pub, {.min = 64, .max = 256})) return in.within(kNames[1]);
    } else if (name == "sig") {
      if (!members.once(in, 2, name) || !read_text(in, value.sig, {.min = 86, .max = 86})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const KeyAuth& value) {
  out.raw("{\"type\":\"key\",\"pub\":");
  out.text(value.pub);
  out.raw(",\"sig\":");
  out.text(value.sig);
  out.raw('}');
}

bool read(JsonReader& in, TokenAuth& value) {
  static constexpr std::string_view kNames[] = {"type", "token", "pub", "sig"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "type") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "token") {
      if (!members.once(in, 1, name) || !read_text(in, value.token, {.min = 1, .max = 2048})) return in.within(kNames[1]);
    } else if (name == "pub") {
      if (!members.once(in, 2, name) || !read_text(in, value.pub.emplace(), {.min = 64, .max = 256})) return in.within(kNames[2]);
    } else if (name == "sig") {
      if (!members.once(in, 3, name) || !read_text(in, value.sig.emplace(), {.min = 86, .max = 86})) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const TokenAuth& value) {
  out.raw("{\"type\":\"token\",\"token\":");
  out.text(value.token);
  if (value.pub) {
    out.raw(",\"pub\":");
    out.text(*value.pub);
  }
  if (value.sig) {
    out.raw(",\"sig\":");
    out.text(*value.sig);
  }
  out.raw('}');
}

bool read(JsonReader& in, ProbeAuth& value) {
  static constexpr std::string_view kNames[] = {"type", "at", "mac", "peer"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "type") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "at") {
      if (!members.once(in, 1, name) || !read_ms(in, value.at)) return in.within(kNames[1]);
    } else if (name == "mac") {
      if (!members.once(in, 2, name) || !read_hash(in, value.mac)) return in.within(kNames[2]);
    } else if (name == "peer") {
      if (!members.once(in, 3, name) || !in.read_bool(value.peer)) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const ProbeAuth& value) {
  out.raw("{\"type\":\"probe\",\"at\":");
  out.number(static_cast<std::uint64_t>(value.at.value()));
  out.raw(",\"mac\":");
  out.hash(value.mac.value());
  if (value.peer) {
    out.raw(",\"peer\":");
    out.boolean(value.peer);
  }
  out.raw('}');
}

bool read(JsonReader& in, Auth& value) {
  std::string type;
  if (!peek_member(in, "type", type)) return false;
  if (type == "secret") return read(in, value.emplace<SecretAuth>());
  if (type == "key") return read(in, value.emplace<KeyAuth>());
  if (type == "token") return read(in, value.emplace<TokenAuth>());
  if (type == "probe") return read(in, value.emplace<ProbeAuth>());
  in.fail(Code::kBadFrame, "none of secret, key, token, probe");
  return in.within("type");
}

void write(JsonWriter& out, const Auth& value) {
  std::visit([&out](const auto& one) { write(out, one); }, value);
}

bool read(JsonReader& in, OriginHoldings& value) {
  static constexpr std::string_view kNames[] = {"o", "i"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "o") {
      if (!members.once(in, 0, name) || !read_origin(in, value.o)) return in.within(kNames[0]);
    } else if (name == "i") {
      if (!members.once(in, 1, name) || !read_list(in, value.i, 65536, [](JsonReader& in, Interval& item) { return read(in, item); })) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const OriginHoldings& value) {
  out.raw("{\"o\":");
  out.text(value.o.value());
  out.raw(",\"i\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.i.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.i[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, PeerEntry& value) {
  static constexpr std::string_view kNames[] = {"acc", "head", "body"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "acc") {
      if (!members.once(in, 0, name) || !read(in, value.acc)) return in.within(kNames[0]);
    } else if (name == "head") {
      if (!members.once(in, 1, name) || !read_json(in, value.head, {.min = 2, .max = 4096})) return in.within(kNames[1]);
    } else if (name == "body") {
      if (!members.once(in, 2, name) || !(in.at_null() ? in.read_null() : read_json(in, value.body.emplace(), {.min = 2, .max = 14336}))) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const PeerEntry& value) {
  out.raw("{\"acc\":");
  write(out, value.acc);
  out.raw(",\"head\":");
  out.text(value.head);
  out.raw(",\"body\":");
  if (value.body) {
    out.text(*value.body);
  } else {
    out.raw("null");
  }
  out.raw('}');
}

bool read(JsonReader& in, PeerRun& value) {
  static constexpr std::string_view kNames[] = {"a", "p", "e"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "a") {
      if (!members.once(in, 0, name) || !read_seq(in, value.a)) return in.within(kNames[0]);
    } else if (name == "p") {
      if (!members.once(in, 1, name) || !read_hash(in, value.p)) return in.within(kNames[1]);
    } else if (name == "e") {
      if (!members.once(in, 2, name) || !read_list(in, value.e, 65536, [](JsonReader& in, PeerEntry& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const PeerRun& value) {
  out.raw("{\"a\":");
  out.number(value.a.value());
  out.raw(",\"p\":");
  out.hash(value.p.value());
  out.raw(",\"e\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.e.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.e[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, PeerPresence& value) {
  static constexpr std::string_view kNames[] = {"site", "id", "state"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "site") {
      if (!members.once(in, 0, name) || !read_site(in, value.site)) return in.within(kNames[0]);
    } else if (name == "id") {
      if (!members.once(in, 1, name) || !read_operator(in, value.id)) return in.within(kNames[1]);
    } else if (name == "state") {
      if (!members.once(in, 2, name) || !read(in, value.state)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const PeerPresence& value) {
  out.raw("{\"site\":");
  out.text(value.site.value());
  out.raw(",\"id\":");
  out.text(value.id.value());
  out.raw(",\"state\":");
  write(out, value.state);
  out.raw('}');
}

bool read(JsonReader& in, PeerReport& value) {
  static constexpr std::string_view kNames[] = {"hedges_won", "late_acks", "failed_connects", "at"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "hedges_won") {
      if (!members.once(in, 0, name) || !read_int(in, value.hedges_won, {})) return in.within(kNames[0]);
    } else if (name == "late_acks") {
      if (!members.once(in, 1, name) || !read_int(in, value.late_acks, {})) return in.within(kNames[1]);
    } else if (name == "failed_connects") {
      if (!members.once(in, 2, name) || !read_int(in, value.failed_connects, {})) return in.within(kNames[2]);
    } else if (name == "at") {
      if (!members.once(in, 3, name) || !read_ms(in, value.at)) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const PeerReport& value) {
  out.raw("{\"hedges_won\":");
  out.number(value.hedges_won);
  out.raw(",\"late_acks\":");
  out.number(value.late_acks);
  out.raw(",\"failed_connects\":");
  out.number(value.failed_connects);
  out.raw(",\"at\":");
  out.number(static_cast<std::uint64_t>(value.at.value()));
  out.raw('}');
}

bool read(JsonReader& in, from_client::Hello& value) {
  static constexpr std::string_view kNames[] = {"t", "versions", "as", "site", "auth", "outbox", "chats", "warm", "page"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "versions") {
      if (!members.once(in, 1, name) || !read(in, value.versions)) return in.within(kNames[1]);
    } else if (name == "as") {
      if (!members.once(in, 2, name) || !read(in, value.as)) return in.within(kNames[2]);
    } else if (name == "site") {
      if (!members.once(in, 3, name) || !read_site(in, value.site)) return in.within(kNames[3]);
    } else if (name == "auth") {
      if (!members.once(in, 4, name) || !read(in, value.auth)) return in.within(kNames[4]);
    } else if (name == "outbox") {
      if (!members.once(in, 5, name) || !read_list(in, value.outbox, 200, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[5]);
    } else if (name == "chats") {
      if (!members.once(in, 6, name) || !read_list(in, value.chats, 100, [](JsonReader& in, ChatDigest& item) { return read(in, item); })) return in.within(kNames[6]);
    } else if (name == "warm") {
      if (!members.once(in, 7, name) || !in.read_bool(value.warm)) return in.within(kNames[7]);
    } else if (name == "page") {
      if (!members.once(in, 8, name) || !read_clean(in, value.page.emplace(), {.max = 2000})) return in.within(kNames[8]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 255, kNames);
}

void write(JsonWriter& out, const from_client::Hello& value) {
  out.raw("{\"t\":\"hello\",\"versions\":");
  write(out, value.versions);
  out.raw(",\"as\":");
  write(out, value.as);
  out.raw(",\"site\":");
  out.text(value.site.value());
  out.raw(",\"auth\":");
  write(out, value.auth);
  out.raw(",\"outbox\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.outbox.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(value.outbox[i].value());
  }
  out.raw(']');
  out.raw(",\"chats\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.chats.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.chats[i]);
  }
  out.raw(']');
  out.raw(",\"warm\":");
  out.boolean(value.warm);
  if (value.page) {
    out.raw(",\"page\":");
    out.text(*value.page);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_client::Send& value) {
  static constexpr std::string_view kNames[] = {"t", "head", "body", "hedge", "acc"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "head") {
      if (!members.once(in, 1, name) || !read_json(in, value.head, {.min = 2, .max = 4096})) return in.within(kNames[1]);
    } else if (name == "body") {
      if (!members.once(in, 2, name) || !read_json(in, value.body, {.min = 2, .max = 14336})) return in.within(kNames[2]);
    } else if (name == "hedge") {
      if (!members.once(in, 3, name) || !in.read_bool(value.hedge)) return in.within(kNames[3]);
    } else if (name == "acc") {
      if (!members.once(in, 4, name) || !read_list(in, value.acc, 64, [](JsonReader& in, Acceptance& item) { return read(in, item); })) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_client::Send& value) {
  out.raw("{\"t\":\"send\",\"head\":");
  out.text(value.head);
  out.raw(",\"body\":");
  out.text(value.body);
  if (value.hedge) {
    out.raw(",\"hedge\":");
    out.boolean(value.hedge);
  }
  if (!value.acc.empty()) {
    out.raw(",\"acc\":");
    out.raw('[');
    for (std::size_t i = 0; i < value.acc.size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, value.acc[i]);
    }
    out.raw(']');
  }
  out.raw('}');
}

bool read(JsonReader& in, from_client::Have& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "items", "more"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "items") {
      if (!members.once(in, 2, name) || !read_list(in, value.items, 80, [](JsonReader& in, HeldItem& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (name == "more") {
      if (!members.once(in, 3, name) || !in.read_bool(value.more)) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_client::Have& value) {
  out.raw("{\"t\":\"have\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"items\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.items[i]);
  }
  out.raw(']');
  out.raw(",\"more\":");
  out.boolean(value.more);
  out.raw('}');
}

bool read(JsonReader& in, from_client::Give& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "events"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "events") {
      if (!members.once(in, 2, name) || !read_list(in, value.events, 80, [](JsonReader& in, GivenEvent& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_client::Give& value) {
  out.raw("{\"t\":\"give\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"events\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.events.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.events[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_client::Ask& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "chat", "what", "covers", "to"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "chat") {
      if (!members.once(in, 2, name) || !read_chat(in, value.chat)) return in.within(kNames[2]);
    } else if (name == "what") {
      if (!members.once(in, 3, name) || !read(in, value.what)) return in.within(kNames[3]);
    } else if (name == "covers") {
      if (!members.once(in, 4, name) || !read_list(in, value.covers, 32, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[4]);
    } else if (name == "to") {
      if (!members.once(in, 5, name) || !read_operator(in, value.to.emplace())) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_client::Ask& value) {
  out.raw("{\"t\":\"ask\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"what\":");
  write(out, value.what);
  if (!value.covers.empty()) {
    out.raw(",\"covers\":");
    out.raw('[');
    for (std::size_t i = 0; i < value.covers.size(); ++i) {
      if (i != 0) out.raw(',');
      out.hash(value.covers[i].value());
    }
    out.raw(']');
  }
  if (value.to) {
    out.raw(",\"to\":");
    out.text((*value.to).value());
  }
  out.raw('}');
}

bool read(JsonReader& in, from_client::Find& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "text", "before", "limit"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "text") {
      if (!members.once(in, 2, name) || !read_clean(in, value.text, {.max = 400})) return in.within(kNames[2]);
    } else if (name == "before") {
      if (!members.once(in, 3, name) || !read_clean(in, value.before.emplace(), {.max = 64})) return in.within(kNames[3]);
    } else if (name == "limit") {
      if (!members.once(in, 4, name) || !read_int(in, value.limit.emplace(), {.min = 1, .max = 50})) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_client::Find& value) {
  out.raw("{\"t\":\"find\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"text\":");
  out.text(value.text);
  if (value.before) {
    out.raw(",\"before\":");
    out.text(*value.before);
  }
  if (value.limit) {
    out.raw(",\"limit\":");
    out.number(*value.limit);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_client::Look& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "on"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "on") {
      if (!members.once(in, 2, name) || !in.read_bool(value.on)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_client::Look& value) {
  out.raw("{\"t\":\"look\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"on\":");
  out.boolean(value.on);
  out.raw('}');
}

bool read(JsonReader& in, from_client::View& value) {
  static constexpr std::string_view kNames[] = {"t", "on"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "on") {
      if (!members.once(in, 1, name) || !in.read_bool(value.on)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_client::View& value) {
  out.raw("{\"t\":\"view\",\"on\":");
  out.boolean(value.on);
  out.raw('}');
}

bool read(JsonReader& in, from_client::Signal& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "what", "on"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "what") {
      if (!members.once(in, 2, name) || !read_text(in, value.what, {.min = 1, .max = 32})) return in.within(kNames[2]);
    } else if (name == "on") {
      if (!members.once(in, 3, name) || !in.read_bool(value.on)) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_client::Signal& value) {
  out.raw("{\"t\":\"signal\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"what\":");
  out.text(value.what);
  out.raw(",\"on\":");
  out.boolean(value.on);
  out.raw('}');
}

bool read(JsonReader& in, from_client::Status& value) {
  static constexpr std::string_view kNames[] = {"t", "state"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "state") {
      if (!members.once(in, 1, name) || !read(in, value.state)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_client::Status& value) {
  out.raw("{\"t\":\"status\",\"state\":");
  write(out, value.state);
  out.raw('}');
}

bool read(JsonReader& in, from_client::Report& value) {
  static constexpr std::string_view kNames[] = {"t", "hedges_won", "late_acks", "failed_connects", "at", "age_ms"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "hedges_won") {
      if (!members.once(in, 1, name) || !read_int(in, value.hedges_won, {})) return in.within(kNames[1]);
    } else if (name == "late_acks") {
      if (!members.once(in, 2, name) || !read_int(in, value.late_acks, {})) return in.within(kNames[2]);
    } else if (name == "failed_connects") {
      if (!members.once(in, 3, name) || !read_int(in, value.failed_connects, {})) return in.within(kNames[3]);
    } else if (name == "at") {
      if (!members.once(in, 4, name) || !read_ms(in, value.at)) return in.within(kNames[4]);
    } else if (name == "age_ms") {
      if (!members.once(in, 5, name) || !read_int(in, value.age_ms.emplace(), {})) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_client::Report& value) {
  out.raw("{\"t\":\"report\",\"hedges_won\":");
  out.number(value.hedges_won);
  out.raw(",\"late_acks\":");
  out.number(value.late_acks);
  out.raw(",\"failed_connects\":");
  out.number(value.failed_connects);
  out.raw(",\"at\":");
  out.number(static_cast<std::uint64_t>(value.at.value()));
  if (value.age_ms) {
    out.raw(",\"age_ms\":");
    out.number(*value.age_ms);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_client::Beat& value) {
  static_cast<void>(value);
  static constexpr std::string_view kNames[] = {"t"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 1, kNames);
}

void write(JsonWriter& out, [[maybe_unused]] const from_client::Beat& value) {
  out.raw("{\"t\":\"beat\"");
  out.raw('}');
}

bool read(JsonReader& in, from_node::Challenge& value) {
  static constexpr std::string_view kNames[] = {"t", "nonce", "deployment", "versions", "time"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "nonce") {
      if (!members.once(in, 1, name) || !read_hash(in, value.nonce)) return in.within(kNames[1]);
    } else if (name == "deployment") {
      if (!members.once(in, 2, name) || !read_deployment(in, value.deployment)) return in.within(kNames[2]);
    } else if (name == "versions") {
      if (!members.once(in, 3, name) || !read(in, value.versions)) return in.within(kNames[3]);
    } else if (name == "time") {
      if (!members.once(in, 4, name) || !read_ms(in, value.time)) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_node::Challenge& value) {
  out.raw("{\"t\":\"challenge\",\"nonce\":");
  out.hash(value.nonce);
  out.raw(",\"deployment\":");
  out.text(name_of(value.deployment));
  out.raw(",\"versions\":");
  write(out, value.versions);
  out.raw(",\"time\":");
  out.number(static_cast<std::uint64_t>(value.time.value()));
  out.raw('}');
}

bool read(JsonReader& in, from_node::Welcome& value) {
  static constexpr std::string_view kNames[] = {"t", "version", "author", "deployment", "node", "time", "heartbeat_ms", "verdict", "sites", "peers", "moderators", "chats", "outbox", "available", "operators", "peer", "site", "people", "role"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "version") {
      if (!members.once(in, 1, name) || !read_int(in, value.version, {.max = 65535})) return in.within(kNames[1]);
    } else if (name == "author") {
      if (!members.once(in, 2, name) || !read_author(in, value.author)) return in.within(kNames[2]);
    } else if (name == "deployment") {
      if (!members.once(in, 3, name) || !read_deployment(in, value.deployment)) return in.within(kNames[3]);
    } else if (name == "node") {
      if (!members.once(in, 4, name) || !read_text(in, value.node, {.min = 1, .max = 64})) return in.within(kNames[4]);
    } else if (name == "time") {
      if (!members.once(in, 5, name) || !read_ms(in, value.time)) return in.within(kNames[5]);
    } else if (name == "heartbeat_ms") {
      if (!members.once(in, 6, name) || !read_int(in, value.heartbeat_ms, {})) return in.within(kNames[6]);
    } else if (name == "verdict") {
      if (!members.once(in, 7, name) || !read(in, value.verdict.emplace())) return in.within(kNames[7]);
    } else if (name == "sites") {
      if (!members.once(in, 8, name) || !read_list(in, value.sites.emplace(), 1000, [](JsonReader& in, SiteId& item) { return read_site(in, item); })) return in.within(kNames[8]);
    } else if (name == "peers") {
      if (!members.once(in, 9, name) || !read_list(in, value.peers, 16, [](JsonReader& in, std::string& item) { return read_url(in, item); })) return in.within(kNames[9]);
    } else if (name == "moderators") {
      if (!members.once(in, 10, name) || !read_list(in, value.moderators, 16, [](JsonReader& in, std::string& item) { return read_url(in, item); })) return in.within(kNames[10]);
    } else if (name == "chats") {
      if (!members.once(in, 11, name) || !read_list(in, value.chats, 1000, [](JsonReader& in, KnownChat& item) { return read(in, item); })) return in.within(kNames[11]);
    } else if (name == "outbox") {
      if (!members.once(in, 12, name) || !read_list(in, value.outbox, 200, [](JsonReader& in, KnownOutbox& item) { return read(in, item); })) return in.within(kNames[12]);
    } else if (name == "available") {
      if (!members.once(in, 13, name) || !in.read_bool(value.available)) return in.within(kNames[13]);
    } else if (name == "operators") {
      if (!members.once(in, 14, name) || !read_list(in, value.operators.emplace(), 1000, [](JsonReader& in, OperatorSeen& item) { return read(in, item); })) return in.within(kNames[14]);
    } else if (name == "peer") {
      if (!members.once(in, 15, name) || !read(in, value.peer.emplace())) return in.within(kNames[15]);
    } else if (name == "site") {
      if (!members.once(in, 16, name) || !read(in, value.site.emplace())) return in.within(kNames[16]);
    } else if (name == "people") {
      if (!members.once(in, 17, name) || !read_list(in, value.people.emplace(), 100, [](JsonReader& in, PersonSeen& item) { return read(in, item); })) return in.within(kNames[17]);
    } else if (name == "role") {
      if (!members.once(in, 18, name) || !read_clean(in, value.role.emplace(), {.max = 32})) return in.within(kNames[18]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15999, kNames);
}

void write(JsonWriter& out, const from_node::Welcome& value) {
  out.raw("{\"t\":\"welcome\",\"version\":");
  out.number(value.version);
  out.raw(",\"author\":");
  out.text(value.author.value());
  out.raw(",\"deployment\":");
  out.text(name_of(value.deployment));
  out.raw(",\"node\":");
  out.text(value.node);
  out.raw(",\"time\":");
  out.number(static_cast<std::uint64_t>(value.time.value()));
  out.raw(",\"heartbeat_ms\":");
  out.number(value.heartbeat_ms);
  if (value.verdict) {
    out.raw(",\"verdict\":");
    write(out, *value.verdict);
  }
  if (value.sites) {
    out.raw(",\"sites\":");
    out.raw('[');
    for (std::size_t i = 0; i < (*value.sites).size(); ++i) {
      if (i != 0) out.raw(',');
      out.text((*value.sites)[i].value());
    }
    out.raw(']');
  }
  out.raw(",\"peers\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.peers.size(); ++i) {
    if (i != 0) out.raw(',');
    out.text(value.peers[i]);
  }
  out.raw(']');
  out.raw(",\"moderators\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.moderators.size(); ++i) {
    if (i != 0) out.raw(',');
    out.text(value.moderators[i]);
  }
  out.raw(']');
  out.raw(",\"chats\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.chats.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.chats[i]);
  }
  out.raw(']');
  out.raw(",\"outbox\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.outbox.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.outbox[i]);
  }
  out.raw(']');
  out.raw(",\"available\":");
  out.boolean(value.available);
  if (value.operators) {
    out.raw(",\"operators\":");
    out.raw('[');
    for (std::size_t i = 0; i < (*value.operators).size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, (*value.operators)[i]);
    }
    out.raw(']');
  }
  if (value.peer) {
    out.raw(",\"peer\":");
    write(out, *value.peer);
  }
  if (value.site) {
    out.raw(",\"site\":");
    write(out, *value.site);
  }
  if (value.people) {
    out.raw(",\"people\":");
    out.raw('[');
    for (std::size_t i = 0; i < (*value.people).size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, (*value.people)[i]);
    }
    out.raw(']');
  }
  if (value.role) {
    out.raw(",\"role\":");
    out.text(*value.role);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Accepted& value) {
  static constexpr std::string_view kNames[] = {"t", "digest", "acc"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "digest") {
      if (!members.once(in, 1, name) || !read_hash(in, value.digest)) return in.within(kNames[1]);
    } else if (name == "acc") {
      if (!members.once(in, 2, name) || !read(in, value.acc)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Accepted& value) {
  out.raw("{\"t\":\"accepted\",\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"acc\":");
  write(out, value.acc);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Safe& value) {
  static constexpr std::string_view kNames[] = {"t", "digest", "o", "s", "h"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "digest") {
      if (!members.once(in, 1, name) || !read_hash(in, value.digest)) return in.within(kNames[1]);
    } else if (name == "o") {
      if (!members.once(in, 2, name) || !read_origin(in, value.o)) return in.within(kNames[2]);
    } else if (name == "s") {
      if (!members.once(in, 3, name) || !read_seq(in, value.s)) return in.within(kNames[3]);
    } else if (name == "h") {
      if (!members.once(in, 4, name) || !read_hash(in, value.h)) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_node::Safe& value) {
  out.raw("{\"t\":\"safe\",\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"o\":");
  out.text(value.o.value());
  out.raw(",\"s\":");
  out.number(value.s.value());
  out.raw(",\"h\":");
  out.hash(value.h.value());
  out.raw('}');
}

bool read(JsonReader& in, from_node::Refused& value) {
  static constexpr std::string_view kNames[] = {"t", "digest", "code", "why", "retry_ms"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "digest") {
      if (!members.once(in, 1, name) || !read_hash(in, value.digest)) return in.within(kNames[1]);
    } else if (name == "code") {
      if (!members.once(in, 2, name) || !read_code(in, value.code)) return in.within(kNames[2]);
    } else if (name == "why") {
      if (!members.once(in, 3, name) || !read_text(in, value.why, {.max = 2000})) return in.within(kNames[3]);
    } else if (name == "retry_ms") {
      if (!members.once(in, 4, name) || !read_int(in, value.retry_ms.emplace(), {})) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_node::Refused& value) {
  out.raw("{\"t\":\"refused\",\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"code\":");
  out.number(number(value.code));
  out.raw(",\"why\":");
  out.text(value.why);
  if (value.retry_ms) {
    out.raw(",\"retry_ms\":");
    out.number(*value.retry_ms);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Event& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "head", "body", "acc", "safe"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "head") {
      if (!members.once(in, 2, name) || !read_json(in, value.head, {.min = 2, .max = 4096})) return in.within(kNames[2]);
    } else if (name == "body") {
      if (!members.once(in, 3, name) || !(in.at_null() ? in.read_null() : read_json(in, value.body.emplace(), {.min = 2, .max = 14336}))) return in.within(kNames[3]);
    } else if (name == "acc") {
      if (!members.once(in, 4, name) || !read_list(in, value.acc, 64, [](JsonReader& in, Acceptance& item) { return read(in, item); })) return in.within(kNames[4]);
    } else if (name == "safe") {
      if (!members.once(in, 5, name) || !in.read_bool(value.safe)) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_node::Event& value) {
  out.raw("{\"t\":\"event\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"head\":");
  out.text(value.head);
  out.raw(",\"body\":");
  if (value.body) {
    out.text(*value.body);
  } else {
    out.raw("null");
  }
  out.raw(",\"acc\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.acc.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.acc[i]);
  }
  out.raw(']');
  if (value.safe) {
    out.raw(",\"safe\":");
    out.boolean(value.safe);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Acc& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "digest", "acc"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "digest") {
      if (!members.once(in, 2, name) || !read_hash(in, value.digest)) return in.within(kNames[2]);
    } else if (name == "acc") {
      if (!members.once(in, 3, name) || !read_list(in, value.acc, 64, [](JsonReader& in, Acceptance& item) { return read(in, item); })) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_node::Acc& value) {
  out.raw("{\"t\":\"acc\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digest\":");
  out.hash(value.digest.value());
  out.raw(",\"acc\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.acc.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.acc[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_node::Want& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "digests"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "digests") {
      if (!members.once(in, 2, name) || !read_list(in, value.digests, 1000, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Want& value) {
  out.raw("{\"t\":\"want\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digests\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.digests.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(value.digests[i].value());
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_node::Wait& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "digests"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "digests") {
      if (!members.once(in, 2, name) || !read_list(in, value.digests, 1000, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Wait& value) {
  out.raw("{\"t\":\"wait\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digests\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.digests.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(value.digests[i].value());
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_node::Chat& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "state", "operator", "digest", "gone"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "state") {
      if (!members.once(in, 2, name) || !read(in, value.state)) return in.within(kNames[2]);
    } else if (name == "operator") {
      if (!members.once(in, 3, name) || !read_operator(in, value.operator_id.emplace())) return in.within(kNames[3]);
    } else if (name == "digest") {
      if (!members.once(in, 4, name) || !read_hash(in, value.digest)) return in.within(kNames[4]);
    } else if (name == "gone") {
      if (!members.once(in, 5, name) || !in.read_bool(value.gone)) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 23, kNames);
}

void write(JsonWriter& out, const from_node::Chat& value) {
  out.raw("{\"t\":\"chat\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"state\":");
  write(out, value.state);
  if (value.operator_id) {
    out.raw(",\"operator\":");
    out.text((*value.operator_id).value());
  }
  out.raw(",\"digest\":");
  out.hash(value.digest);
  if (value.gone) {
    out.raw(",\"gone\":");
    out.boolean(value.gone);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Decided& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "ok", "code", "why", "digest"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "ok") {
      if (!members.once(in, 2, name) || !in.read_bool(value.ok)) return in.within(kNames[2]);
    } else if (name == "code") {
      if (!members.once(in, 3, name) || !read_code(in, value.code.emplace())) return in.within(kNames[3]);
    } else if (name == "why") {
      if (!members.once(in, 4, name) || !read_text(in, value.why.emplace(), {.max = 2000})) return in.within(kNames[4]);
    } else if (name == "digest") {
      if (!members.once(in, 5, name) || !read_hash(in, value.digest.emplace())) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Decided& value) {
  out.raw("{\"t\":\"decided\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"ok\":");
  out.boolean(value.ok);
  if (value.code) {
    out.raw(",\"code\":");
    out.number(number(*value.code));
  }
  if (value.why) {
    out.raw(",\"why\":");
    out.text(*value.why);
  }
  if (value.digest) {
    out.raw(",\"digest\":");
    out.hash((*value.digest).value());
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Pending& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "why"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "why") {
      if (!members.once(in, 2, name) || !read_text(in, value.why, {.max = 2000})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Pending& value) {
  out.raw("{\"t\":\"pending\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"why\":");
  out.text(value.why);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Signal& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "what", "on", "from"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "what") {
      if (!members.once(in, 2, name) || !read_text(in, value.what, {.min = 1, .max = 32})) return in.within(kNames[2]);
    } else if (name == "on") {
      if (!members.once(in, 3, name) || !in.read_bool(value.on)) return in.within(kNames[3]);
    } else if (name == "from") {
      if (!members.once(in, 4, name) || !read_author(in, value.from)) return in.within(kNames[4]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_node::Signal& value) {
  out.raw("{\"t\":\"signal\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"what\":");
  out.text(value.what);
  out.raw(",\"on\":");
  out.boolean(value.on);
  out.raw(",\"from\":");
  out.text(value.from.value());
  out.raw('}');
}

bool read(JsonReader& in, from_node::Presence& value) {
  static constexpr std::string_view kNames[] = {"t", "available", "operators"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "available") {
      if (!members.once(in, 1, name) || !in.read_bool(value.available)) return in.within(kNames[1]);
    } else if (name == "operators") {
      if (!members.once(in, 2, name) || !read_list(in, value.operators.emplace(), 1000, [](JsonReader& in, OperatorSeen& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_node::Presence& value) {
  out.raw("{\"t\":\"presence\",\"available\":");
  out.boolean(value.available);
  if (value.operators) {
    out.raw(",\"operators\":");
    out.raw('[');
    for (std::size_t i = 0; i < (*value.operators).size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, (*value.operators)[i]);
    }
    out.raw(']');
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Site& value) {
  static constexpr std::string_view kNames[] = {"t", "site", "role"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "site") {
      if (!members.once(in, 1, name) || !read(in, value.site)) return in.within(kNames[1]);
    } else if (name == "role") {
      if (!members.once(in, 2, name) || !read_clean(in, value.role.emplace(), {.max = 32})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_node::Site& value) {
  out.raw("{\"t\":\"site\",\"site\":");
  write(out, value.site);
  if (value.role) {
    out.raw(",\"role\":");
    out.text(*value.role);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Person& value) {
  static constexpr std::string_view kNames[] = {"t", "person"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "person") {
      if (!members.once(in, 1, name) || !read(in, value.person)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_node::Person& value) {
  out.raw("{\"t\":\"person\",\"person\":");
  write(out, value.person);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Erased& value) {
  static constexpr std::string_view kNames[] = {"t", "chat", "digests"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "chat") {
      if (!members.once(in, 1, name) || !read_chat(in, value.chat)) return in.within(kNames[1]);
    } else if (name == "digests") {
      if (!members.once(in, 2, name) || !read_list(in, value.digests, 1000, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Erased& value) {
  out.raw("{\"t\":\"erased\",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"digests\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.digests.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(value.digests[i].value());
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_node::Found& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "chats", "next"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "chats") {
      if (!members.once(in, 2, name) || !read_list(in, value.chats, 50, [](JsonReader& in, FoundChat& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (name == "next") {
      if (!members.once(in, 3, name) || !read_clean(in, value.next.emplace(), {.max = 64})) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Found& value) {
  out.raw("{\"t\":\"found\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"chats\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.chats.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.chats[i]);
  }
  out.raw(']');
  if (value.next) {
    out.raw(",\"next\":");
    out.text(*value.next);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_node::Registers& value) {
  static constexpr std::string_view kNames[] = {"t", "registers", "more"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "registers") {
      if (!members.once(in, 1, name) || !read_list(in, value.registers, 200, [](JsonReader& in, RegisterSeen& item) { return read(in, item); })) return in.within(kNames[1]);
    } else if (name == "more") {
      if (!members.once(in, 2, name) || !in.read_bool(value.more)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Registers& value) {
  out.raw("{\"t\":\"registers\",\"registers\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.registers.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.registers[i]);
  }
  out.raw(']');
  out.raw(",\"more\":");
  out.boolean(value.more);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Verdict& value) {
  static constexpr std::string_view kNames[] = {"t", "verdict"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "verdict") {
      if (!members.once(in, 1, name) || !read(in, value.verdict)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_node::Verdict& value) {
  out.raw("{\"t\":\"verdict\",\"verdict\":");
  write(out, value.verdict);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Peer& value) {
  static constexpr std::string_view kNames[] = {"t", "up", "behind"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "up") {
      if (!members.once(in, 1, name) || !in.read_bool(value.up)) return in.within(kNames[1]);
    } else if (name == "behind") {
      if (!members.once(in, 2, name) || !read_int(in, value.behind, {})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Peer& value) {
  out.raw("{\"t\":\"peer\",\"up\":");
  out.boolean(value.up);
  out.raw(",\"behind\":");
  out.number(value.behind);
  out.raw('}');
}

bool read(JsonReader& in, from_node::Beat& value) {
  static constexpr std::string_view kNames[] = {"t", "time", "chats"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "time") {
      if (!members.once(in, 1, name) || !read_ms(in, value.time)) return in.within(kNames[1]);
    } else if (name == "chats") {
      if (!members.once(in, 2, name) || !read_list(in, value.chats, 500, [](JsonReader& in, ChatDigest& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Beat& value) {
  out.raw("{\"t\":\"beat\",\"time\":");
  out.number(static_cast<std::uint64_t>(value.time.value()));
  out.raw(",\"chats\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.chats.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.chats[i]);
  }
  out.raw(']');
  out.raw('}');
}

bool read(JsonReader& in, from_node::Error& value) {
  static constexpr std::string_view kNames[] = {"t", "code", "why", "retry_ms"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "code") {
      if (!members.once(in, 1, name) || !read_code(in, value.code)) return in.within(kNames[1]);
    } else if (name == "why") {
      if (!members.once(in, 2, name) || !read_text(in, value.why, {.max = 2000})) return in.within(kNames[2]);
    } else if (name == "retry_ms") {
      if (!members.once(in, 3, name) || !read_int(in, value.retry_ms.emplace(), {})) return in.within(kNames[3]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_node::Error& value) {
  out.raw("{\"t\":\"error\",\"code\":");
  out.number(number(value.code));
  out.raw(",\"why\":");
  out.text(value.why);
  if (value.retry_ms) {
    out.raw(",\"retry_ms\":");
    out.number(*value.retry_ms);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_peer::PeerHello& value) {
  static constexpr std::string_view kNames[] = {"t", "versions", "deployment", "node", "origin", "nonce", "build", "config"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "versions") {
      if (!members.once(in, 1, name) || !read(in, value.versions)) return in.within(kNames[1]);
    } else if (name == "deployment") {
      if (!members.once(in, 2, name) || !read_deployment(in, value.deployment)) return in.within(kNames[2]);
    } else if (name == "node") {
      if (!members.once(in, 3, name) || !read_text(in, value.node, {.min = 1, .max = 64})) return in.within(kNames[3]);
    } else if (name == "origin") {
      if (!members.once(in, 4, name) || !read_origin(in, value.origin)) return in.within(kNames[4]);
    } else if (name == "nonce") {
      if (!members.once(in, 5, name) || !read_hash(in, value.nonce)) return in.within(kNames[5]);
    } else if (name == "build") {
      if (!members.once(in, 6, name) || !read_text(in, value.build, {.max = 200})) return in.within(kNames[6]);
    } else if (name == "config") {
      if (!members.once(in, 7, name) || !read_text(in, value.config, {.max = 200})) return in.within(kNames[7]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 255, kNames);
}

void write(JsonWriter& out, const from_peer::PeerHello& value) {
  out.raw("{\"t\":\"peer_hello\",\"versions\":");
  write(out, value.versions);
  out.raw(",\"deployment\":");
  out.text(name_of(value.deployment));
  out.raw(",\"node\":");
  out.text(value.node);
  out.raw(",\"origin\":");
  out.text(value.origin.value());
  out.raw(",\"nonce\":");
  out.hash(value.nonce);
  out.raw(",\"build\":");
  out.text(value.build);
  out.raw(",\"config\":");
  out.text(value.config);
  out.raw('}');
}

bool read(JsonReader& in, from_peer::PeerProof& value) {
  static constexpr std::string_view kNames[] = {"t", "mac"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "mac") {
      if (!members.once(in, 1, name) || !read_hash(in, value.mac)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_peer::PeerProof& value) {
  out.raw("{\"t\":\"peer_proof\",\"mac\":");
  out.hash(value.mac.value());
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Holds& value) {
  static constexpr std::string_view kNames[] = {"t", "origins", "full", "time", "verdict", "more"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "origins") {
      if (!members.once(in, 1, name) || !read_list(in, value.origins, 65536, [](JsonReader& in, OriginHoldings& item) { return read(in, item); })) return in.within(kNames[1]);
    } else if (name == "full") {
      if (!members.once(in, 2, name) || !in.read_bool(value.full)) return in.within(kNames[2]);
    } else if (name == "time") {
      if (!members.once(in, 3, name) || !read_ms(in, value.time)) return in.within(kNames[3]);
    } else if (name == "verdict") {
      if (!members.once(in, 4, name) || !read(in, value.verdict.emplace())) return in.within(kNames[4]);
    } else if (name == "more") {
      if (!members.once(in, 5, name) || !in.read_bool(value.more)) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 15, kNames);
}

void write(JsonWriter& out, const from_peer::Holds& value) {
  out.raw("{\"t\":\"holds\",\"origins\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.origins.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.origins[i]);
  }
  out.raw(']');
  out.raw(",\"full\":");
  out.boolean(value.full);
  out.raw(",\"time\":");
  out.number(static_cast<std::uint64_t>(value.time.value()));
  if (value.verdict) {
    out.raw(",\"verdict\":");
    write(out, *value.verdict);
  }
  if (value.more) {
    out.raw(",\"more\":");
    out.boolean(value.more);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Pull& value) {
  static constexpr std::string_view kNames[] = {"t", "n", "o", "a", "b", "live", "max"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "n") {
      if (!members.once(in, 1, name) || !read_int(in, value.n, {})) return in.within(kNames[1]);
    } else if (name == "o") {
      if (!members.once(in, 2, name) || !read_origin(in, value.o)) return in.within(kNames[2]);
    } else if (name == "a") {
      if (!members.once(in, 3, name) || !read_seq(in, value.a)) return in.within(kNames[3]);
    } else if (name == "b") {
      if (!members.once(in, 4, name) || !read_seq(in, value.b)) return in.within(kNames[4]);
    } else if (name == "live") {
      if (!members.once(in, 5, name) || !in.read_bool(value.live)) return in.within(kNames[5]);
    } else if (name == "max") {
      if (!members.once(in, 6, name) || !read_int(in, value.max, {})) return in.within(kNames[6]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 127, kNames);
}

void write(JsonWriter& out, const from_peer::Pull& value) {
  out.raw("{\"t\":\"pull\",\"n\":");
  out.number(value.n);
  out.raw(",\"o\":");
  out.text(value.o.value());
  out.raw(",\"a\":");
  out.number(value.a.value());
  out.raw(",\"b\":");
  out.number(value.b.value());
  out.raw(",\"live\":");
  out.boolean(value.live);
  out.raw(",\"max\":");
  out.number(value.max);
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Entries& value) {
  static constexpr std::string_view kNames[] = {"t", "n", "o", "runs", "done", "more"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "n") {
      if (!members.once(in, 1, name) || !read_int(in, value.n, {})) return in.within(kNames[1]);
    } else if (name == "o") {
      if (!members.once(in, 2, name) || !read_origin(in, value.o)) return in.within(kNames[2]);
    } else if (name == "runs") {
      if (!members.once(in, 3, name) || !read_list(in, value.runs, 65536, [](JsonReader& in, PeerRun& item) { return read(in, item); })) return in.within(kNames[3]);
    } else if (name == "done") {
      if (!members.once(in, 4, name) || !in.read_bool(value.done)) return in.within(kNames[4]);
    } else if (name == "more") {
      if (!members.once(in, 5, name) || !in.read_bool(value.more)) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 31, kNames);
}

void write(JsonWriter& out, const from_peer::Entries& value) {
  out.raw("{\"t\":\"entries\",\"n\":");
  out.number(value.n);
  out.raw(",\"o\":");
  out.text(value.o.value());
  out.raw(",\"runs\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.runs.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.runs[i]);
  }
  out.raw(']');
  out.raw(",\"done\":");
  out.boolean(value.done);
  if (value.more) {
    out.raw(",\"more\":");
    out.boolean(value.more);
  }
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Ask& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "site", "chat", "what", "operator", "covers", "to"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "site") {
      if (!members.once(in, 2, name) || !read_site(in, value.site)) return in.within(kNames[2]);
    } else if (name == "chat") {
      if (!members.once(in, 3, name) || !read_chat(in, value.chat)) return in.within(kNames[3]);
    } else if (name == "what") {
      if (!members.once(in, 4, name) || !read(in, value.what)) return in.within(kNames[4]);
    } else if (name == "operator") {
      if (!members.once(in, 5, name) || !read_author(in, value.operator_id)) return in.within(kNames[5]);
    } else if (name == "covers") {
      if (!members.once(in, 6, name) || !read_list(in, value.covers, 32, [](JsonReader& in, Digest& item) { return read_hash(in, item); })) return in.within(kNames[6]);
    } else if (name == "to") {
      if (!members.once(in, 7, name) || !read_operator(in, value.to.emplace())) return in.within(kNames[7]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 63, kNames);
}

void write(JsonWriter& out, const from_peer::Ask& value) {
  out.raw("{\"t\":\"ask\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"site\":");
  out.text(value.site.value());
  out.raw(",\"chat\":");
  out.text(value.chat.value());
  out.raw(",\"what\":");
  write(out, value.what);
  out.raw(",\"operator\":");
  out.text(value.operator_id.value());
  if (!value.covers.empty()) {
    out.raw(",\"covers\":");
    out.raw('[');
    for (std::size_t i = 0; i < value.covers.size(); ++i) {
      if (i != 0) out.raw(',');
      out.hash(value.covers[i].value());
    }
    out.raw(']');
  }
  if (value.to) {
    out.raw(",\"to\":");
    out.text((*value.to).value());
  }
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Decided& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "ok", "code", "why", "digest"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "ok") {
      if (!members.once(in, 2, name) || !in.read_bool(value.ok)) return in.within(kNames[2]);
    } else if (name == "code") {
      if (!members.once(in, 3, name) || !read_code(in, value.code.emplace())) return in.within(kNames[3]);
    } else if (name == "why") {
      if (!members.once(in, 4, name) || !read_text(in, value.why.emplace(), {.max = 2000})) return in.within(kNames[4]);
    } else if (name == "digest") {
      if (!members.once(in, 5, name) || !read_hash(in, value.digest.emplace())) return in.within(kNames[5]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_peer::Decided& value) {
  out.raw("{\"t\":\"decided\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"ok\":");
  out.boolean(value.ok);
  if (value.code) {
    out.raw(",\"code\":");
    out.number(number(*value.code));
  }
  if (value.why) {
    out.raw(",\"why\":");
    out.text(*value.why);
  }
  if (value.digest) {
    out.raw(",\"digest\":");
    out.hash((*value.digest).value());
  }
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Pending& value) {
  static constexpr std::string_view kNames[] = {"t", "rid", "why"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "rid") {
      if (!members.once(in, 1, name) || !read_ulid(in, value.rid)) return in.within(kNames[1]);
    } else if (name == "why") {
      if (!members.once(in, 2, name) || !read_text(in, value.why, {.max = 2000})) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_peer::Pending& value) {
  out.raw("{\"t\":\"pending\",\"rid\":");
  out.text(value.rid);
  out.raw(",\"why\":");
  out.text(value.why);
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Presence& value) {
  static constexpr std::string_view kNames[] = {"t", "operators", "full"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "operators") {
      if (!members.once(in, 1, name) || !read_list(in, value.operators, 65536, [](JsonReader& in, PeerPresence& item) { return read(in, item); })) return in.within(kNames[1]);
    } else if (name == "full") {
      if (!members.once(in, 2, name) || !in.read_bool(value.full)) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 7, kNames);
}

void write(JsonWriter& out, const from_peer::Presence& value) {
  out.raw("{\"t\":\"presence\",\"operators\":");
  out.raw('[');
  for (std::size_t i = 0; i < value.operators.size(); ++i) {
    if (i != 0) out.raw(',');
    write(out, value.operators[i]);
  }
  out.raw(']');
  out.raw(",\"full\":");
  out.boolean(value.full);
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Verdict& value) {
  static constexpr std::string_view kNames[] = {"t", "verdict"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "verdict") {
      if (!members.once(in, 1, name) || !read(in, value.verdict)) return in.within(kNames[1]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_peer::Verdict& value) {
  out.raw("{\"t\":\"verdict\",\"verdict\":");
  write(out, value.verdict);
  out.raw('}');
}

bool read(JsonReader& in, from_peer::Beat& value) {
  static constexpr std::string_view kNames[] = {"t", "time", "reports"};
  Members members;
  std::string_view name;
  if (!in.open_object()) return false;
  while (in.next_member(name)) {
    if (name == "t") {
      if (!members.once(in, 0, name) || !in.skip_value()) return in.within(kNames[0]);
    } else if (name == "time") {
      if (!members.once(in, 1, name) || !read_ms(in, value.time)) return in.within(kNames[1]);
    } else if (name == "reports") {
      if (!members.once(in, 2, name) || !read_list(in, value.reports, 1000, [](JsonReader& in, PeerReport& item) { return read(in, item); })) return in.within(kNames[2]);
    } else if (!members.skip(in, name)) {
      return false;
    }
  }
  return members.complete(in, 3, kNames);
}

void write(JsonWriter& out, const from_peer::Beat& value) {
  out.raw("{\"t\":\"beat\",\"time\":");
  out.number(static_cast<std::uint64_t>(value.time.value()));
  if (!value.reports.empty()) {
    out.raw(",\"reports\":");
    out.raw('[');
    for (std::size_t i = 0; i < value.reports.size(); ++i) {
      if (i != 0) out.raw(',');
      write(out, value.reports[i]);
    }
    out.raw(']');
  }
  out.raw('}');
}

}  // namespace

namespace from_client {

std::string encode(const Hello& frame) {
  JsonWriter out(960 + frame.chats.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Send& frame) {
  JsonWriter out(512 + frame.head.size() * 9 / 8 + frame.body.size() * 9 / 8 + frame.acc.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Have& frame) {
  JsonWriter out(448 + frame.items.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Give& frame) {
  JsonWriter out(384 + frame.events.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Ask& frame) {
  JsonWriter out(576);
  write(out, frame);
  return out.take();
}

std::string encode(const Find& frame) {
  JsonWriter out(320);
  write(out, frame);
  return out.take();
}

std::string encode(const Look& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const View& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Signal& frame) {
  JsonWriter out(256);
  write(out, frame);
  return out.take();
}

std::string encode(const Status& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Report& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Beat& frame) {
  JsonWriter out(64);
  write(out, frame);
  return out.take();
}

std::string encode(const Frame& frame) {
  return std::visit([](const auto& one) { return encode(one); }, frame);
}

}  // namespace from_client

Parsed<from_client::Frame> parse_client_frame(std::string_view text) {
  return parse_frame<from_client::Frame>(text, kFrameBytesClientMax, [](JsonReader& in, std::string_view type, from_client::Frame& frame) {
    if (type == "hello") return read(in, frame.emplace<from_client::Hello>());
    if (type == "send") return read(in, frame.emplace<from_client::Send>());
    if (type == "have") return read(in, frame.emplace<from_client::Have>());
    if (type == "give") return read(in, frame.emplace<from_client::Give>());
    if (type == "ask") return read(in, frame.emplace<from_client::Ask>());
    if (type == "find") return read(in, frame.emplace<from_client::Find>());
    if (type == "look") return read(in, frame.emplace<from_client::Look>());
    if (type == "view") return read(in, frame.emplace<from_client::View>());
    if (type == "signal") return read(in, frame.emplace<from_client::Signal>());
    if (type == "status") return read(in, frame.emplace<from_client::Status>());
    if (type == "report") return read(in, frame.emplace<from_client::Report>());
    if (type == "beat") return read(in, frame.emplace<from_client::Beat>());
    return unknown_type(in, type);
  });
}

namespace from_node {

std::string encode(const Challenge& frame) {
  JsonWriter out(320);
  write(out, frame);
  return out.take();
}

std::string encode(const Welcome& frame) {
  JsonWriter out(2560 + frame.chats.size() * 192 + frame.outbox.size() * 192 + (frame.operators ? frame.operators->size() : 0) * 192 + (frame.people ? frame.people->size() : 0) * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Accepted& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const Safe& frame) {
  JsonWriter out(320);
  write(out, frame);
  return out.take();
}

std::string encode(const Refused& frame) {
  JsonWriter out(320);
  write(out, frame);
  return out.take();
}

std::string encode(const Event& frame) {
  JsonWriter out(576 + frame.head.size() * 9 / 8 + (frame.body ? frame.body->size() : 0) * 9 / 8 + frame.acc.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Acc& frame) {
  JsonWriter out(448 + frame.acc.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Want& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Wait& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Chat& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Decided& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Pending& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const Signal& frame) {
  JsonWriter out(320);
  write(out, frame);
  return out.take();
}

std::string encode(const Presence& frame) {
  JsonWriter out(384 + (frame.operators ? frame.operators->size() : 0) * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Site& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const Person& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Erased& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Found& frame) {
  JsonWriter out(448 + frame.chats.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Registers& frame) {
  JsonWriter out(384 + frame.registers.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Verdict& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Peer& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const Beat& frame) {
  JsonWriter out(384 + frame.chats.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Error& frame) {
  JsonWriter out(256);
  write(out, frame);
  return out.take();
}

std::string encode(const Frame& frame) {
  return std::visit([](const auto& one) { return encode(one); }, frame);
}

}  // namespace from_node

Parsed<from_node::Frame> parse_node_frame(std::string_view text) {
  return parse_frame<from_node::Frame>(text, kFrameBytesNodeMax, [](JsonReader& in, std::string_view type, from_node::Frame& frame) {
    if (type == "challenge") return read(in, frame.emplace<from_node::Challenge>());
    if (type == "welcome") return read(in, frame.emplace<from_node::Welcome>());
    if (type == "accepted") return read(in, frame.emplace<from_node::Accepted>());
    if (type == "safe") return read(in, frame.emplace<from_node::Safe>());
    if (type == "refused") return read(in, frame.emplace<from_node::Refused>());
    if (type == "event") return read(in, frame.emplace<from_node::Event>());
    if (type == "acc") return read(in, frame.emplace<from_node::Acc>());
    if (type == "want") return read(in, frame.emplace<from_node::Want>());
    if (type == "wait") return read(in, frame.emplace<from_node::Wait>());
    if (type == "chat") return read(in, frame.emplace<from_node::Chat>());
    if (type == "decided") return read(in, frame.emplace<from_node::Decided>());
    if (type == "pending") return read(in, frame.emplace<from_node::Pending>());
    if (type == "signal") return read(in, frame.emplace<from_node::Signal>());
    if (type == "presence") return read(in, frame.emplace<from_node::Presence>());
    if (type == "site") return read(in, frame.emplace<from_node::Site>());
    if (type == "person") return read(in, frame.emplace<from_node::Person>());
    if (type == "erased") return read(in, frame.emplace<from_node::Erased>());
    if (type == "found") return read(in, frame.emplace<from_node::Found>());
    if (type == "registers") return read(in, frame.emplace<from_node::Registers>());
    if (type == "verdict") return read(in, frame.emplace<from_node::Verdict>());
    if (type == "peer") return read(in, frame.emplace<from_node::Peer>());
    if (type == "beat") return read(in, frame.emplace<from_node::Beat>());
    if (type == "error") return read(in, frame.emplace<from_node::Error>());
    return unknown_type(in, type);
  });
}

namespace from_peer {

std::string encode(const PeerHello& frame) {
  JsonWriter out(512);
  write(out, frame);
  return out.take();
}

std::string encode(const PeerProof& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Holds& frame) {
  JsonWriter out(576 + frame.origins.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Pull& frame) {
  JsonWriter out(448);
  write(out, frame);
  return out.take();
}

std::string encode(const Entries& frame) {
  JsonWriter out(576 + frame.runs.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Ask& frame) {
  JsonWriter out(704);
  write(out, frame);
  return out.take();
}

std::string encode(const Decided& frame) {
  JsonWriter out(384);
  write(out, frame);
  return out.take();
}

std::string encode(const Pending& frame) {
  JsonWriter out(192);
  write(out, frame);
  return out.take();
}

std::string encode(const Presence& frame) {
  JsonWriter out(384 + frame.operators.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Verdict& frame) {
  JsonWriter out(128);
  write(out, frame);
  return out.take();
}

std::string encode(const Beat& frame) {
  JsonWriter out(384 + frame.reports.size() * 192);
  write(out, frame);
  return out.take();
}

std::string encode(const Frame& frame) {
  return std::visit([](const auto& one) { return encode(one); }, frame);
}

}  // namespace from_peer

Parsed<from_peer::Frame> parse_peer_frame(std::string_view text) {
  return parse_frame<from_peer::Frame>(text, kFrameBytesPeerMax, [](JsonReader& in, std::string_view type, from_peer::Frame& frame) {
    if (type == "peer_hello") return read(in, frame.emplace<from_peer::PeerHello>());
    if (type == "peer_proof") return read(in, frame.emplace<from_peer::PeerProof>());
    if (type == "holds") return read(in, frame.emplace<from_peer::Holds>());
    if (type == "pull") return read(in, frame.emplace<from_peer::Pull>());
    if (type == "entries") return read(in, frame.emplace<from_peer::Entries>());
    if (type == "ask") return read(in, frame.emplace<from_peer::Ask>());
    if (type == "decided") return read(in, frame.emplace<from_peer::Decided>());
    if (type == "pending") return read(in, frame.emplace<from_peer::Pending>());
    if (type == "presence") return read(in, frame.emplace<from_peer::Presence>());
    if (type == "verdict") return read(in, frame.emplace<from_peer::Verdict>());
    if (type == "beat") return read(in, frame.emplace<from_peer::Beat>());
    return unknown_type(in, type);
  });
}

Parsed<SignedVerdict> parse_signed_verdict(std::string_view text) {
  return parse_document<SignedVerdict>(text, kFrameBytesClientMax, [](JsonReader& in, SignedVerdict& value) { return read(in, value); });
}

std::string encode(const SignedVerdict& verdict) {
  JsonWriter out;
  write(out, verdict);
  return out.take();
}

std::string encode(const Acceptance& acceptance) {
  JsonWriter out;
  write(out, acceptance);
  return out.take();
}

}  // namespace holdfast::protocol
