// What people do in front of their browsers: visitors open chats, write and leave; operators take
// chats, answer, hand over and close.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/cluster.h"

namespace holdfast::sim {

// One person. Acts now and then until told to fall silent; then only brings to an end what others
// wait for.
class Person {
 public:
  Person(Cluster& cluster, Tab& tab, Ms pace, SeededRandom random)
      : cluster_(cluster), tab_(tab), pace_(pace), random_(random) {}
  virtual ~Person() = default;

  void start() { next(); }
  void fall_silent() { silent_ = true; }
  std::int64_t messages() const { return messages_; }

 protected:
  virtual void act() = 0;
  std::string text();
  void say(const ChatId& chat);
  void paste(const ChatId& chat);
  Client& client() { return tab_.client(); }
  void count_message() { ++messages_; }

  Cluster& cluster_;
  Tab& tab_;
  Ms pace_;
  SeededRandom random_;
  bool silent_ = false;
  std::int64_t messages_ = 0;

 private:
  void next();
};

class Visitor final : public Person {
 public:
  using Person::Person;

 private:
  void act() override;
  std::vector<ChatId> open_chats();
};

class Operator final : public Person {
 public:
  using Person::Person;

 private:
  void act() override;
  void take_waiting_chats();
  std::vector<ChatId> own_chats();
  void ask(const ChatId& chat, protocol::AskWhat what);

  std::set<ChatId> asking_;
  std::uint64_t asking_in_life_ = 0;  // asks of a tab that was reloaded are forgotten with it
  bool online_ = true;
};

}  // namespace holdfast::sim
