// The vectors, read from the folder as another language would: each value against the function that
// makes it.
#include "tests/vectors/vectors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/encoding.h"
#include "base/json.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "tests/fold/set_json.h"

namespace holdfast::vectors {
namespace {

std::string file_text(const std::string& name) {
  std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/vectors/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Object read_file(const std::string& name) {
  auto object = json::parse_object(file_text(name));
  EXPECT_TRUE(object.has_value()) << name;
  return object.value_or(json::Object{});
}

std::string text_of_field(const json::Object& row, std::string_view field) {
  const auto text = json::get_text(row, field);
  return text ? std::string(*text) : "no " + std::string(field);
}

std::int64_t int_of_field(const json::Object& row, std::string_view field) {
  return json::get_int(row, field).value_or(-1);
}

// Calls check(row) for each row of a list, of which there must be some.
template <class Check>
void each(const json::Object& file, std::string_view list, Check check) {
  const auto rows = json::get_array(file, list);
  ASSERT_TRUE(rows.has_value()) << list;
  ASSERT_FALSE((*rows)->empty()) << list;
  for (const json::Value& row : **rows) check(row.as_object());
}

TEST(Vectors, AreWhatThisVersionWrites) {
  for (const auto& [name, text] : all())
    EXPECT_TRUE(file_text(name) == text) << name << " differs: is the protocol meant to change?";
}

TEST(Vectors, HashContent) {
  each(read_file("content.json"), "good", [](const json::Object& row) {
    SCOPED_TRACE(text_of_field(row, "name"));
    const auto content =
        protocol::read_content(text_of_field(row, "head"), text_of_field(row, "body"));
    ASSERT_TRUE(content.has_value()) << content.error().why;
    EXPECT_EQ((*content)->digest.value().base64url(), text_of_field(row, "digest"));
    EXPECT_EQ((*content)->head.body_hash.base64url(), text_of_field(row, "body_hash"));
    EXPECT_EQ((*content)->head.kind, text_of_field(row, "kind"));
    EXPECT_EQ((*content)->head.chat.value(), text_of_field(row, "chat"));
    EXPECT_EQ((*content)->head_bytes, text_of_field(row, "head"));
  });
}

TEST(Vectors, RefuseBadHeadsWithTheirCodes) {
  each(read_file("content.json"), "bad", [](const json::Object& row) {
    SCOPED_TRACE(text_of_field(row, "name"));
    const auto content = protocol::read_content(text_of_field(row, "head"), std::nullopt);
    ASSERT_FALSE(content.has_value());
    EXPECT_EQ(protocol::number(content.error().code), int_of_field(row, "code"));
    EXPECT_EQ(content.error().why, text_of_field(row, "why"));
  });
}

TEST(Vectors, JudgeBodies) {
  each(read_file("bodies.json"), "bodies", [](const json::Object& row) {
    SCOPED_TRACE(text_of_field(row, "name"));
    const auto checked =
        protocol::check_body(text_of_field(row, "kind"), text_of_field(row, "body"));
    EXPECT_EQ(checked.has_value(), json::get_bool(row, "ok").value_or(false));
    if (!checked) {
      EXPECT_EQ(protocol::number(checked.error().code), int_of_field(row, "code"));
    }
  });
}

TEST(Vectors, NameChatsAndVisitors) {
  const json::Object file = read_file("names.json");
  each(file, "chats", [](const json::Object& row) {
    const auto chat = protocol::chat_id(protocol::SiteId(text_of_field(row, "site")),
                                        protocol::Author(text_of_field(row, "author")),
                                        protocol::EventId(text_of_field(row, "id")));
    EXPECT_EQ(chat.value(), text_of_field(row, "chat"));
  });
  each(file, "visitors", [](const json::Object& row) {
    const auto visitor = protocol::visitor_of(protocol::SiteId(text_of_field(row, "site")),
                                              text_of_field(row, "proof"));
    EXPECT_EQ(visitor.value(), text_of_field(row, "visitor"));
    EXPECT_TRUE(protocol::is_author(visitor.value()));
  });
}

TEST(Vectors, ChainAnOrigin) {
  protocol::ChainHash h;
  each(read_file("chain.json"), "chain", [&h](const json::Object& row) {
    if (int_of_field(row, "s") == 0) {
      h = protocol::chain_start(protocol::Origin(text_of_field(row, "origin")));
    } else {
      const protocol::Digest digest(Hash32::from_base64url(text_of_field(row, "digest")).value());
      const protocol::Mac mac(Hash32::from_base64url(text_of_field(row, "m")).value());
      h = protocol::chain_next(h, digest, mac);
    }
    EXPECT_EQ(h.value().base64url(), text_of_field(row, "h"));
  });
}

std::vector<protocol::SecretKey> cluster_keys(const json::Object& file) {
  std::vector<protocol::SecretKey> keys;
  each(file, "keys", [&keys](const json::Object& row) {
    protocol::SecretKey key;
    key.id = protocol::KeyId(text_of_field(row, "id"));
    key.bytes = Hash32::from_hex(text_of_field(row, "hex")).value().bytes;
    const std::string state = text_of_field(row, "state");
    key.state = state == "active"    ? protocol::KeyState::kActive
                : state == "retired" ? protocol::KeyState::kRetired
                                     : protocol::KeyState::kCompromised;
    keys.push_back(key);
  });
  return keys;
}

// An acceptance as an `accepted` frame carries it.
protocol::Acceptance read_acceptance(const json::Value& acc) {
  const std::string digest(43, 'A');
  const auto frame = protocol::parse_node_frame("{\"t\":\"accepted\",\"digest\":\"" + digest +
                                                "\",\"acc\":" + json::serialize(acc) + "}");
  EXPECT_TRUE(frame.has_value());
  return std::get<protocol::from_node::Accepted>(frame.value()).acc;
}

TEST(Vectors, CheckAcceptances) {
  const json::Object file = read_file("chain.json");
  const auto keys = cluster_keys(file);
  each(file, "acceptances", [&keys](const json::Object& row) {
    SCOPED_TRACE(text_of_field(row, "name"));
    const protocol::Digest digest(Hash32::from_base64url(text_of_field(row, "digest")).value());
    const auto check = protocol::check_acceptance(keys, digest, read_acceptance(row.at("acc")));
    const std::string expected = text_of_field(row, "check");
    EXPECT_EQ(check == protocol::MacCheck::kValid, expected == "valid");
    EXPECT_EQ(check == protocol::MacCheck::kCompromisedKey, expected == "compromised_key");
    EXPECT_EQ(check == protocol::MacCheck::kUnknownKey, expected == "unknown_key");
    EXPECT_EQ(check == protocol::MacCheck::kWrong, expected == "wrong");
  });
}

std::vector<protocol::Event> events_of(const json::Object& row) {
  std::vector<protocol::Event> events;
  for (const json::Value& item : row.at("events").as_array()) {
    const json::Object& event = item.as_object();
    std::optional<std::string> body;
    if (event.at("body").is_string()) body = text_of_field(event, "body");
    auto content = protocol::parse_content(text_of_field(event, "head"), std::move(body));
    EXPECT_TRUE(content.has_value());
    protocol::Event& made = events.emplace_back(protocol::Event{content.value(), {}});
    for (const json::Value& acc : event.at("acc").as_array())
      protocol::add_acceptance(made.acceptances, read_acceptance(acc));
  }
  return events;
}

TEST(Vectors, ProveABrowsersKeyForOneChallengeAndOneHost) {
  bool seen = false;
  each(read_file("documents.json"), "proofs", [&seen](const json::Object& row) {
    if (text_of_field(row, "proof") != "key") return;
    seen = true;
    const auto check = [&](std::string_view nonce, std::string_view host) {
      return protocol::check_key_proof(text_of_field(row, "pub"), text_of_field(row, "sig"), nonce,
                                       host);
    };
    const std::string nonce = text_of_field(row, "nonce");
    EXPECT_TRUE(check(nonce, text_of_field(row, "host")));
    EXPECT_FALSE(check(nonce, "chat.example.com.evil.example"));
    EXPECT_FALSE(
        check(sha256(std::string_view("another")).base64url(), text_of_field(row, "host")));
  });
  EXPECT_TRUE(seen);
}

TEST(Vectors, FoldSetsWhateverTheirOrder) {
  const json::Object file = read_file("sets.json");
  for (const std::string_view list : {"named", "random"}) {
    each(file, list, [](const json::Object& row) {
      const auto name = json::find_text(row, "name").value().value_or("");
      SCOPED_TRACE(name);
      std::vector<protocol::Event> events = events_of(row);
      std::ranges::reverse(events);
      const auto answered = json::parse_object(fold::set_json(events));
      EXPECT_EQ(json::serialize(answered->at("expect")), json::serialize(row.at("expect")));
    });
  }
}

template <class Frame>
void check_round_trip(std::string_view list, protocol::Parsed<Frame> (*parse)(std::string_view)) {
  each(read_file("frames.json"), list, [parse](const json::Object& row) {
    const std::string text = json::serialize(row);
    const auto frame = parse(text);
    ASSERT_TRUE(frame.has_value()) << text << frame.error().why;
    EXPECT_EQ(encode(*frame), text);
  });
}

TEST(Vectors, FramesComeBackAsTheyWere) {
  check_round_trip("client", protocol::parse_client_frame);
  check_round_trip("node", protocol::parse_node_frame);
  check_round_trip("peer", protocol::parse_peer_frame);
}

TEST(Vectors, RefuseBadFramesWithTheirCodes) {
  each(read_file("frames.json"), "bad_client", [](const json::Object& row) {
    SCOPED_TRACE(text_of_field(row, "name"));
    const auto frame = protocol::parse_client_frame(text_of_field(row, "frame"));
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(protocol::number(frame.error().code), int_of_field(row, "code"));
    EXPECT_EQ(frame.error().why, text_of_field(row, "why"));
  });
}

}  // namespace
}  // namespace holdfast::vectors
