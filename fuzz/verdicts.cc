// Verdicts of all kinds, brought to a node and to a moderator's log: of the moderator's key, of a
// retired, a compromised and an unknown one, altered, replayed, with epochs that jump.
//
// Checks: an epoch only rises, only to what a key in good standing has signed, and never by a jump;
// a sound verdict that is news is taken, and what is not sound is refused unless the epoch that it
// names is no news anyway; what a key that is not trusted claims is never adopted, and the
// moderator's next epoch is above it.
#include "base/check.h"
#include "base/json.h"
#include "fuzz/harness.h"
#include "fuzz/shop.h"
#include "moderator/signing.h"
#include "moderator/verdict_log.h"
#include "protocol/verdict.h"

namespace holdfast::fuzz {
namespace {

using moderator::Trust;
using moderator::VerdictLog;
using protocol::Epoch;
using protocol::KeyState;
using protocol::SignedVerdict;

constexpr std::size_t kStepsMax = 40;
constexpr std::uint64_t kJumpMax = protocol::kEpochJumpMax;

struct Signer {
  std::string id;
  KeyState state;
  bool known;
};
// m9 signs under the id of m1, too: whose key it is does not stand in the name.
const Signer kSigners[] = {{"m1", KeyState::kActive, true},
                           {"m2", KeyState::kRetired, true},
                           {"m3", KeyState::kCompromised, true},
                           {"m9", KeyState::kActive, false}};

const Ed25519KeyPair& pair_of(std::size_t signer) {
  static const auto pairs = [] {
    std::vector<Ed25519KeyPair> all;
    for (std::uint8_t i = 0; i < std::size(kSigners); ++i) {
      std::array<std::uint8_t, 32> seed;
      seed.fill(static_cast<std::uint8_t>(100 + i));
      all.push_back(Ed25519KeyPair::from_seed(seed));
    }
    return all;
  }();
  return pairs[signer];
}

std::vector<protocol::PublicKey> known_keys() {
  std::vector<protocol::PublicKey> keys;
  for (std::size_t i = 0; i < std::size(kSigners); ++i) {
    if (!kSigners[i].known) continue;
    keys.push_back(
        {protocol::KeyId(kSigners[i].id), kSigners[i].state, pair_of(i).public_key().bytes});
  }
  return keys;
}

class Bench {
 public:
  explicit Bench(Input& input) : input_(input), keys_(known_keys()), shop_(keys_) {}

  void go() {
    for (std::size_t i = 0; i < kStepsMax && !input_.empty(); ++i) step();
  }

 private:
  void step();
  SignedVerdict make();
  bool vouched_for(const SignedVerdict& verdict) const;
  void bring_to_node(const std::string& text);
  void bring_to_moderator(const std::string& text);
  std::uint64_t epoch_of_node() const {
    return static_cast<std::uint64_t>(shop_.host.metric("epoch"));
  }

  Input& input_;
  const std::vector<protocol::PublicKey> keys_;
  Shop shop_;
  VerdictLog log_;
  std::vector<SignedVerdict> signed_;                 // all, to be replayed
  std::map<std::string, std::uint64_t> trustworthy_;  // by its exact text: the epoch that it names
};

SignedVerdict Bench::make() {
  const std::size_t signer = input_.below(std::size(kSigners));
  constexpr std::uint64_t kSteps[] = {1, 2, 3, kJumpMax - 1, kJumpMax, kJumpMax + 1, 0};
  const std::uint64_t from = input_.flag() ? epoch_of_node() : log_.epoch().value();
  std::uint64_t epoch = from + input_.one_of(kSteps);
  if (input_.below(4) == 3) epoch = input_.byte();
  constexpr const char* kWhys[] = {"manual", "failover: \"x\"\n", ""};
  const protocol::Verdict verdict{Epoch(epoch), input_.one_of(kWhys), WallMs(1'700'000'000'000)};
  const bool borrows_a_name = !kSigners[signer].known && input_.flag();
  const protocol::KeyId id(borrows_a_name ? "m1" : kSigners[signer].id);
  const SignedVerdict made = protocol::sign_verdict(pair_of(signer), id, verdict);
  const bool good = kSigners[signer].known && kSigners[signer].state != KeyState::kCompromised;
  if (good && epoch > 0) trustworthy_.emplace(encode(made), epoch);
  signed_.push_back(made);
  return made;
}

// The epoch that a payload names, not read with the reader under test; 0 where it names none.
std::int64_t epoch_in(const std::string& payload) {
  const auto fields = json::parse_object(payload);
  return fields ? json::get_int(*fields, "epoch", {.min = 1}).value_or(0) : 0;
}

void Bench::bring_to_node(const std::string& text) {
  const std::uint64_t before = epoch_of_node();
  const auto request = shop_.host.request("POST", "/v1/verdict", text);
  shop_.world.settle();
  const auto& reply = shop_.host.reply(request);
  const std::uint64_t after = epoch_of_node();
  CHECK(after >= before, "the epoch fell from {} to {}", before, after);
  CHECK(json::parse_object(reply.body).has_value(), "{}", reply.body);

  const auto read = protocol::parse_signed_verdict(text);
  const auto known = read ? trustworthy_.find(encode(*read)) : trustworthy_.end();
  const bool sound = known != trustworthy_.end();
  const bool jumps = sound && known->second > before + kJumpMax;
  CHECK(after == before || (sound && after == known->second), "epoch {} by {}", after, text);
  CHECK(!jumps || after == before, "epoch {} after {}", after, before);
  CHECK(!sound || jumps || reply.status == 200, "{} was refused: {}", text, reply.body);
  CHECK(!sound || jumps || after >= known->second, "{} was not taken", text);
  const auto named = static_cast<std::uint64_t>(read ? epoch_in(read->p) : 0);
  const bool no_news = named > 0 && named <= before;
  CHECK(sound || no_news || reply.status != 200, "taken: {}", text);
}

void Bench::bring_to_moderator(const std::string& text) {
  const auto heard = moderator::read_heard(text, keys_, protocol::KeyId("m1"));
  if (!heard) return;
  const auto read = protocol::parse_signed_verdict(text);
  CHECK(read.has_value());
  const bool sound = trustworthy_.contains(encode(*read));
  CHECK(sound == (heard->trust != Trust::kUntrusted), "trusted: {}", text);
  const Epoch before = log_.epoch();
  const auto meaning = log_.hear(heard->verdict, heard->trust);
  CHECK(log_.epoch() == before, "hearing is not adopting");
  if (meaning == VerdictLog::Heard::kNews) {
    CHECK(heard->trust != Trust::kUntrusted && heard->verdict.epoch > before, "news: {}", text);
    CHECK(!log_.highest() ||
          heard->verdict.epoch.value() <= log_.next(log_.active()).value() + kJumpMax);
    CHECK(log_.commit(before, heard->verdict, heard->trust).has_value());
    CHECK(!log_.commit(before, heard->verdict, heard->trust).has_value(), "committed twice");
    CHECK(log_.epoch() == heard->verdict.epoch && log_.highest()->text == heard->verdict.text);
  }
  for (const auto to : {protocol::Deployment::kPrimary, protocol::Deployment::kRedundant}) {
    const Epoch next = log_.next(to);
    CHECK(next > log_.epoch() && protocol::active_deployment(next) == to);
    CHECK(meaning != VerdictLog::Heard::kTaken || next > heard->verdict.epoch);
  }
}

void Bench::step() {
  std::string text;
  switch (input_.below(4)) {
    case 0:
      text = input_.text();
      break;
    case 1:
      if (!signed_.empty()) text = encode(input_.one_of(signed_));
      break;
    default:
      text = encode(make());
      break;
  }
  maybe_damage(input_, text);
  if (input_.flag()) bring_to_node(text);
  if (input_.flag()) bring_to_moderator(text);
}

}  // namespace

void run(Input& input) {
  Bench(input).go();
}

namespace {

constexpr std::size_t kHowMade = 2;

// Made by `signer`, one step of kSteps above what the node knows, brought to both.
void made(Script& script, std::size_t signer, std::size_t step, bool borrows = false) {
  script.byte(kHowMade).byte(signer).byte(1).byte(step).byte(0).byte(0);
  if (signer == 3) script.byte(borrows ? 1 : 0);
  script.byte(0).byte(1).byte(1);
}
void replayed(Script& script, std::size_t which) {
  script.byte(1).byte(which).byte(0).byte(1).byte(1);
}
void raw(Script& script, std::string_view text) {
  script.byte(0).text(text).byte(0).byte(1).byte(1);
}

}  // namespace

std::vector<std::string> seeds() {
  Script rising, others, odd;
  for (const std::size_t step : {0u, 1u, 2u, 4u, 5u, 3u, 6u}) made(rising, 0, step);
  replayed(rising, 0);
  replayed(rising, 1);
  made(others, 1, 0);
  for (const bool borrows : {false, true}) made(others, 3, 1, borrows);
  made(others, 2, 0);
  made(others, 2, 5);
  made(others, 0, 0);
  raw(odd, R"({"p":"{\"epoch\":2,\"why\":\"x\",\"at\":1}","k":"m1","s":"AAAA"})");
  raw(odd, R"({"p":"{\"epoch\":0}","k":"m1","s":""})");
  raw(odd, "{}");
  return {rising.bytes(), others.bytes(), odd.bytes()};
}

}  // namespace holdfast::fuzz
