#include <vector>

#include "base/check.h"
#include "protocol/codes.h"
#include "protocol/content.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

using protocol::HashText;

std::string hash_text(const Hash32& hash) {
  return std::string(HashText(hash).view());
}

// A head with this body, of fields that the case may replace.
struct HeadText {
  std::string v = "1", site = "\"shop\"", chat, author, id = "\"01M3XJ00000000000000000000\"",
              kind = "\"message\"", audience = "\"chat\"", after = "[]", body, extra;
  explicit HeadText(std::string_view body_bytes) {
    chat = "\"" + protocol::chat_id(kShop, visitor(), protocol::EventId(ulid(0))).value() + "\"";
    author = "\"" + visitor().value() + "\"";
    body = "\"" + hash_text(protocol::body_hash(body_bytes)) + "\"";
  }
  std::string text() const {
    return "{\"v\":" + v + ",\"site\":" + site + ",\"chat\":" + chat + ",\"author\":" + author +
           ",\"id\":" + id + ",\"kind\":" + kind + ",\"audience\":" + audience +
           ",\"after\":" + after + ",\"body\":" + body + extra + "}";
  }
};

std::string good(std::string_view name, const std::string& head_bytes,
                 const std::string& body_bytes) {
  const auto content = protocol::read_content(head_bytes, body_bytes);
  CHECK(content.has_value(), "{}: {}", name, content.error().why);
  const protocol::Head& head = (*content)->head;
  std::string after;
  for (const auto& digest : head.after)
    after += (after.empty() ? "\"" : ",\"") + hash_text(digest.value()) + "\"";
  return Row()
      .text("name", name)
      .text("head", head_bytes)
      .text("body", body_bytes)
      .hash("body_hash", protocol::body_hash(body_bytes))
      .hash("digest", (*content)->digest.value())
      .text("site", head.site.value())
      .text("chat", head.chat.value())
      .text("author", head.author.value())
      .text("id", head.id.value())
      .text("kind", head.kind)
      .text("audience", protocol::name_of(head.audience))
      .raw("after", "[" + after + "]")
      .take();
}

Lines good_heads() {
  const std::string hello = protocol::text_body(nonce(7), "hello");
  const std::string unicode = "{\"nonce\":\"" + nonce(8) +
                              "\",\"text\":\"Grüße, 你好, 👩‍👩‍👧, "
                              "\\\"quoted\\\"\\n\\u00e9\\ud83d\\ude00\"}";
  Lines lines;
  lines.add(good("plain", HeadText(hello).text(), hello));
  HeadText head(unicode);
  lines.add(good("unicode and escapes in the body", head.text(), unicode));
  head = HeadText(hello);
  head.extra = ",\"x-new\":{\"a\":[1,2.5e3,null,true,\"\\u00fc\"]}";
  lines.add(good("unknown fields survive", head.text(), hello));
  head = HeadText(hello);
  head.kind = "\"x.poll-2\"";
  lines.add(good("an unknown kind is read", head.text(), hello));
  head.audience = "\"aliens\"";
  lines.add(good("an unknown audience is nodes", head.text(), hello));
  head = HeadText(hello);
  head.after = "[\"" + hash_text(sha256(std::string_view("a"))) + "\", \"" +
               hash_text(sha256(std::string_view("b"))) + "\"]";
  lines.add(good("after, with white space", " \t{\r\n" + head.text().substr(1) + "\n", hello));
  head = HeadText(hello);
  head.kind = "\"\\u006dess\\u0061ge\"";
  lines.add(good("escapes in a head mean what they spell, its bytes stay", head.text(), hello));
  head = HeadText(hello);
  head.kind = "\"set\"";
  head.chat = "\"\"";
  head.author = "\"a:cli\"";
  head.audience = "\"nodes\"";
  lines.add(good("of no chat", head.text(), hello));
  const std::string text = HeadText(hello).text();
  lines.add(good(
      "members in another order",
      "{\"body\":" + HeadText(hello).body + "," + text.substr(1, text.find(",\"body\"") - 1) + "}",
      hello));
  return lines;
}

struct BadHeads {
  Lines lines;
  void add(std::string_view name, const std::string& head) {
    const auto content = protocol::read_content(head, std::nullopt);
    CHECK(!content.has_value(), "{} must be refused", name);
    lines.add(Row()
                  .text("name", name)
                  .text("head", head)
                  .number("code", protocol::number(content.error().code))
                  .text("why", content.error().why)
                  .take());
  }
};

Lines bad_heads() {
  const std::string hello = protocol::text_body(nonce(7), "hello");
  const std::string digest = "\"" + hash_text(sha256(std::string_view("a"))) + "\"";
  BadHeads bad;
  bad.add("not JSON", "hello");
  bad.add("empty", "");
  bad.add("a list", "[]");
  bad.add("cut off", HeadText(hello).text().substr(0, 200));
  bad.add("something after it", HeadText(hello).text() + "{}");
  const auto with = [&](std::string_view name, auto change) {
    HeadText head(hello);
    change(head);
    bad.add(name, head.text());
  };
  with("version 2", [](HeadText& h) { h.v = "2"; });
  with("version as a text", [](HeadText& h) { h.v = "\"1\""; });
  with("version with a fraction", [](HeadText& h) { h.v = "1.0"; });
  with("site in capitals", [](HeadText& h) { h.site = "\"Shop\""; });
  with("site of 33 characters", [](HeadText& h) { h.site = "\"" + std::string(33, 'a') + "\""; });
  with("site null", [](HeadText& h) { h.site = "null"; });
  with("chat of 42 characters", [](HeadText& h) { h.chat = "\"" + std::string(42, 'A') + "\""; });
  with("chat that is no canonical base64url",
       [](HeadText& h) { h.chat = "\"" + std::string(42, 'A') + "B\""; });
  with("author of no kind", [](HeadText& h) { h.author = "\"x:ann\""; });
  with("author a third deployment", [](HeadText& h) { h.author = "\"n:third\""; });
  with("id in small letters", [](HeadText& h) { h.id = "\"01m3xj00000000000000000000\""; });
  with("id above the range of a ULID",
       [](HeadText& h) { h.id = "\"81M3XJ00000000000000000000\""; });
  with("kind empty", [](HeadText& h) { h.kind = "\"\""; });
  with("kind of 33 characters", [](HeadText& h) { h.kind = "\"" + std::string(33, 'k') + "\""; });
  with("kind with a space", [](HeadText& h) { h.kind = "\"my kind\""; });
  with("audience a number", [](HeadText& h) { h.audience = "3"; });
  with("after no list", [](HeadText& h) { h.after = "{}"; });
  with("after with a short digest", [](HeadText& h) { h.after = "[\"abc\"]"; });
  with("after with one digest twice",
       [&](HeadText& h) { h.after = "[" + digest + "," + digest + "]"; });
  with("after of 33", [&](HeadText& h) {
    h.after = "[";
    for (int i = 0; i < 33; ++i)
      h.after += (i == 0 ? "\"" : ",\"") + hash_text(sha256(std::to_string(i))) + "\"";
    h.after += "]";
  });
  with("body hash of 44 characters",
       [](HeadText& h) { h.body = "\"" + std::string(44, 'A') + "\""; });
  with("a known member twice", [](HeadText& h) { h.extra = ",\"site\":\"shop\""; });
  with("a known member twice, once escaped",
       [](HeadText& h) { h.extra = ",\"s\\u0069te\":\"shop\""; });
  with("an unknown member twice", [](HeadText& h) { h.extra = ",\"x\":1,\"x\":1"; });
  with("an unknown member twice, deeper",
       [](HeadText& h) { h.extra = ",\"x\":[{\"y\":1,\"z\":2,\"y\":3}]"; });
  with("nested nine deep", [](HeadText& h) { h.extra = ",\"x\":[[[[[[[[1]]]]]]]]"; });
  with("a lone surrogate", [](HeadText& h) { h.extra = ",\"x\":\"\\ud83d\""; });
  with("a bare control character", [](HeadText& h) { h.extra = ",\"x\":\"\x01\""; });
  with("4,097 bytes", [](HeadText& h) {
    h.extra = ",\"x\":\"" + std::string(4'097 - h.text().size() - 7, 'x') + "\"";
  });
  for (const std::string_view field :
       {"v", "site", "chat", "author", "id", "kind", "audience", "after", "body"}) {
    std::string text = HeadText(hello).text();
    const std::string quoted = "\"" + std::string(field) + "\":";
    text.replace(text.find(quoted), quoted.size(), "\"no\":");
    bad.add("without " + std::string(field), text);
  }
  return bad.lines;
}

std::string body_row(std::string_view name, std::string_view kind, const std::string& body) {
  const auto checked = protocol::check_body(kind, body);
  Row row;
  row.text("name", name).text("kind", kind).text("body", body);
  if (!checked)
    row.number("code", protocol::number(checked.error().code)).text("why", checked.error().why);
  return row.boolean("ok", checked.has_value()).take();
}

std::string body_of(const std::string& fields) {
  return "{\"nonce\":\"" + nonce(9) + "\"" + fields + "}";
}
std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

std::string content_json() {
  return File().add("good", good_heads()).add("bad", bad_heads()).take();
}

std::string bodies_json() {
  const auto text = [](const std::string& value) { return body_of(",\"text\":\"" + value + "\""); };
  Lines lines;
  lines.add(body_row("a message", "message", text("hello")));
  lines.add(body_row("tab and line feed", "message", text("a\\tb\\nc")));
  lines.add(body_row("4,000 characters", "message", text(repeated("ü", 4'000))));
  lines.add(body_row("4,001 characters", "message", text(repeated("ü", 4'001))));
  lines.add(body_row("a character outside the BMP is one", "message", text(repeated("😀", 3'500))));
  lines.add(body_row("too many bytes", "message", text(repeated("😀", 4'000))));
  lines.add(body_row("empty", "message", text("")));
  lines.add(body_row("no text", "message", body_of("")));
  lines.add(body_row("text a number", "message", body_of(",\"text\":4")));
  lines.add(body_row("text twice", "message", body_of(",\"text\":\"a\",\"text\":\"a\"")));
  lines.add(body_row("U+0000", "message", text("a\\u0000b")));
  lines.add(body_row("carriage return", "message", text("a\\rb")));
  lines.add(body_row("U+007F", "message", text("a\x7f")));
  lines.add(body_row("U+0085", "note", text("a\\u0085")));
  lines.add(body_row("U+00A0 is no control character", "note", text("a\\u00a0")));
  lines.add(body_row("a lone surrogate", "note", text("\\udc00")));
  lines.add(body_row("a pair of surrogates", "note", text("\\ud83d\\ude00")));
  lines.add(body_row("no nonce", "message", "{\"text\":\"a\"}"));
  lines.add(body_row("a short nonce", "message", "{\"nonce\":\"abc\",\"text\":\"a\"}"));
  lines.add(body_row("a nonce that is no canonical base64url", "message",
                     "{\"nonce\":\"" + std::string(21, 'A') + "B\",\"text\":\"a\"}"));
  lines.add(body_row("unknown fields", "message", body_of(",\"text\":\"a\",\"mood\":{\"x\":[1]}")));
  lines.add(
      body_row("opening", "open", body_of(",\"name\":\"Ann\",\"page\":\"https://shop.example/\"")));
  lines.add(body_row("opening, with nothing", "open", body_of("")));
  lines.add(body_row("opening, a name with a control character", "open",
                     body_of(",\"name\":\"A\\u001bnn\"")));
  lines.add(body_row("opening, a page that is too long", "open",
                     body_of(",\"page\":\"" + std::string(2'001, 'p') + "\"")));
  lines.add(body_row("left while nobody was there", "message",
                     body_of(",\"text\":\"call me\",\"offline\":true")));
  lines.add(body_row("offline, but not a bool", "message",
                     body_of(",\"text\":\"call me\",\"offline\":\"yes\"")));
  lines.add(
      body_row("contact", "contact",
               body_of(",\"name\":\"Ann\",\"email\":\"ann@example.org\",\"transcript\":true")));
  lines.add(body_row("contact, taken back", "contact", body_of(",\"email\":\"\"")));
  for (const std::string_view email :
       {"ann", "ann@", "@example.org", "ann@b@example.org", "ann example@example.org",
        "ann@example..org", "ann@example.org, bob@example.org", "ann@example.org\\nBcc: x@y.z"}) {
    lines.add(body_row(fmt::format("contact, not an address: {}", email), "contact",
                       body_of(fmt::format(",\"email\":\"{}\"", email))));
  }
  lines.add(body_row("contact, an address that is too long", "contact",
                     body_of(",\"email\":\"a@" + repeated("example.", 32) + "org\"")));
  lines.add(body_row("contact, with an identity", "contact",
                     body_of(",\"identity\":\"e30.e30.c2ln\",\"name\":\"Ann\"")));
  lines.add(body_row("contact, an identity that is too long", "contact",
                     body_of(",\"identity\":\"" + std::string(2'049, 'e') + "\"")));
  lines.add(body_row("contact, an identity that is no text", "contact",
                     body_of(",\"identity\":{\"sub\":\"1\"}")));
  lines.add(body_row("contact, transcript a text", "contact", body_of(",\"transcript\":\"yes\"")));
  const std::string write = ",\"entity\":\"site:shop\",\"field\":\"name\",\"revoke\":false";
  lines.add(body_row("a settings write", "set",
                     body_of(write + ",\"value\":{\"x\":[1]},\"replaces\":[]")));
  lines.add(
      body_row("a settings write without a value", "set", body_of(write + ",\"replaces\":[]")));
  lines.add(body_row("a settings write that replaces no digest", "set",
                     body_of(write + ",\"value\":1,\"replaces\":[\"x\"]")));
  lines.add(body_row(
      "an erasure", "erase",
      body_of(",\"visitor\":\"v:AAAAAAAAAAAAAAAAAAAAAA\",\"until\":\"0000000000000001\"")));
  lines.add(body_row("an erasure of an operator", "erase",
                     body_of(",\"visitor\":\"o:ann\",\"until\":\"0000000000000001\"")));
  lines.add(body_row("an erasure without a cut", "erase",
                     body_of(",\"visitor\":\"v:AAAAAAAAAAAAAAAAAAAAAA\"")));
  lines.add(body_row("an unknown kind", "x.poll", body_of(",\"text\":7")));
  lines.add(body_row("no object", "message", "[]"));
  lines.add(
      body_row("nested nine deep", "message", body_of(",\"text\":\"a\",\"x\":[[[[[[[[1]]]]]]]]")));
  return File().add("bodies", lines).take();
}

}  // namespace holdfast::vectors
