// What the tests of erasure share: a visitor, an operator, an order to erase, and what is left.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "chat/erasure.h"
#include "node/test_fixture.h"
#include "protocol/hlc.h"

namespace holdfast::node {

// Until a new process may pull: the one before it was killed with its lease.
inline constexpr Ms kLeaseIsOver{13'000};

inline protocol::Hlc hlc_of(WallMs wall) {
  return protocol::Hlc(static_cast<std::uint64_t>(wall.value()) * protocol::kHlcPerMs + 65'535);
}

// What is known and done in each of the tests.
class Erasing : public NodeTest {
 protected:
  Erasing() : vera(world, "vera"), ann(world, "ann") {}

  ContentPtr erase_content(const Author& visitor, WallMs until) {
    Writer admin = world.administrator();
    const chat::Erasure what{SiteId(testing::kSite), visitor, {}, hlc_of(until)};
    return admin.write(admin.draft("erase", protocol::ChatId(), Audience::kNodes),
                       chat::erasure_body(what, admin.new_nonce(), "by letter"));
  }
  HttpReply append(Host& host, const ContentPtr& content) {
    json::Array events{json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}}};
    const RequestId id = host.admin("POST", "/v1/admin/append",
                                    json::serialize(json::Object{{"events", std::move(events)}}));
    world.settle();
    return host.reply(id);
  }
  // Everything that vera wrote, or was written to her, until a moment ago.
  void erase_vera(Host& host) {
    world.jump(Ms(5));
    const HttpReply reply =
        append(host, erase_content(vera.writer.author(), world.clock.now().wall - Ms(2)));
    ASSERT_EQ(reply.status, 200) << reply.body;
    world.pass(Ms(300));
  }
  // Bodies of a chat's people, as a journal has them.
  std::vector<std::string> bodies(Deployment deployment, const protocol::ChatId& chat) {
    std::vector<std::string> found;
    const auto held = disk(deployment).read_chat({SiteId(testing::kSite), chat}).value();
    for (const auto& stored : held) {
      const protocol::Content& content = *stored.entry.content;
      if (content.body_bytes && content.head.kind != "route") found.push_back(*content.body_bytes);
    }
    return found;
  }
  static json::Object told(Host& host) {
    const RequestId id = host.admin("GET", "/v1/admin/erasures");
    return json::parse_object(host.reply(id).body).value();
  }

  Visitor vera;
  Agent ann;
};

}  // namespace holdfast::node
