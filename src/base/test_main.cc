#include <gtest/gtest.h>

#include "base/check.h"
#include "base/log.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // Death tests fork; "threadsafe" starts them afresh, so that no other thread's lock is inherited.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  holdfast::set_soft_checks_fatal(true);
  holdfast::log::init({.level = holdfast::log::Level::kError});
  return RUN_ALL_TESTS();
}
