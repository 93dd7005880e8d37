// Texts of every kind that the protocol knows, as a stranger might send them: frames of a client,
// of a node and of a peer, verdicts, heads with their bodies.
//
// Checks: what is read and written again reads the same; a refusal can itself be told; a head that
// was taken is what compose() would have made of its fields.
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "fuzz/harness.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"

namespace holdfast::fuzz {
namespace {

using protocol::Code;
using protocol::Parsed;

enum class Kind : std::uint8_t { kClient, kNode, kPeer, kVerdict, kContent };
constexpr std::size_t kKinds = 5;

// A text that ends where its memory does, so that a reader who goes one byte too far is caught.
class Exact {
 public:
  explicit Exact(const std::string& text) : bytes_(new char[text.size()]), size_(text.size()) {
    std::memcpy(bytes_.get(), text.data(), size_);
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

// The node tells the client why: that must be a frame, too.
void check_refusal(const protocol::WireError& error) {
  CHECK(protocol::code_of(protocol::number(error.code)).has_value());
  CHECK(!error.why.empty());
  const auto told = encode(protocol::from_node::Error{error.code, error.why});
  const auto heard = protocol::parse_node_frame(told);
  CHECK(heard.has_value(), "a refusal that cannot be told: {}", told);
}

// Short forms in the source may be longer once written again: only that may cost the second
// reading.
template <class Frame, class Parse>
void check_frame(const std::string& text, Parse parse) {
  const Exact exact(text);
  const Parsed<Frame> frame = parse(exact.view());
  if (!frame) return check_refusal(frame.error());
  const std::string written = encode(*frame);
  const Parsed<Frame> again = parse(written);
  if (!again && again.error().code == Code::kFrameTooLarge) return;
  CHECK(again.has_value(), "{} was written as {}: {}", text, written, again.error().why);
  CHECK(*again == *frame, "{} was written as {}", text, written);
  CHECK(encode(*again) == written);
}

bool same(const protocol::Head& a, const protocol::Head& b) {
  return a.site == b.site && a.chat == b.chat && a.author == b.author && a.id == b.id &&
         a.kind == b.kind && a.audience == b.audience && a.after == b.after &&
         a.body_hash == b.body_hash;
}

void check_content(const std::string& head, const std::optional<std::string>& body) {
  const auto content = protocol::read_content(head, body);
  if (!content) return check_refusal(content.error());
  const protocol::Content& read = **content;
  CHECK(read.head_bytes == head && read.body_bytes == body, "the author's bytes were touched");
  CHECK(read.digest == protocol::digest_of(head));
  CHECK(!body || read.head.body_hash == protocol::body_hash(*body));
  for (const auto role : {protocol::AuthorKind::kVisitor, protocol::AuthorKind::kOperator}) {
    if (const auto said = protocol::check_client_content(read, role); !said) {
      check_refusal(said.error());
    } else {
      CHECK(body && protocol::check_body(read.head.kind, *body).has_value());
    }
  }
  if (!body || read.head.kind == "open") return;
  const auto& is = read.head;
  const auto composed = protocol::compose(
      {is.site, is.chat, is.author, is.id, is.kind, is.audience, is.after}, *body);
  CHECK(same(composed->head, is), "{} was composed as {}", head, composed->head_bytes);
}

}  // namespace

void run(Input& input) {
  const auto kind = static_cast<Kind>(input.below(kKinds));
  switch (kind) {
    case Kind::kClient:
      return check_frame<protocol::from_client::Frame>(input.rest(), protocol::parse_client_frame);
    case Kind::kNode:
      return check_frame<protocol::from_node::Frame>(input.rest(), protocol::parse_node_frame);
    case Kind::kPeer:
      return check_frame<protocol::from_peer::Frame>(input.rest(), protocol::parse_peer_frame);
    case Kind::kVerdict:
      return check_frame<protocol::SignedVerdict>(input.rest(), protocol::parse_signed_verdict);
    case Kind::kContent:
      break;
  }
  const bool erased = input.flag();
  std::string body = input.text();
  std::string head = input.text();
  if (input.flag()) {
    // A head that does name its body, whatever the body is: what lies behind that comparison is
    // worth a look, and no fuzzer finds a hash.
    const auto at = head.find("BODY");
    if (at != std::string::npos) head.replace(at, 4, protocol::body_hash(body).base64url());
  }
  check_content(head, erased ? std::nullopt : std::optional(body));
}

namespace {

std::string seed(Kind kind, std::string_view text) {
  return Script().byte(static_cast<std::size_t>(kind)).rest(text).bytes();
}

std::string content_seed(std::string_view kind, std::string_view fields) {
  constexpr std::string_view kHash = "dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw";
  const std::string body = fmt::format("{{\"nonce\":\"{}\",{}}}", std::string(22, 'A'), fields);
  const std::string head = fmt::format(
      R"({{"v":1,"site":"shop","chat":"{}","author":"v:{}","id":"01M3XJ00000000000000000001",)"
      R"("kind":"{}","audience":"chat","after":["{}"],"body":"BODY"}})",
      kHash, std::string(22, 'A'), kind, kHash);
  return Script()
      .byte(static_cast<std::size_t>(Kind::kContent))
      .byte(0)
      .text(body)
      .text(head)
      .byte(1)
      .bytes();
}

// tests/vectors/frames.json holds most frames; these have come since.
constexpr std::string_view kMoreOfClients[] = {
    R"({"t":"find","rid":"01M3XJ00000000000000000009","text":"a \ud83d\udc4b","before":"x","limit":5})",
    R"({"t":"look","chat":"dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","on":true})",
    R"({"t":"view","on":false})",
};
constexpr std::string_view kMoreOfNodes[] = {
    R"({"t":"site","site":{"name":"Shop","colour":"#a0b1c2","greeting":"hi","away":"out","zone":"Europe/Zurich","hours":[{"day":1,"from":480,"to":1020}],"transcripts":true},"role":"admin"})",
    R"({"t":"person","person":{"id":"o:ann","name":"Ann"}})",
    R"({"t":"erased","chat":"dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","digests":["dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw"]})",
    R"({"t":"found","rid":"01M3XJ00000000000000000009","chats":[{"chat":"dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","state":"closed","operator":"o:ann","visitor":"v:AAAAAAAAAAAAAAAAAAAAAA","name":"V","at":5,"digest":"dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","author":"o:ann","excerpt":"hello"}],"next":"x"})",
    R"({"t":"registers","registers":[{"entity":"site:shop","field":"name","value":"\"Shop\"","unreplaced":["dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw"],"by":"a:init","at":1}],"more":false})",
};
constexpr std::string_view kMoreOfPeers[] = {
    R"({"t":"ask","rid":"01M3XJ00000000000000000009","site":"shop","chat":"dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw","what":"transfer","operator":"o:ann","covers":["dIIBFdBqPCjqodHyIy-46_9k_kSH3IkHQ_olAr7QSGw"],"to":"o:bob"})",
};

void add_vectors(const json::Object& all, const char* of, Kind kind,
                 std::vector<std::string>& seeds) {
  const auto list = json::get_array(all, of);
  for (const json::Value& frame : **list) seeds.push_back(seed(kind, json::serialize(frame)));
}

}  // namespace

std::vector<std::string> seeds() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/tests/vectors/frames.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto vectors = json::parse_object(text);
  CHECK(vectors.has_value(), "{}", vectors.error().text());
  std::vector<std::string> seeds;
  add_vectors(*vectors, "client", Kind::kClient, seeds);
  add_vectors(*vectors, "node", Kind::kNode, seeds);
  add_vectors(*vectors, "peer", Kind::kPeer, seeds);
  for (const auto more : kMoreOfClients) seeds.push_back(seed(Kind::kClient, more));
  for (const auto more : kMoreOfNodes) seeds.push_back(seed(Kind::kNode, more));
  for (const auto more : kMoreOfPeers) seeds.push_back(seed(Kind::kPeer, more));
  seeds.push_back(seed(Kind::kClient, R"({"t":"beat","x":"\u00e9\ud83d\udc4b\n"})"));
  seeds.push_back(seed(Kind::kClient, R"({"t":"beat","x":"\ud83d\udc4b)"));  // cut off
  seeds.push_back(seed(Kind::kVerdict, R"({"p":"{}","k":"m1","s":"AAAA"})"));
  seeds.push_back(content_seed("message", R"("text":"hello\n\u00e9")"));
  seeds.push_back(content_seed("contact", R"("name":"V","email":"v@x.example","transcript":true)"));
  seeds.push_back(content_seed("note", R"("text":"psst")"));
  seeds.push_back(content_seed("open", R"("name":"V","page":"https://x.example/","title":"t")"));
  seeds.push_back(content_seed(
      "set", R"("entity":"site:shop","field":"name","value":"S","revoke":false,"replaces":[])"));
  return seeds;
}

}  // namespace holdfast::fuzz
