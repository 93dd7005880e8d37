#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace holdfast {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::kInvalid, "{} is odd", n);
  return n / 2;
}

Result<int> quarter(int n) {
  HF_TRY(h, half(n));
  HF_TRY(q, half(h));
  return q;
}

Result<void> must_be_even(int n) {
  HF_CHECKED(half(n));
  return {};
}

Result<std::unique_ptr<int>> boxed(int n) {
  return std::make_unique<int>(n);
}

Result<int> unboxed(int n) {
  HF_TRY(box, boxed(n));
  return *box;
}

TEST(Result, TryDeclaresTheValue) {
  EXPECT_EQ(quarter(12), 3);
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(quarter(6), fail(ErrorCode::kInvalid, "3 is odd"));
}

TEST(Result, TryMovesAValueThatCannotBeCopied) {
  EXPECT_EQ(unboxed(7), 7);
}

TEST(Result, CheckedPassesOnlyErrors) {
  EXPECT_TRUE(must_be_even(2));
  EXPECT_EQ(must_be_even(3).error().code, ErrorCode::kInvalid);
}

TEST(Result, ContextIsPutBeforeTheReasonAndKeepsTheCode) {
  auto error = within("row 4", Error{ErrorCode::kCorrupt, "bad checksum"}).error();
  EXPECT_EQ(error.text(), "corrupt: row 4: bad checksum");
}

}  // namespace
}  // namespace holdfast
