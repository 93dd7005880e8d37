// Searching, as a console does it.
#include "base/encoding.h"
#include "base/json.h"
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using protocol::AskWhat;
using protocol::ChatState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Finding : public OneNode {
 protected:
  Finding() : console(ann.link(host)) {}

  // A chat of a new visitor with these messages; closed by its visitor when `closed`.
  ChatId chat_of(const std::string& name, const std::vector<std::string>& texts,
                 bool closed = true) {
    Visitor visitor(world, name);
    Client link = visitor.link(host);
    const auto opening = visitor.writer.open(name);
    const ChatId chat = opening->head.chat;
    link.send(opening);
    for (const std::string& text : texts) link.send(visitor.writer.message(chat, text));
    world.settle();
    if (closed) {
      link.say(from_client::Ask{new_rid(), chat, AskWhat::kClose, {}});
      world.settle();
    }
    link.leave();
    world.pass(Ms(100));
    return chat;
  }
  std::string new_rid() { return fmt::format("01HZZZZZZZZZZZZZZZZZZZZ{:03}", ++rids); }

  from_node::Found find(Client& who, const std::string& text,
                        std::optional<std::string> before = {},
                        std::optional<std::uint64_t> limit = {}) {
    const std::string rid = new_rid();
    who.say(from_client::Find{rid, text, std::move(before), limit});
    world.settle();
    const auto found = who.last<from_node::Found>();
    EXPECT_TRUE(found && found->rid == rid);
    return found.value_or(from_node::Found{});
  }
  std::vector<ChatId> chats(const std::string& text) {
    std::vector<ChatId> ids;
    for (const auto& each : find(console, text).chats) ids.push_back(each.chat);
    return ids;
  }

  Client console;
  int rids = 0;
};

TEST_F(Finding, ChatsOfTheSiteWithEveryWordNewestFirst) {
  const auto first = chat_of("Vera", {"where is my order?"});
  const auto second = chat_of("Otto", {"my parcel", "the ORDER came"});
  chat_of("Eva", {"hello"});
  EXPECT_THAT(chats("ord"), ElementsAre(second, first));
  EXPECT_THAT(chats("order parcel"), ElementsAre(second));
  EXPECT_THAT(chats("nothing"), IsEmpty());
  EXPECT_THAT(chats(""), SizeIs(3));
}

TEST_F(Finding, WhatIsShownIsTheNewestPlace) {
  const auto chat = chat_of("Vera", {"order one", "order two", "thanks"});
  const auto found = find(console, "ORDÉR").chats;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].chat, chat);
  EXPECT_EQ(found[0].excerpt, "order two");
  EXPECT_EQ(found[0].name, "Vera");
  EXPECT_EQ(found[0].state, ChatState::kClosed);
  EXPECT_EQ(found[0].author, found[0].visitor);
  EXPECT_EQ(find(console, "").chats[0].excerpt, "thanks");
}

TEST_F(Finding, NamesAddressesAndNotesAreFoundToo) {
  Client veras = vera.link(host);
  const auto opening = vera.writer.open("Zenobia");
  const ChatId chat = opening->head.chat;
  veras.send(opening);
  veras.send(vera.writer.write(vera.writer.draft("contact", chat, Audience::kChat),
                               json::serialize(json::Object{{"nonce", vera.writer.new_nonce()},
                                                            {"name", "Zenobia of Palmyra"},
                                                            {"email", "queen@palmyra.example"}})));
  console.send(ann.writer.note(chat, "a demanding customer"));
  world.settle();
  EXPECT_THAT(chats("zenob"), ElementsAre(chat));
  EXPECT_THAT(chats("queen@palmyra.example"), ElementsAre(chat));
  EXPECT_THAT(chats("demanding"), ElementsAre(chat));
  EXPECT_EQ(find(console, "queen").chats[0].name, "Zenobia of Palmyra");
}

TEST_F(Finding, AnExcerptIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "ü ";
  chat_of("Vera", {text + "needle " + text});
  const auto found = find(console, "needle").chats;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].excerpt, HasSubstr("needle"));
  EXPECT_LE(code_points(found[0].excerpt).value_or(999), 300u);
}

TEST_F(Finding, ComesInPages) {
  for (int i = 0; i < 7; ++i) chat_of("Vera" + std::to_string(i), {"order"});
  const auto first = find(console, "order", {}, 3);
  ASSERT_THAT(first.chats, SizeIs(3));
  ASSERT_TRUE(first.next);
  const auto second = find(console, "order", first.next, 3);
  const auto third = find(console, "order", second.next, 3);
  EXPECT_THAT(third.chats, SizeIs(1));
  EXPECT_FALSE(third.next);
  std::set<ChatId> all;
  for (const auto* page : {&first, &second, &third})
    for (const auto& each : page->chats) all.insert(each.chat);
  EXPECT_THAT(all, SizeIs(7));
}

TEST_F(Finding, LargePagesFitIntoAFrame) {
  std::string text;
  for (int i = 0; i < 330; ++i) text += "\"order\"🙂 ";
  for (int i = 0; i < 50; ++i) chat_of("Vera" + std::to_string(i), {text});
  std::size_t found = 0;
  std::optional<std::string> before;
  do {
    const auto page = find(console, "order", before, 50);
    found += page.chats.size();
    before = page.next;
  } while (before);
  EXPECT_EQ(found, 50u);
}

TEST_F(Finding, OthersOpenChatsAreNotFoundByAnOperator) {
  const auto chat = chat_of("Vera", {"order"}, false);
  Client bobs = bob.link(host);
  bobs.say(from_client::Ask{new_rid(), chat, AskWhat::kAccept, {}});
  world.settle();
  EXPECT_THAT(chats("order"), IsEmpty());
  EXPECT_THAT(find(bobs, "order").chats, SizeIs(1));
  administer(host, "operator:ann", "role", "\"supervisor\"");
  EXPECT_THAT(chats("order"), ElementsAre(chat));
}

TEST_F(Finding, IsForConsolesAndSaysWhatIsWrong) {
  Client veras = vera.link(host);
  veras.say(from_client::Find{new_rid(), "order", {}, {}});
  world.settle();
  EXPECT_EQ(veras.error(), Code::kNotAllowed);
  console.say(from_client::Find{new_rid(), "order", "nonsense", {}});
  world.settle();
  EXPECT_EQ(console.error(), Code::kBadFrame);
  EXPECT_THAT(console.last<from_node::Error>()->why, HasSubstr("before"));
}

TEST_F(Finding, ASearchOfSomebodyWhoLeftCostsNothing) {
  chat_of("Vera", {"order"});
  console.say(from_client::Find{new_rid(), "order", {}, {}});
  console.leave();
  world.settle();
  EXPECT_TRUE(host.restarts.empty());
}

}  // namespace
}  // namespace holdfast::node
