#include "app/effects/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallMs kNow{1'763'890'000'000};  // Sun, 23 Nov 2025 09:26:40 UTC

node::SendMail mail() {
  node::SendMail mail;
  mail.id = std::string(43, 'k');
  mail.to = "vera@example.com";
  mail.reply_to = "desk@shop.example";
  mail.from_name = "The shop";
  mail.subject = "Your chat";
  mail.text = "hello\n";
  mail.html = "<p>hello</p>";
  return mail;
}

// The header of that name, unfolded lines apart.
std::vector<std::string> header_lines(const std::string& text) {
  std::vector<std::string> lines;
  const std::string head = text.substr(0, text.find("\r\n\r\n") + 2);
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    lines.push_back(head.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

TEST(Mime, HasTheHeadersOfAnAutomaticMail) {
  const std::string text = mime_of(mail(), "chat@shop.example", kNow);
  EXPECT_THAT(text, HasSubstr("Message-ID: <" + std::string(43, 'k') + "@effects.holdfast>\r\n"));
  EXPECT_THAT(text, HasSubstr("From: The shop <chat@shop.example>\r\n"));
  EXPECT_THAT(text, HasSubstr("To: <vera@example.com>\r\n"));
  EXPECT_THAT(text, HasSubstr("Reply-To: <desk@shop.example>\r\n"));
  EXPECT_THAT(text, HasSubstr("Auto-Submitted: auto-generated\r\n"));
  EXPECT_THAT(text, HasSubstr("Date: Sun, 23 Nov 2025 09:26:40 +0000\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n\r\naGVsbG8K\r\n"));
  EXPECT_THAT(text, EndsWith("--\r\n"));
}

TEST(Mime, IsTheSameForTheSameMomentAndMail) {
  EXPECT_EQ(mime_of(mail(), "chat@shop.example", kNow), mime_of(mail(), "chat@shop.example", kNow));
}

TEST(Mime, LetsNobodyAddAHeader) {
  auto forged = mail();
  forged.subject = "Hello\r\nBcc: everybody@example.com\r\n\r\nbuy";
  forged.from_name = "x\nBcc: everybody@example.com\n\"<evil@example.com>";
  const std::string text = mime_of(forged, "chat@shop.example", kNow);
  for (const std::string& line : header_lines(text)) {
    EXPECT_FALSE(line.starts_with("Bcc")) << line;
    EXPECT_THAT(line, Not(HasSubstr("evil")));
  }
}

TEST(Mime, EveryLineIsShortAndAscii) {
  auto long_one = mail();
  for (int i = 0; i < 200; ++i) long_one.subject += "äöü ✓ 日本 ";
  for (int i = 0; i < 2'000; ++i) long_one.text += "a very long line without an end ";
  const std::string text = mime_of(long_one, "chat@shop.example", kNow);
  std::size_t since = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_LT(static_cast<unsigned char>(text[at]), 0x80);
    ASSERT_LT(at - since, 120u);
    if (text[at] == '\n') since = at + 1;
  }
}

TEST(EncodedWords, CutBetweenCharactersAndLeavePlainTextAlone) {
  EXPECT_EQ(encoded_words("Your chat with Ann's shop"), "Your chat with Ann's shop");
  EXPECT_EQ(encoded_words("ä"), "=?utf-8?B?w6Q=?=");
  std::string many;
  for (int i = 0; i < 60; ++i) many += "ä";
  const std::string words = encoded_words(many);
  EXPECT_THAT(words, HasSubstr("?=\r\n =?utf-8?B?"));
}

}  // namespace
}  // namespace holdfast::app
