#include <algorithm>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "chat/chat.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "tests/fold/random_set.h"
#include "tests/fold/set_json.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

using protocol::Audience;
using protocol::ContentPtr;
using protocol::Digest;
using protocol::Event;

// A chat in which everybody speaks in turn. Ids count up, nonces too.
class Chat {
 public:
  Chat() {
    opening_ = say("open", visitor(), Audience::kChat, {},
                   "{\"nonce\":\"" + nonce(1) + "\",\"name\":\"Ann\"}");
  }

  ContentPtr opening() const { return opening_; }

  ContentPtr message(const protocol::Author& author, std::vector<Digest> after,
                     std::string_view text = "hello") {
    return say("message", author, Audience::kChat, std::move(after),
               protocol::text_body(next_nonce(), text));
  }
  ContentPtr note(std::vector<Digest> after) {
    return say("note", kAnn, Audience::kOperators, std::move(after),
               protocol::text_body(next_nonce(), "careful"));
  }
  ContentPtr decide(protocol::Deployment by, const chat::Decision& decision) {
    return say("route", protocol::author_of(by), Audience::kChat, {},
               chat::decision_body(decision, next_nonce()));
  }
  ContentPtr say(std::string kind, const protocol::Author& author, Audience audience,
                 std::vector<Digest> after, std::string body) {
    const protocol::EventId id(ulid(spoken_++));
    const protocol::ChatId chat = opening_ ? opening_->head.chat : protocol::ChatId();
    return protocol::compose({kShop, chat, author, id, std::move(kind), audience, std::move(after)},
                             std::move(body));
  }

 private:
  std::string next_nonce() { return nonce(static_cast<std::uint8_t>(10 + spoken_)); }

  unsigned spoken_ = 0;
  ContentPtr opening_;
};

// Taken by Primary at that time (in hlc units after noon).
Event at(const ContentPtr& content, std::uint64_t time) {
  return {content, {accepted(content, kPrimaryOrigin, time + 1, time)}};
}
Event both(const ContentPtr& content, std::uint64_t primary, std::uint64_t redundant) {
  Event event = at(content, primary);
  protocol::add_acceptance(event.acceptances,
                           accepted(content, kRedundantOrigin, redundant + 1, redundant));
  return event;
}

chat::Decision assigned(std::uint64_t epoch, std::uint64_t term,
                        std::string operator_id = "o:ann") {
  chat::Decision decision;
  decision.state = chat::Decision::State::kAssigned;
  decision.operator_id = protocol::Author(std::move(operator_id));
  decision.epoch = protocol::Epoch(epoch);
  decision.term = protocol::Term(term);
  return decision;
}

chat::Decision closed(std::vector<Digest> covers) {
  chat::Decision decision = assigned(1, 1);
  decision.state = chat::Decision::State::kClosed;
  decision.operator_id.reset();
  decision.covers = std::move(covers);
  return decision;
}

void add(Lines& lines, std::string_view name, const std::vector<Event>& events) {
  lines.add(fold::set_json(events, name));
}

void transcripts(Lines& lines) {
  using protocol::Digest;
  add(lines, "nothing", {});
  {
    Chat chat;
    add(lines, "an opening event alone", {at(chat.opening(), 0)});
  }
  {
    Chat chat;
    const auto question =
        chat.message(visitor(), {chat.opening()->digest}, "Hast du geöffnet? 你好 👋");
    const auto answer = chat.message(kAnn, {question->digest});
    add(lines, "an answer stands after its question though its clock is behind",
        {at(answer, 1), at(question, 9), at(chat.opening(), 5)});
  }
  {
    Chat chat;
    const auto left = chat.message(visitor(), {chat.opening()->digest});
    const auto right = chat.message(kAnn, {chat.opening()->digest});
    add(lines, "concurrent events stand by time",
        {at(left, 7), at(right, 3), at(chat.opening(), 0)});
    add(lines, "concurrent events of one time stand by id",
        {at(right, 7), at(left, 7), at(chat.opening(), 0)});
  }
  {
    Chat chat;
    const auto missing = chat.message(visitor(), {chat.opening()->digest});
    const auto answer =
        chat.message(kAnn, {missing->digest, Digest(sha256(std::string_view("of another chat")))});
    add(lines, "while an after is missing the place is computed without it",
        {at(chat.opening(), 4), at(answer, 2)});
    add(lines, "and with it when it came", {at(chat.opening(), 4), at(answer, 2), at(missing, 3)});
  }
  {
    Chat chat;
    const auto note = chat.note({chat.opening()->digest});
    const auto reply = chat.message(kAnn, {note->digest});
    add(lines, "an after of a narrower audience is ignored",
        {at(chat.opening(), 0), at(note, 9), at(reply, 5)});
    const auto second = chat.note({reply->digest, note->digest});
    add(lines, "a note comes after what both audiences saw",
        {at(chat.opening(), 0), at(note, 9), at(reply, 5), at(second, 1)});
  }
  {
    Chat chat;
    const auto message = chat.message(visitor(), {chat.opening()->digest});
    add(lines, "the smaller of two acceptances counts",
        {both(chat.opening(), 0, 2), both(message, 8, 3)});
  }
  {
    Chat chat;
    const auto first = chat.message(visitor(), {chat.opening()->digest});
    const auto second = chat.message(visitor(), {first->digest});
    add(lines, "what nobody accepted stands last, and raises nothing",
        {at(chat.opening(), 0), {first, {}}, at(second, 6)});
  }
  {
    Chat chat;
    const auto body = protocol::text_body(nonce(99), "one");
    const protocol::Draft draft{
        kShop,     chat.opening()->head.chat, visitor(), protocol::EventId(ulid(77)),
        "message", Audience::kChat,           {}};
    const auto one = protocol::compose(draft, body);
    const auto other = protocol::compose(draft, protocol::text_body(nonce(98), "two"));
    add(lines, "two digests of one id are both shown",
        {at(chat.opening(), 0), at(other, 5), at(one, 5)});
  }
  {
    Chat chat;
    auto erased = *chat.message(visitor(), {chat.opening()->digest});
    erased.body_bytes.reset();
    const auto content = std::make_shared<const protocol::Content>(erased);
    const auto future = chat.say("x.poll", protocol::Author("n:redundant"), Audience::kNodes,
                                 {erased.digest}, "{\"nonce\":\"" + nonce(50) + "\"}");
    add(lines, "an erased body and a kind of the future keep their places",
        {at(future, 1), at(content, 3), at(chat.opening(), 2)});
  }
}

void routings(Lines& lines) {
  using protocol::Deployment;
  const auto with = [&](std::string_view name,
                        std::vector<std::pair<Deployment, chat::Decision>> decisions) {
    Chat chat;
    std::vector<Event> events = {at(chat.opening(), 0)};
    for (const auto& [by, decision] : decisions)
      events.push_back(at(chat.decide(by, decision), 20 - events.size()));
    add(lines, name, events);
  };
  with("assigned", {{Deployment::kPrimary, assigned(1, 1)}});
  with("the higher epoch wins",
       {{Deployment::kPrimary, assigned(1, 9)}, {Deployment::kRedundant, assigned(2, 1, "o:bob")}});
  chat::Decision alone = assigned(3, 5, "o:bob");
  alone.autonomous = true;
  with("ordinary beats autonomous",
       {{Deployment::kPrimary, alone}, {Deployment::kPrimary, assigned(3, 1)}});
  with("an autonomous one of a higher epoch beats an ordinary one",
       {{Deployment::kRedundant, assigned(2, 1)}, {Deployment::kPrimary, alone}});
  with("the higher term wins inside a deployment",
       {{Deployment::kPrimary, assigned(1, 2, "o:bob")}, {Deployment::kPrimary, assigned(1, 1)}});
  with("terms of two deployments are not compared: the earlier wins",
       {{Deployment::kPrimary, assigned(1, 9, "o:bob")}, {Deployment::kRedundant, assigned(1, 1)}});
  with("three deciders: first inside each deployment, then between them",
       {{Deployment::kPrimary, assigned(1, 1, "o:cid")},
        {Deployment::kRedundant, assigned(1, 1, "o:bob")},
        {Deployment::kPrimary, assigned(1, 2)}});
  {
    Chat chat;
    const auto first = chat.decide(Deployment::kPrimary, assigned(9, 9, "o:bob"));
    chat::Decision next = assigned(1, 1);
    next.replaces = {first->digest, Digest(sha256(std::string_view("one that is not held")))};
    const auto second = chat.decide(Deployment::kRedundant, next);
    add(lines, "a replaced decision is out whatever its epoch",
        {at(chat.opening(), 0), at(first, 1), at(second, 2)});
    chat::Decision last = assigned(1, 1, "o:cid");
    last.replaces = {second->digest};
    const auto third = chat.decide(Deployment::kPrimary, last);
    add(lines, "what a replaced decision replaced stays out",
        {at(chat.opening(), 0), at(first, 1), at(second, 2), at(third, 3)});
  }
  {
    Chat chat;
    const auto message = chat.message(visitor(), {chat.opening()->digest});
    const auto close = chat.decide(Deployment::kPrimary, closed({message->digest}));
    add(lines, "closed", {at(chat.opening(), 0), at(message, 1), at(close, 2)});
    const auto late = chat.message(visitor(), {message->digest});
    add(lines, "a message that the close did not cover queues the chat again",
        {at(chat.opening(), 0), at(message, 1), at(close, 2), at(late, 3)});
    const auto answer = chat.message(kAnn, {message->digest});
    add(lines, "an operator's does not",
        {at(chat.opening(), 0), at(message, 1), at(close, 2), at(answer, 3)});
  }
  {
    Chat chat;
    const auto message = chat.message(visitor(), {chat.opening()->digest});
    chat::Decision forged = assigned(7, 7);
    const auto decision =
        chat.say("route", kAnn, Audience::kChat, {}, chat::decision_body(forged, nonce(60)));
    const auto broken =
        chat.say("route", protocol::author_of(Deployment::kPrimary), Audience::kChat, {},
                 "{\"nonce\":\"" + nonce(61) +
                     "\",\"state\":\"assigned\",\"epoch\":9,\"term\":1,\"auto\":false,\"replaces\":"
                     "[],\"covers\":[]}");
    add(lines, "what an operator authored or a field lacks is no decision",
        {at(chat.opening(), 0), at(message, 1), at(decision, 2), at(broken, 3)});
  }
}

ContentPtr write(unsigned n, const chat::Write& write) {
  const protocol::Draft draft{kShop,
                              protocol::ChatId(),
                              protocol::Author("a:cli"),
                              protocol::EventId(ulid(n)),
                              "set",
                              Audience::kNodes,
                              {}};
  return protocol::compose(draft, chat::write_body(write, nonce(static_cast<std::uint8_t>(n))));
}

std::string register_row(std::string_view name, const std::vector<Event>& events) {
  const chat::Register result = chat::fold_register(events);
  std::string set, unreplaced;
  for (const Event& event : events) {
    Row row;
    row.text("head", event.content->head_bytes).text("body", *event.content->body_bytes);
    std::string acc;
    for (const auto& acceptance : event.acceptances)
      acc += (acc.empty() ? "" : ",") + protocol::encode(acceptance);
    set += (set.empty() ? "" : ",") + row.raw("acc", "[" + acc + "]").take();
  }
  std::vector<std::string> texts;
  for (const Digest& digest : result.unreplaced)
    texts.emplace_back(protocol::HashText(digest.value()).view());
  std::ranges::sort(texts);
  for (const std::string& text : texts)
    unreplaced += (unreplaced.empty() ? "\"" : ",\"") + text + "\"";
  return Row()
      .text("name", name)
      .raw("events", "[" + set + "]")
      .raw("value", result.value_json.value_or("null"))
      .boolean("written", result.value_json.has_value())
      .raw("unreplaced", "[" + unreplaced + "]")
      .take();
}

}  // namespace

std::string sets_json() {
  Lines named, random;
  transcripts(named);
  routings(named);
  SeededRandom source(20'261'123);
  for (int i = 0; i < 40; ++i) random.add(fold::set_json(fold::random_set(source)));
  return File().add("named", named).add("random", random).take();
}

std::string registers_json() {
  const chat::Write name{"site:shop", "name", "\"Shop\"", false, {}};
  chat::Write other = name, list = name, revoke = name;
  other.value_json = "\"Läden 你好\"";
  list.value_json = "[\"https://a.example\",\"https://b.example:8443\"]";
  revoke.value_json = "false";
  revoke.revoke = true;
  const auto first = write(1, name), second = write(2, other), third = write(3, list),
             out = write(4, revoke);
  chat::Write next = list;
  next.replaces = {first->digest, second->digest};
  const auto replacing = write(5, next);
  Lines lines;
  lines.add(register_row("never written", {}));
  lines.add(register_row("written once", {at(first, 1)}));
  lines.add(register_row("of concurrent writes the later wins", {at(second, 5), at(first, 4)}));
  lines.add(register_row("of one time the greater id wins", {at(second, 5), at(first, 5)}));
  lines.add(
      register_row("the smallest acceptance is the time", {both(first, 9, 1), at(second, 5)}));
  lines.add(register_row("a revoking write beats a later one", {at(out, 1), at(second, 9)}));
  lines.add(register_row("a write beats those it names, whatever their time",
                         {at(first, 8), at(second, 9), at(replacing, 1)}));
  lines.add(register_row("and a revoking one too, when it names it", [&] {
    chat::Write grant = name;
    grant.replaces = {out->digest};
    return std::vector<Event>{at(out, 5), at(write(6, grant), 1)};
  }()));
  lines.add(
      register_row("a write that nobody accepted counts nothing", {{second, {}}, at(first, 1)}));
  return File().add("registers", lines).take();
}

}  // namespace holdfast::vectors
