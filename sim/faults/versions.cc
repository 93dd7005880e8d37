// A newer version ran for a while, and was taken back: what it wrote under an origin of its own is
// in the journal, genuine and not to be understood.
#include <algorithm>

#include "base/check.h"
#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"
#include "sim/faults/faults.h"

namespace holdfast::sim {
namespace {

const std::string kNewer = "the newer version";
constexpr const char* kAuthor = "o:newer";

// A head with a member that this version does not know.
ContentPtr with_unknown_member(const protocol::Content& content) {
  auto read = protocol::parse_content(R"({"mood":{"is":"glad"},)" + content.head_bytes.substr(1),
                                      content.body_bytes);
  CHECK(read.has_value());
  return *read;
}

// A head with an audience that this version does not know.
ContentPtr for_unknown_audience(const protocol::Content& content) {
  const std::string_view known = R"("audience":"nodes")";
  std::string head = content.head_bytes;
  head.replace(head.find(known), known.size(), R"("audience":"supervisors")");
  auto read = protocol::parse_content(std::move(head), content.body_bytes);
  CHECK(read.has_value());
  return *read;
}

class NewerVersion {
 public:
  NewerVersion(Cluster& cluster, SeededRandom& random)
      : random_(random), site_(cluster.site()), now_(true_wall(cluster.scheduler().now())) {}

  std::vector<ContentPtr> write(const journal::ChatKey& chat) {
    const std::string text = protocol::text_body(nonce(), "said in another way");
    const std::string odd = R"({"nonce":")" + nonce() + R"(","colour":[1,{"of":null}]})";
    return {
        make(chat, "reaction", Audience::kChat, odd),
        for_unknown_audience(*make(chat, "memo", Audience::kNodes, odd)),
        with_unknown_member(
            *make(chat, "message", Audience::kChat, R"({"later":true,)" + text.substr(1))),
        make(chat, "message", Audience::kChat, "not even JSON \u00fc"),
        make({site_, ChatId()}, "set", Audience::kNodes, R"({"nonce":17})"),
    };
  }

 private:
  std::string nonce() { return protocol::nonce_text(random_.bytes<16>()); }
  ContentPtr make(const journal::ChatKey& chat, const char* kind, Audience audience,
                  std::string body) {
    return protocol::compose({chat.site,
                              chat.chat,
                              Author(kAuthor),
                              protocol::EventId(Ulid::make(now_, random_).text()),
                              kind,
                              audience,
                              {}},
                             std::move(body));
  }

  SeededRandom& random_;
  protocol::SiteId site_;
  WallMs now_;
};

}  // namespace

bool Faults::newer_version_runs() {
  DataCentre& centre = some_centre();
  std::vector<journal::ChatKey> open = centre.disk->journal().open_chats().value();
  std::erase_if(open, [this](const auto& key) { return key.site != cluster_.site(); });
  const bool runs = std::ranges::all_of(
      centre.nodes, [](const auto& node) { return node->ready() && !node->paused(); });
  if (open.empty() || !runs) return false;
  for (const auto& node : centre.nodes) node->kill();
  centre.disk->journal().reopen();

  const WallMs now = true_wall(cluster_.scheduler().now());
  const auto origin =
      protocol::make_origin(centre.deployment, "newer", Ulid::make(now, random_).text());
  auto before = protocol::chain_start(origin);
  protocol::HybridClock clock;
  std::vector<protocol::Entry> entries;
  NewerVersion newer(cluster_, random_);
  for (const ContentPtr& content : newer.write(open[random_.below(open.size())])) {
    protocol::Entry entry;
    entry.origin = origin;
    entry.seq = protocol::Seq(entries.size() + 1);
    entry.content = content;
    entry.acceptance = protocol::accept(cluster_.keys().cluster, content->digest, origin, entry.seq,
                                        clock.next(now));
    entry.before = before;
    before = entry.h = protocol::chain_next(before, content->digest, entry.acceptance.mac);
    cluster_.watcher().composed({kNewer, content, std::nullopt});
    cluster_.watcher().written(centre.deployment, entry);
    cluster_.watcher().newer_version_wrote(centre.deployment, content);
    entries.push_back(std::move(entry));
  }
  CHECK(centre.disk->journal().append(entries, std::nullopt).has_value());
  later(draw(Ms(500), Ms(5'000)), [&centre] {
    for (const auto& node : centre.nodes) node->start();
  });
  return true;
}

void Faults::define_versions() {
  kinds_.push_back(
      {"a newer version ran for a while", 0.25, [this] { return newer_version_runs(); }});
}

}  // namespace holdfast::sim
