#include "journal/sample_entries.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/ulid.h"

namespace holdfast::journal {
namespace {

using namespace std::string_view_literals;

std::string sample_ulid(std::uint64_t number) {
  std::array<std::uint8_t, 10> tail{};
  for (std::size_t i = 0; i < 8; ++i) tail[9 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return Ulid::make(WallMs(1'700'000'000'000), tail).text();
}

std::string hashed(std::string_view tag, std::string_view bytes) {
  return sha256(tag, bytes).base64url();
}

std::string author_of(const std::string& kind) {
  return kind == "set" || kind == "erase" ? "a:cli" : "v:abcdefghijklmnopqrstuv";
}
std::string audience_of(const std::string& kind) {
  return kind == "set" || kind == "erase" ? "nodes" : "chat";
}

}  // namespace

ChatKey sample_chat(const std::string& site, const std::string& chat) {
  return {protocol::SiteId(site),
          protocol::ChatId(chat.empty() ? "" : hashed("sample chat ", chat))};
}

protocol::ContentPtr make_content(const SampleContent& sample) {
  const std::string body =
      fmt::format(R"({{"nonce":"{}","text":"{}"}})",
                  hashed("nonce ", fmt::format("{}", sample.id)).substr(0, 22), sample.text);
  std::string head = fmt::format(
      R"({{"v":1,"site":"{}","chat":"{}","author":"{}","id":"{}","kind":"{}","audience":"{}","after":[],"body":"{}","later":true}})",
      sample.site, sample_chat(sample.site, sample.chat).chat, author_of(sample.kind),
      sample_ulid(sample.id), sample.kind, audience_of(sample.kind),
      hashed("holdfast:body:1\n", body));
  auto content =
      protocol::parse_content(std::move(head), sample.erased ? std::nullopt : std::optional(body));
  CHECK(content.has_value(), "a sample is not well-formed: {}", content.error().text());
  return *content;
}

SampleOrigin::SampleOrigin(const std::string& node, std::uint64_t incarnation)
    : name_(fmt::format("primary/{}/{}", node, sample_ulid(incarnation))),
      h_(sha256("holdfast:origin:1\n"sv, std::string_view(name_.value()))) {}

protocol::Entry SampleOrigin::next(const protocol::ContentPtr& content) {
  return carry(content,
               {.origin = name_,
                .seq = protocol::Seq(seq_ + 1),
                .hlc = protocol::Hlc((1'700'000'000'000 + seq_) << 16),
                .key = protocol::KeyId("k1"),
                .mac = protocol::Mac(sha256("sample mac "sv, std::string_view(name_.value()),
                                            std::string_view(fmt::format(" {}", seq_ + 1))))});
}

protocol::Entry SampleOrigin::next_message(const std::string& chat, const std::string& text) {
  return next({.chat = chat,
               .text = text,
               .id = (seq_ + 1) * 1'000 + sha256(std::string_view(name_.value())).bytes[0]});
}

protocol::Entry SampleOrigin::carry(const protocol::ContentPtr& content,
                                    const protocol::Acceptance& acceptance) {
  const protocol::ChainHash before = h_;
  const std::string line =
      fmt::format("holdfast:entry:1\n{}\n{}\n{}", before.value().base64url(),
                  content->digest.value().base64url(), acceptance.mac.value().base64url());
  h_ = protocol::ChainHash(sha256(std::string_view(line)));
  ++seq_;
  return {.origin = name_,
          .seq = protocol::Seq(seq_),
          .h = h_,
          .content = content,
          .acceptance = acceptance,
          .before = before};
}

}  // namespace holdfast::journal
