#include "base/fifo.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "base/random.h"

namespace holdfast {
namespace {

TEST(Fifo, GivesBackInTheOrderOfTakingAsADequeWould) {
  SeededRandom random(1);
  Fifo<int> fifo;
  std::deque<int> deque;
  for (int i = 0; i < 50'000; ++i) {
    if (random.chance(0.5)) {
      fifo.push_back(i);
      deque.push_back(i);
    } else if (!deque.empty()) {
      ASSERT_EQ(fifo.front(), deque.front());
      fifo.pop_front();
      deque.pop_front();
    }
    if (i % 97 == 0) {
      const auto odd = [](int each) { return each % 2 != 0; };
      ASSERT_EQ(fifo.erase_if(odd), std::erase_if(deque, odd));
    }
    ASSERT_EQ(fifo.empty(), deque.empty());
    ASSERT_EQ(fifo.size(), deque.size());
    if (!deque.empty()) {
      ASSERT_EQ(fifo.back(), deque.back());
    }
    ASSERT_TRUE(std::equal(fifo.begin(), fifo.end(), deque.begin(), deque.end()));
  }
}

TEST(Fifo, LetsGoOfWhatWasTaken) {
  const auto thing = std::make_shared<int>(7);
  Fifo<std::shared_ptr<int>> fifo;
  fifo.push_back(thing);
  fifo.push_back(thing);
  fifo.push_back(thing);
  fifo.pop_front();
  EXPECT_EQ(thing.use_count(), 3);
  fifo.clear();
  EXPECT_EQ(thing.use_count(), 1);
}

// A queue that is never empty does not grow for ever.
TEST(Fifo, UsesAgainTheRoomOfWhatWasTaken) {
  Fifo<int> fifo;
  fifo.push_back(0);
  const int* lowest = &fifo.front();
  const int* highest = lowest;
  for (int i = 1; i < 1'000; ++i) {
    fifo.push_back(i);
    fifo.pop_front();
    if (i == 100) lowest = highest = &fifo.front();
    if (i < 100) continue;
    lowest = std::min(lowest, static_cast<const int*>(&fifo.front()));
    highest = std::max(highest, static_cast<const int*>(&fifo.front()));
  }
  EXPECT_LT(highest - lowest, 16);
  EXPECT_EQ(fifo.front(), 999);
}

}  // namespace
}  // namespace holdfast
