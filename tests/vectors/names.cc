#include "protocol/names.h"

#include "protocol/hashes.h"
#include "tests/vectors/fixture.h"
#include "tests/vectors/json_list.h"
#include "tests/vectors/vectors.h"

namespace holdfast::vectors {
namespace {

Lines chats() {
  Lines lines;
  const auto add = [&](const std::string& site, const std::string& author, const std::string& id) {
    const auto chat =
        protocol::chat_id(protocol::SiteId(site), protocol::Author(author), protocol::EventId(id));
    lines.add(Row()
                  .text("site", site)
                  .text("author", author)
                  .text("id", id)
                  .text("chat", chat.value())
                  .take());
  };
  add("shop", visitor().value(), ulid(0));
  add("shop", visitor().value(), ulid(1));
  add("shop-2", "v:AAAAAAAAAAAAAAAAAAAAAA", ulid(0));
  return lines;
}

Lines visitors() {
  Lines lines;
  const auto add = [&](const std::string& site, const std::string& proof) {
    lines.add(Row()
                  .text("site", site)
                  .text("proof", proof)
                  .text("visitor", protocol::visitor_of(protocol::SiteId(site), proof).value())
                  .take());
  };
  add("shop", kSecret);
  add("other", kSecret);
  add("shop",
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBhYDVHFMCTjbDSHSNcIwB3x-bL5GkEdqDM5xMB3ZhcTRHVbtYBYVm_"
      "9tIBEx8GLaDyrKKnPhDYP2rzTYk0GjWQ");
  return lines;
}

Lines forms() {
  Lines lines;
  const auto add = [&](std::string_view type, bool (*is)(std::string_view),
                       std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
      lines.add(Row().text("type", type).text("text", text).boolean("ok", is(text)).take());
  };
  const std::string long_slug(32, 'a'), longer_slug(33, 'a');
  add("site", protocol::is_site,
      {"shop", "0", "a-b-c", long_slug, longer_slug, "", "-shop", "Shop", "sh op", "shöp",
       "shop\n"});
  add("author", protocol::is_author,
      {"v:AAAAAAAAAAAAAAAAAAAAAA", "v:AAAAAAAAAAAAAAAAAAAAA", "v:AAAAAAAAAAAAAAAAAAAA+A", "v:probe",
       "o:ann", "o:probe", "o:", "o:Ann", "n:primary", "n:redundant", "n:other", "a:init", "a:cli",
       "a:", "x:ann", "ann", ""});
  add("origin", protocol::is_origin,
      {"primary/n1/01M3XJ0000000000000000000P", "redundant/a-9/01M3XJ0000000000000000000R",
       "primary/n1/01M3XJ0000000000000000000", "third/n1/01M3XJ0000000000000000000P",
       "primary//01M3XJ0000000000000000000P", "primary/n1", "primary/N1/01M3XJ0000000000000000000P",
       "primary/n1/01M3XJ0000000000000000000P/x",
       "primary/abcdefghijklmnopq/01M3XJ0000000000000000000P"});
  add("hash", protocol::is_hash_text,
      {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
       "__________________________________________8"});
  add("key_id", protocol::is_key_id, {"c1", "2026-11", "A_b.c", "", "a b", long_slug, longer_slug});
  return lines;
}

}  // namespace

std::string names_json() {
  return File().add("chats", chats()).add("visitors", visitors()).add("forms", forms()).take();
}

}  // namespace holdfast::vectors
