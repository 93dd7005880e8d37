#include "base/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(BoundedQueue, KeepsTheOrderOfPushes) {
  BoundedQueue<int> queue(4);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(queue.push(i));
  EXPECT_EQ(queue.pop_batch(2), (std::vector{1, 2}));
  EXPECT_EQ(queue.pop_batch(2), (std::vector{3}));
}

TEST(BoundedQueue, RefusesWhenFullAndLeavesTheItemWithItsOwner) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  ASSERT_TRUE(queue.push(std::make_unique<int>(1)));
  auto item = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(item)));
  EXPECT_EQ(*item, 2);
}

TEST(BoundedQueue, TakesItemsAgainAfterAPop) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1));
  queue.pop_batch(1);
  EXPECT_TRUE(queue.push(2));
}

TEST(BoundedQueue, CloseStopsInputButDrainsWhatWasAccepted) {
  BoundedQueue<int> queue(4);
  ASSERT_TRUE(queue.push(1));
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_FALSE(queue.drained());
  EXPECT_EQ(queue.pop_batch(8), std::vector{1});
  EXPECT_TRUE(queue.drained());
  EXPECT_TRUE(queue.pop_batch(8).empty());
}

TEST(BoundedQueue, CloseWakesAWaitingConsumer) {
  BoundedQueue<int> queue(4);
  std::jthread consumer([&] { EXPECT_TRUE(queue.pop_batch(1).empty()); });
  queue.close();
}

TEST(BoundedQueue, PatienceEndsWithoutAnItem) {
  BoundedQueue<int> queue(4);
  EXPECT_TRUE(queue.pop_batch_for(1, 1ms).empty());
  EXPECT_FALSE(queue.drained());
}

TEST(BoundedQueue, ManyProducersLoseNothingAndKeepTheirOwnOrder) {
  constexpr int kProducers = 4;
  constexpr int kItems = 2000;
  struct Item {
    int producer;
    int number;
  };
  BoundedQueue<Item> queue(64);
  std::atomic<int> running{kProducers};

  std::vector<std::jthread> producers;
  for (int producer = 0; producer < kProducers; ++producer) {
    producers.emplace_back([&, producer] {
      for (int number = 0; number < kItems; ++number) {
        while (!queue.push(Item{producer, number})) std::this_thread::yield();
      }
      if (--running == 0) queue.close();
    });
  }

  std::vector<int> next(kProducers);
  while (true) {
    const auto batch = queue.pop_batch(16);
    if (batch.empty()) break;
    for (const Item& item : batch) ASSERT_EQ(item.number, next[item.producer]++);
  }
  EXPECT_EQ(next, std::vector(kProducers, kItems));
}

}  // namespace
}  // namespace holdfast
