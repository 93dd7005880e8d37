// What the tests of side effects share: a webhook, and what the journal says of claims and
// outcomes.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/json.h"
#include "chat/effects.h"
#include "node/test_fixture.h"

namespace holdfast::node {

inline constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// What the journal says of effects.
struct Record {
  std::vector<chat::Claim> claims;
  std::vector<std::string> claimers;
  std::vector<chat::Done> dones;
};

inline Record record_in(journal::Journal& journal, const protocol::ChatId& chat) {
  Record record;
  std::set<Digest> seen;
  const auto held = journal.read_chat({SiteId(testing::kSite), chat}).value();
  for (const auto& stored : held) {
    const protocol::Content& content = *stored.entry.content;
    if (!seen.insert(content.digest).second) continue;
    if (content.head.kind == "claim") {
      record.claims.push_back(chat::parse_claim(content).value());
      record.claimers.push_back(content.head.author.value());
    }
    if (content.head.kind == "done") record.dones.push_back(chat::parse_done(content).value());
  }
  return record;
}

// At most one claim for each (key, epoch, term) of a deployment.
inline void expect_single_claims(const Record& record) {
  std::set<std::tuple<chat::EffectKey, std::string, Epoch, Term>> seen;
  for (std::size_t i = 0; i < record.claims.size(); ++i) {
    const chat::Claim& claim = record.claims[i];
    EXPECT_TRUE(seen.emplace(claim.key, record.claimers[i], claim.epoch, claim.term).second)
        << "claimed twice in epoch " << claim.epoch << ", term " << claim.term;
  }
}

inline void install_webhook(World& world, Host& host, const std::string& events) {
  testing::Writer admin = world.administrator();
  json::Array list;
  for (const auto& write :
       {admin.set("webhook:crm", "url", "\"https://crm.example/hook\""),
        admin.set("webhook:crm", "secret", json::serialize(json::Value(kSecret))),
        admin.set("webhook:crm", "events", events), admin.set("webhook:crm", "active", "true")})
    list.push_back(json::Object{{"head", write->head_bytes}, {"body", *write->body_bytes}});
  const RequestId id = host.admin("POST", "/v1/admin/append",
                                  json::serialize(json::Object{{"events", std::move(list)}}));
  world.settle();
  ASSERT_EQ(host.reply(id).status, 200) << host.reply(id).body;
  world.pass(Ms(200));
}

inline const PostWebhook& post_of(const Perform& perform) {
  return std::get<PostWebhook>(perform.what);
}
inline std::string header(const PostWebhook& post, const std::string& name) {
  for (const auto& [key, value] : post.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace holdfast::node
