// The people of a run: visitors, each in a chat with an operator who has several, over several
// sites; and what they say to each other.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bench/book.h"
#include "bench/installation.h"
#include "bench/person.h"
#include "bench/report.h"

namespace holdfast::bench {

struct CrowdOptions {
  std::size_t pairs = 100;
  std::size_t chats_per_operator = 10;
  std::size_t operators_per_site = 10;
  Links links = Links::kBoth;
  VisitorProof proof = VisitorProof::kSecret;
  std::size_t message_bytes = 120;
};

// The sites and operators that such a crowd needs, for Installation::add().
std::vector<Site> sites_for(const CrowdOptions& options);

// Everybody gets these links, so many dials at once; returns when all are welcome.
Result<void> connect_all(World& world, std::span<const std::unique_ptr<Person>> people, Links links,
                         std::size_t at_once, Progress& progress);

// Visitors who look round and do not chat: one link each.
class Passers final : private PersonEvents {
 public:
  Passers(World& world, std::size_t count, VisitorProof proof);
  std::vector<std::unique_ptr<Person>>& people() { return people_; }

 private:
  void on_event(Person&, const protocol::Content&) override {}
  void on_accepted(Person&, const protocol::Content&) override {}
  void on_decided(Person&, const protocol::from_node::Decided&) override {}
  void on_welcome(Person&) override {}
  void on_switch(Person&) override {}

  std::vector<std::unique_ptr<Person>> people_;
};

class Crowd final : private PersonEvents {
 public:
  Crowd(World& world, Installation& installation, const CrowdOptions& options);
  ~Crowd() override;

  // Everybody connects; every visitor opens a chat and their operator accepts it.
  Result<void> assemble(Progress& progress);
  Result<void> connect(Progress& progress);
  Result<void> open_chats(Progress& progress);

  // `meant`: when they would have said it if nothing were ever late.
  void say(std::uint32_t pair, Side by, Moment meant);
  // Called when the other party sees a message the first time.
  void on_seen(std::function<void(const Message&)> then) { then_ = std::move(then); }
  // Everything said was seen and acknowledged, or `deadline` passed.
  bool settle(Moment deadline);

  std::size_t pairs() const { return pairs_.size(); }
  std::vector<std::unique_ptr<Person>>& people() { return people_; }
  const Book& book() const { return book_; }
  std::size_t unacknowledged() const;
  std::size_t unsafe() const;
  // When how many people had heard of a switch.
  const std::vector<Moment>& switches() const { return switches_; }
  Poller& poller() { return world_.poller; }
  Random& random() { return world_.random; }

 private:
  struct Pair {
    Person* visitor = nullptr;
    Person* agent = nullptr;
    protocol::ChatId chat;
    bool opened = false;
    bool assigned = false;
    Moment ask_again{};
  };

  void on_event(Person& person, const protocol::Content& content) override;
  void on_accepted(Person& person, const protocol::Content& content) override;
  void on_decided(Person& person, const protocol::from_node::Decided& decided) override;
  void on_welcome(Person&) override {}
  void on_switch(Person& person) override;

  void ask_for_chats();

  World& world_;
  const CrowdOptions options_;
  Book book_;
  std::vector<std::unique_ptr<Person>> people_;
  std::vector<Pair> pairs_;
  std::unordered_map<protocol::ChatId, std::size_t> by_chat_;
  std::unordered_map<std::string, std::size_t> asks_;  // rid -> pair
  std::size_t opened_ = 0;
  std::size_t assigned_ = 0;
  std::vector<Moment> switches_;
  std::function<void(const Message&)> then_ = [](const Message&) {};
};

}  // namespace holdfast::bench
