#include "app/alerts/alert_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "node/effect_message.h"

namespace holdfast::app {
namespace {

using alerts::Stage;
using ::testing::HasSubstr;

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WallMs kAt{1'700'000'000'000};

alerts::Alert alert(Stage stage = Stage::kRaised, std::uint32_t count = 1) {
  return {"primary.down-1", "primary.down", stage, "Primary <fails>.", kAt - Ms(5'000), kAt, count};
}

std::string header(const node::PostWebhook& post, std::string_view name) {
  for (const auto& [key, value] : post.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(AlertMessage, AWebhookIsSignedAndSaysWhat) {
  const auto post = alert_webhook(alert(), "https://a.example/hook", kSecret, kAt + Ms(9'000));
  ASSERT_TRUE(post) << post.error().why;
  const auto body = json::parse_object(post->body).value();
  EXPECT_EQ(json::get_text(body, "type").value(), "alert.raised");
  EXPECT_THAT(post->body, HasSubstr(R"("alert":"primary.down-1","name":"primary.down")"));
  EXPECT_THAT(post->body, HasSubstr(R"("since":"2023-11-14T22:13:15.000Z")"));
  EXPECT_EQ(header(*post, "webhook-timestamp"), "1700000009");
  EXPECT_EQ(header(*post, "webhook-signature"),
            node::webhook_signature(kSecret, header(*post, "webhook-id"), "1700000009", post->body)
                .value());
}

TEST(AlertMessage, EachMessageHasOneIdAtEveryAttempt) {
  const auto id = [](const alerts::Alert& alert, WallMs now) {
    return header(*alert_webhook(alert, "https://a.example", kSecret, now), "webhook-id");
  };
  EXPECT_EQ(id(alert(), kAt), id(alert(), kAt + Ms(60'000)));
  EXPECT_NE(id(alert(), kAt), id(alert(Stage::kReminded, 2), kAt));
  EXPECT_EQ(alert_mail(alert(), "a@b.example").id, id(alert(), kAt));
}

TEST(AlertMessage, AMailSaysItInTheSubject) {
  const node::SendMail mail = alert_mail(alert(Stage::kResolved, 2), "a@b.example");
  EXPECT_EQ(mail.subject, "[Holdfast] Over: Primary <fails>.");
  EXPECT_THAT(mail.html, HasSubstr("Primary &lt;fails&gt;."));
  EXPECT_THAT(mail.text, HasSubstr("Alert primary.down-1, resolved."));
}

}  // namespace
}  // namespace holdfast::app
