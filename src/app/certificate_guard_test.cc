#include "app/certificate_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using ::testing::HasSubstr;

constexpr Ms kDay{86'400'000};
constexpr WallMs kNow{1'700'000'000'000};

std::string warning(Ms left) {
  return certificate_warning({"certificate.pem", kNow + left}, kNow);
}

TEST(CertificateWarning, SaysNothingWhileThereIsTime) {
  EXPECT_EQ(warning(90 * kDay), "");
  EXPECT_EQ(warning(14 * kDay), "");
}

TEST(CertificateWarning, NamesFileDateAndDaysInTheLastTwoWeeks) {
  EXPECT_EQ(warning(14 * kDay - Ms(1)),
            "the certificate in certificate.pem expires on 2023-11-28 22:13 UTC, in 13 days: renew "
            "it");
  EXPECT_THAT(warning(Ms(1)), HasSubstr("in 0 days"));
}

TEST(CertificateWarning, SaysWhatItMeansThatItIsOver) {
  EXPECT_THAT(warning(Ms(0)), HasSubstr("certificate.pem expired on 2023-11-14 22:13 UTC"));
  EXPECT_THAT(warning(-3 * kDay), HasSubstr("cannot connect"));
}

TEST(CertificateWarning, CountsWholeDaysDownwards) {
  EXPECT_EQ(days_left(kNow + kDay, kNow), 1);
  EXPECT_EQ(days_left(kNow + kDay - Ms(1), kNow), 0);
  EXPECT_EQ(days_left(kNow - Ms(1), kNow), -1);
  EXPECT_EQ(days_left(kNow - kDay, kNow), -1);
}

}  // namespace
}  // namespace holdfast::app
