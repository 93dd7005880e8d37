#include "tests/fold/random_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/ulid.h"
#include "chat/chat.h"
#include "protocol/base64url32.h"
#include "protocol/content.h"
#include "protocol/hashes.h"
#include "protocol/json_writer.h"

namespace holdfast::fold {
namespace {

using protocol::Acceptance;
using protocol::Digest;
using protocol::Event;

constexpr std::int64_t kStart = 1'790'000'000'000;

template <std::size_t N>
std::string_view pick(Random& random, const std::array<std::string_view, N>& choices) {
  return choices[random.below(N)];
}

std::string ulid(Random& random) {
  // A few milliseconds only, so that texts begin alike and order is decided late.
  return Ulid::make(WallMs(kStart + static_cast<std::int64_t>(random.below(4))), random).text();
}

std::string nonce(Random& random) {
  return protocol::nonce_text(random.bytes<16>());
}
Digest random_digest(Random& random) {
  return Digest(Hash32{random.bytes<32>()});
}

constexpr std::array<std::string_view, 8> kTexts = {"hello",
                                                    "Grüße – 你好",
                                                    "line one\\nline two\\ttabbed",
                                                    "\\\"quoted\\\" \\\\ and \\/",
                                                    "👩‍👩‍👧 emoji",
                                                    "\\u00e9\\u4f60\\ud83d\\ude00",
                                                    "<b>&amp;</b>",
                                                    "a"};

// One set in the making.
class Maker {
 public:
  explicit Maker(Random& random) : random_(random) {
    chat_ = protocol::chat_id(protocol::SiteId("shop"), protocol::Author(std::string(kVisitor)),
                              protocol::EventId(std::string(kOpening)))
                .value();
    for (int i = 0; i < 3; ++i) origins_.push_back(protocol::Origin("primary/n1/" + ulid(random_)));
    for (int i = 0; i < 3; ++i)
      origins_.push_back(protocol::Origin("redundant/n1/" + ulid(random_)));
  }

  std::vector<Event> make() {
    const std::size_t size = 1 + random_.below(random_.chance(0.05) ? 60 : 10);
    if (!random_.chance(0.1))
      add("open", kVisitor, "chat", "\"name\":\"Ann\"", std::string(kOpening));
    while (events_.size() < size) add_any();
    lose_some();
    random_.shuffle(events_);
    return std::move(events_);
  }

 private:
  static constexpr std::string_view kVisitor = "v:AAAAAAAAAAAAAAAAAAAAAA";
  static constexpr std::string_view kOpening = "01M3XJ0000000000000000000A";

  // Each draw is a statement of its own: compilers evaluate arguments in different orders, and a
  // seed must mean the same set to all.
  void add_any() {
    switch (random_.below(12)) {
      case 0: {
        const std::string fields = text();
        return add("note", pick(random_, kOperators), "operators", fields);
      }
      case 1: {
        const auto audience = pick(random_, kAudiences);
        const auto author = pick(random_, kAuthors);
        return add(pick(random_, kFutureKinds), author, audience, "\"x\":[1,{\"y\":null}]");
      }
      case 2: {
        const std::string fields = text();
        const auto audience = pick(random_, kAudiences);
        return add("message", pick(random_, kOperators), audience, fields);
      }
      case 3:
        return add("audit", "n:primary", "nodes", "\"what\":\"id_conflict\"");
      case 4:
      case 5:
      case 6:
      case 7:
        return add_decision();
      default: {
        const std::string fields = text();
        const auto author = random_.chance(0.5) ? kVisitor : pick(random_, kOperators);
        return add("message", author, "chat", fields);
      }
    }
  }

  void add_decision() {
    if (random_.chance(0.1)) {
      const auto fields = pick(random_, kBrokenDecisions);
      return add("route", random_.chance(0.5) ? "n:primary" : "o:ann", "chat", fields);
    }
    const bool automatic = random_.chance(0.3);
    const std::uint64_t term = 1 + random_.below(3);
    const std::uint64_t epoch = 1 + random_.below(3);
    const auto to = pick(random_, kOperators);
    const auto state = pick(random_, kStates);
    const std::string covers = list(some_digests(""));
    const std::string replaces = list(some_digests("route"));
    add("route", random_.chance(0.5) ? "n:primary" : "n:redundant", "chat",
        fmt::format("\"state\":\"{}\",\"operator\":\"{}\",\"epoch\":{},\"term\":{},"
                    "\"auto\":{},\"replaces\":{},\"covers\":{},\"since\":\"v2\"",
                    state, to, epoch, term, automatic, replaces, covers));
  }

  // Makes an event, and keeps it.
  void add(std::string_view kind, std::string_view author, std::string_view audience,
           std::string_view fields, std::string id = {}) {
    if (id.empty())
      id = random_.chance(0.1) && !events_.empty() ? any_event().content->head.id.value()
                                                   : ulid(random_);
    std::string body = fmt::format("{{\"nonce\":\"{}\",{}}}", nonce(random_), fields);
    std::string head = head_text(kind, author, audience, id, body);
    const bool erased = random_.chance(0.07);
    auto content = protocol::read_content(std::move(head),
                                          erased ? std::nullopt : std::optional(std::move(body)));
    CHECK(content.has_value(), "{}", content.error().why);
    Event event{*std::move(content), {}};
    if (std::ranges::any_of(events_, [&](const Event& other) {
          return other.content->digest == event.content->digest;
        }))
      return;
    for (std::uint64_t n = acceptances(); n > 0; --n)
      protocol::add_acceptance(event.acceptances, acceptance());
    events_.push_back(std::move(event));
  }

  std::string head_text(std::string_view kind, std::string_view author, std::string_view audience,
                        std::string_view id, const std::string& body) {
    std::array<std::string, 10> members = {
        "\"v\":1",
        "\"site\":\"shop\"",
        fmt::format("\"chat\":\"{}\"", chat_),
        fmt::format("\"author\":\"{}\"", author),
        fmt::format("\"id\":\"{}\"", id),
        fmt::format("\"kind\":\"{}\"", kind),
        fmt::format("\"audience\":\"{}\"", audience),
        "\"after\":" + list(some_digests("")),
        fmt::format("\"body\":\"{}\"", protocol::HashText(protocol::body_hash(body)).view()),
        "\"x-new\":{\"päge\":[true,1.5e3,\"\\ud83d\\ude00\"]}"};
    const bool future = random_.chance(0.2);
    std::string text = random_.chance(0.1) ? "{ " : "{";
    if (random_.chance(0.2)) random_.shuffle(members);
    bool first = true;
    for (const std::string& member : members) {
      if (!future && member.starts_with("\"x-new\"")) continue;
      if (!first) text += random_.chance(0.02) ? " ,\n" : ",";
      first = false;
      text += member;
    }
    return text + "}";
  }

  // Digests of events so far (of `kind`, or any), of events that are not in the set, and of other
  // chats.
  std::vector<Digest> some_digests(std::string_view kind) {
    std::vector<Digest> some;
    for (std::uint64_t n = random_.below(4); n > 0; --n) {
      const Digest digest = random_.chance(0.1) || events_.empty() ? random_digest(random_)
                                                                   : any_event().content->digest;
      if (std::ranges::find(some, digest) == some.end()) some.push_back(digest);
    }
    if (kind.empty()) {
      // Mostly what a real author would name: the last ones.
      if (random_.chance(0.5) && !events_.empty()) {
        const Digest last = events_.back().content->digest;
        if (std::ranges::find(some, last) == some.end()) some.push_back(last);
      }
    } else {
      for (const Event& event : events_) {
        const Digest& digest = event.content->digest;
        if (event.content->head.kind == kind && random_.chance(0.3) &&
            std::ranges::find(some, digest) == some.end())
          some.push_back(digest);
      }
    }
    return some;
  }

  static std::string list(const std::vector<Digest>& digests) {
    std::string text = "[";
    for (const Digest& digest : digests) {
      text += text.size() > 1 ? ",\"" : "\"";
      text += protocol::HashText(digest.value()).view();
      text += '"';
    }
    return text + "]";
  }

  const Event& any_event() { return events_[random_.below(events_.size())]; }
  std::string text() { return fmt::format("\"text\":\"{}\"", pick(random_, kTexts)); }

  std::uint64_t acceptances() {
    if (random_.chance(0.08)) return 0;
    return 1 + (random_.chance(0.3) ? random_.below(5) : 0);
  }

  Acceptance acceptance() {
    // Equal times are common, and far jumps happen.
    std::uint64_t hlc = static_cast<std::uint64_t>(kStart) * 65'536 + random_.below(8);
    if (random_.chance(0.1)) hlc += random_.below(1'000'000) * 65'536;
    if (random_.chance(0.002)) hlc = ~std::uint64_t{0} - random_.below(3);
    return {origins_[random_.below(origins_.size())], protocol::Seq(1 + random_.below(1'000)),
            protocol::Hlc(hlc), protocol::KeyId("c1"), protocol::Mac(Hash32{random_.bytes<32>()})};
  }

  void lose_some() {
    if (random_.chance(0.4))
      std::erase_if(events_, [this](const Event&) { return random_.chance(0.2); });
  }

  static constexpr std::array<std::string_view, 2> kOperators = {"o:ann", "o:bob-2"};
  static constexpr std::array<std::string_view, 4> kAuthors = {kVisitor, "o:ann", "n:redundant",
                                                               "a:cli"};
  static constexpr std::array<std::string_view, 4> kAudiences = {"chat", "operators", "nodes",
                                                                 "aliens"};
  static constexpr std::array<std::string_view, 2> kFutureKinds = {"reaction", "x.poll-2"};
  static constexpr std::array<std::string_view, 4> kStates = {"queued", "assigned", "assigned",
                                                              "closed"};
  static constexpr std::array<std::string_view, 8> kBrokenDecisions = {
      "\"state\":\"assigned\",\"epoch\":9,\"term\":9,\"auto\":false,\"replaces\":[],\"covers\":[]",
      "\"state\":\"parked\",\"epoch\":9,\"term\":9,\"auto\":false,\"replaces\":[],\"covers\":[]",
      "\"state\":\"queued\",\"epoch\":-1,\"term\":9,\"auto\":false,\"replaces\":[],\"covers\":[]",
      "\"state\":\"queued\",\"epoch\":9,\"term\":1.5,\"auto\":false,\"replaces\":[],\"covers\":[]",
      "\"state\":\"queued\",\"epoch\":9,\"term\":9,\"auto\":0,\"replaces\":[],\"covers\":[]",
      "\"state\":\"queued\",\"epoch\":9,\"term\":9,\"auto\":false,\"replaces\":[\"short\"],"
      "\"covers\":[]",
      "\"state\":\"queued\",\"epoch\":9,\"term\":9,\"auto\":false,\"replaces\":[]",
      "\"state\":\"queued\",\"operator\":\"v:x\",\"epoch\":9,\"term\":9,\"auto\":false,"
      "\"replaces\":[],\"covers\":[]"};

  Random& random_;
  std::string chat_;
  std::vector<protocol::Origin> origins_;
  std::vector<Event> events_;
};

}  // namespace

std::vector<protocol::Event> random_set(Random& random) {
  return Maker(random).make();
}

}  // namespace holdfast::fold
