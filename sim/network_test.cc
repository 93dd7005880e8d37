#include "sim/network.h"

#include <gtest/gtest.h>

namespace holdfast::sim {
namespace {

struct NetworkTest : ::testing::Test {
  Scheduler scheduler;
  Network network{scheduler, SeededRandom(7)};
  Party client = network.add("client");
  Party server = network.add("server");
  ChannelPtr accepted;
  std::vector<std::string> at_server, at_client;
  bool server_closed = false, client_closed = false;

  NetworkTest() { serve(); }

  void serve() {
    network.listen(
        server,
        [this](const std::string&, ChannelPtr channel) {
          accepted = channel;
          channel->on(
              {.opened = {},
               .text = [this](std::string text) { at_server.push_back(std::move(text)); },
               .closed = [this](std::uint16_t, const std::string&) { server_closed = true; }});
        },
        nullptr);
  }
  ChannelPtr dial() {
    return network.dial(
        client, server, "link",
        {.opened = {},
         .text = [this](std::string text) { at_client.push_back(std::move(text)); },
         .closed = [this](std::uint16_t, const std::string&) { client_closed = true; }});
  }
  void pass(Ms time) { scheduler.run_until(scheduler.now() + time); }
};

TEST_F(NetworkTest, FramesArriveInOrderWhateverIsLost) {
  network.weather(client, server) = {Ms(20), Ms(50), 0.4};
  const auto channel = dial();
  pass(Ms(1'000));
  std::vector<std::string> sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(std::to_string(i));
    channel->send(sent.back());
    pass(Ms(3));
  }
  pass(Ms(60'000));
  EXPECT_EQ(at_server, sent);
}

TEST_F(NetworkTest, ACutDirectionHoldsFramesAndTheOtherDelivers) {
  const auto channel = dial();
  pass(Ms(500));
  network.cut(client, server);
  channel->send("held");
  accepted->send("through");
  pass(Ms(5'000));
  EXPECT_TRUE(at_server.empty());
  EXPECT_EQ(at_client, std::vector<std::string>{"through"});
  network.mend(client, server);
  pass(Ms(5'000));
  EXPECT_EQ(at_server, std::vector<std::string>{"held"}) << "late, and in order";
}

TEST_F(NetworkTest, EachEndGivesUpByItself) {
  const auto channel = dial();
  pass(Ms(500));
  network.cut(client, server);
  network.cut(server, client);
  channel->send("into the void");
  pass(Ms(60'000));
  EXPECT_TRUE(client_closed) << "nobody acknowledged";
  EXPECT_FALSE(server_closed) << "it had nothing to send, so it noticed nothing";
}

TEST_F(NetworkTest, WhatAnAbandonedConnectionStillCarriesArrivesAfterItsSuccessor) {
  const auto old = dial();
  pass(Ms(500));
  network.stall_one(client, server, Ms(3'000));
  old->send("old");
  old->close(1000, "dropped");
  const auto fresh = dial();
  pass(Ms(500));
  fresh->send("new");
  pass(Ms(10'000));
  EXPECT_EQ(at_server, (std::vector<std::string>{"new", "old"}));
}

TEST_F(NetworkTest, APowerFailureTellsNobodyUntilTheMachineIsBack) {
  const auto channel = dial();
  pass(Ms(500));
  network.power_off(server);
  channel->send("anybody there?");
  pass(Ms(5'000));
  EXPECT_FALSE(client_closed);
  network.power_on(server);
  serve();
  pass(Ms(5'000));
  EXPECT_TRUE(client_closed) << "reset by a machine that does not know the connection";
  EXPECT_TRUE(at_server.empty());
}

TEST_F(NetworkTest, AMachineThatListensToNothingRefusesAtOnce) {
  network.stop_listening(server);
  const auto channel = dial();
  pass(Ms(200));
  EXPECT_TRUE(client_closed);
}

TEST_F(NetworkTest, ACallThatNobodyAnswersEnds) {
  network.cut(server, client);  // the call arrives, its answer does not
  const auto channel = dial();
  pass(Ms(30'000));
  EXPECT_TRUE(client_closed);
}

TEST_F(NetworkTest, AnExchangeIsAnsweredOnceOrTimesOut) {
  int served = 0;
  network.listen(server, nullptr,
                 [&](const HttpAsk& ask, const std::function<void(HttpAnswer)>& answer) {
                   ++served;
                   answer({200, ask.body});
                 });
  std::vector<std::optional<HttpAnswer>> answers;
  const auto ask = [&] {
    network.request(
        client, server, {"POST", "/", "", "hello"}, Ms(2'000),
        [&](std::optional<HttpAnswer> answer) { answers.push_back(std::move(answer)); });
    pass(Ms(5'000));
  };
  ask();
  network.cut(server, client);
  ask();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0]->body, "hello");
  EXPECT_FALSE(answers[1].has_value());
  EXPECT_EQ(served, 2) << "a lost answer does not undo what was done";
}

}  // namespace
}  // namespace holdfast::sim
