#include "moderator/synthetic_chat.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::moderator {
namespace {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;
using protocol::Author;
using protocol::ChatId;
using protocol::Digest;
using protocol::SiteId;

std::string_view name_of(SyntheticChat::Side side) {
  return side == SyntheticChat::Side::kVisitor ? "visitor" : "operator";
}

std::size_t index_of(SyntheticChat::Side side) {
  return side == SyntheticChat::Side::kVisitor ? 0 : 1;
}

Author author_of(SyntheticChat::Side side) {
  return Author(std::string(side == SyntheticChat::Side::kVisitor ? protocol::kProbeVisitor
                                                                  : protocol::kProbeOperator));
}

SiteId probe_site() {
  return SiteId(std::string(protocol::kProbeSite));
}

std::string body_of(Random& random, bool opening) {
  const std::string nonce = protocol::nonce_text(random.bytes<16>());
  return opening ? fmt::format(R"({{"nonce":"{}"}})", nonce) : protocol::text_body(nonce, "probe");
}

}  // namespace

SyntheticChat::SyntheticChat(protocol::SecretKey probe_key, Random& random, Speaker speaker,
                             std::optional<Audited> audited, Ms renew_after)
    : key_(std::move(probe_key)),
      random_(random),
      speaker_(speaker),
      audited_(audited),
      renew_after_(renew_after) {}

SyntheticChat::Step SyntheticChat::begin(Now now) {
  if (stage_ == Stage::kOpening) chat_ = ChatId();
  stage_ = Stage::kLinks;
  question_.reset();
  answer_.reset();
  question_accepted_ = answer_accepted_ = answer_seen_ = false;
  Step step;
  proceed(now, step);
  return step;
}

SyntheticChat::Step SyntheticChat::frame(Side side, const std::string& text, Now now) {
  Step step;
  const auto parsed = protocol::parse_node_frame(text);
  // A frame that this version does not know is none of the round's business.
  if (parsed) std::visit([&](const auto& frame) { on(side, frame, now, step); }, *parsed);
  return step;
}

SyntheticChat::Step SyntheticChat::lost(Side side, const std::string& why) {
  Step step;
  welcome_[index_of(side)] = false;
  if (running()) end(step, false, fmt::format("the {}'s link was lost: {}", name_of(side), why));
  return step;
}

std::string SyntheticChat::waits_for() const {
  if (stage_ == Stage::kIdle) return "";
  if (!welcome_[0] || !welcome_[1]) {
    return fmt::format("the {}'s welcome", name_of(welcome_[0] ? Side::kOperator : Side::kVisitor));
  }
  if (stage_ == Stage::kOpening) return "the chat to be accepted";
  if (!question_accepted_) return "the visitor's message to be accepted";
  if (!answer_) return "the visitor's message at the operator";
  if (!answer_accepted_) return "the operator's answer to be accepted";
  return "the operator's answer at the visitor";
}

// ---- frames ----

void SyntheticChat::on(Side side, const from_node::Challenge& frame, Now now, Step& step) {
  from_client::Hello hello;
  hello.versions = {protocol::kProtocolVersion, protocol::kProtocolVersion};
  hello.as = side == Side::kVisitor ? protocol::Role::kVisitor : protocol::Role::kOperator;
  hello.site = probe_site();
  hello.auth = protocol::ProbeAuth{
      now.wall, protocol::Mac(protocol::probe_mac(key_, frame.nonce.base64url())),
      speaker_ == Speaker::kPeer};
  if (side == Side::kVisitor) ask_of_promises(hello, now);
  step.out.push_back({side, protocol::from_client::encode(hello)});
}

void SyntheticChat::on(Side side, const from_node::Welcome& frame, Now now, Step& step) {
  welcome_[index_of(side)] = true;
  if (side == Side::kVisitor) hear_of_promises(frame, now);
  proceed(now, step);
}

void SyntheticChat::on(Side side, const from_node::Accepted& frame, Now now, Step& step) {
  if (side == Side::kVisitor && stage_ == Stage::kOpening && frame.digest == opening_) {
    say(now, step);
  } else if (side == Side::kVisitor && question_ == frame.digest) {
    question_accepted_ = true;
    check_done(step);
  } else if (side == Side::kOperator && answer_ == frame.digest) {
    answer_accepted_ = true;
    check_done(step);
  }
}

void SyntheticChat::on(Side side, const from_node::Safe& frame, Now now, Step&) {
  if (side == Side::kVisitor && audited_ && said_.contains(frame.digest))
    audited_->audit->promised(audited_->deployment, frame.digest, now.mono);
}

void SyntheticChat::on(Side side, const from_node::Event& frame, Now now, Step& step) {
  if (frame.chat != chat_) return;
  const Digest digest = protocol::digest_of(frame.head);
  look_who_said(frame, digest);
  if (stage_ != Stage::kTalking) return;
  if (side == Side::kOperator && question_ == digest && !answer_) {
    answer(now, step);
  } else if (side == Side::kVisitor && answer_ == digest) {
    answer_seen_ = true;
    check_done(step);
  }
}

void SyntheticChat::on(Side side, const from_node::Refused& frame, Now, Step& step) {
  const bool ours = (stage_ == Stage::kOpening && frame.digest == opening_) ||
                    question_ == frame.digest || answer_ == frame.digest;
  if (!running() || !ours) return;
  chat_ = ChatId();  // the deployment may have lost it: the next round opens another
  end(step, false,
      fmt::format("the {} was refused: {} {}", name_of(side), protocol::number(frame.code),
                  frame.why));
}

void SyntheticChat::on(Side side, const from_node::Error& frame, Now, Step& step) {
  if (running())
    end(step, false,
        fmt::format("the {} was told: {} {}", name_of(side), protocol::number(frame.code),
                    frame.why));
}

void SyntheticChat::on(Side side, const from_node::Beat&, Now, Step& step) {
  step.out.push_back({side, from_client::encode(from_client::Beat{})});
}

// ---- the audit ----

// Of either deployment's promises: the visitor of both chats is the same.
void SyntheticChat::ask_of_promises(from_client::Hello& hello, Now now) {
  if (!audited_) return;
  hello.outbox = asked_ = audited_->audit->questions(audited_->deployment, now.mono);
}

void SyntheticChat::hear_of_promises(const from_node::Welcome& welcome, Now now) {
  if (!audited_) return;
  std::vector<Digest> known;
  for (const protocol::KnownOutbox& each : welcome.outbox) known.push_back(each.digest);
  audited_->audit->answered(audited_->deployment, std::exchange(asked_, {}), known, now.mono);
}

void SyntheticChat::look_who_said(const from_node::Event& frame, const Digest& digest) {
  if (!audited_ || said_.contains(digest)) return;
  const auto content = protocol::read_content(frame.head, frame.body);
  if (!content || (*content)->head.kind != "message") return;
  said_.insert(digest);  // once is enough
  audited_->audit->unsaid();
}

// ---- the round ----

void SyntheticChat::proceed(Now now, Step& step) {
  if (stage_ != Stage::kLinks || !welcome()) return;
  if (!chat_.value().empty() && now.mono - opened_at_ >= renew_after_) leave_chat(now, step);
  if (chat_.value().empty()) {
    open_chat(now, step);
  } else {
    say(now, step);
  }
}

void SyntheticChat::open_chat(Now now, Step& step) {
  protocol::Draft draft;
  draft.site = probe_site();
  draft.author = author_of(Side::kVisitor);
  draft.id = protocol::EventId(Ulid::make(now.wall, random_).text());
  draft.kind = "open";
  const protocol::ContentPtr content = protocol::compose(draft, body_of(random_, true));
  chat_ = content->head.chat;
  said_.clear();
  opening_ = newest_ = content->digest;
  opened_at_ = now.mono;
  stage_ = Stage::kOpening;
  step.out.push_back({Side::kVisitor, from_client::encode(from_client::Send{
                                          content->head_bytes, *content->body_bytes, false, {}})});
}

// Whether the close is decided is nobody's concern: such chats end by themselves.
void SyntheticChat::leave_chat(Now now, Step& step) {
  from_client::Ask ask;
  ask.rid = Ulid::make(now.wall, random_).text();
  ask.chat = chat_;
  ask.what = protocol::AskWhat::kClose;
  ask.covers = {newest_};
  step.out.push_back({Side::kOperator, from_client::encode(ask)});
  chat_ = ChatId();
  if (audited_) audited_->audit->chat_left(audited_->deployment);
}

void SyntheticChat::say(Now now, Step& step) {
  stage_ = Stage::kTalking;
  question_ = message(Side::kVisitor, {newest_}, now, step);
}

void SyntheticChat::answer(Now now, Step& step) {
  answer_ = message(Side::kOperator, {*question_}, now, step);
}

Digest SyntheticChat::message(Side side, std::vector<Digest> after, Now now, Step& step) {
  protocol::Draft draft;
  draft.site = probe_site();
  draft.chat = chat_;
  draft.author = author_of(side);
  draft.id = protocol::EventId(Ulid::make(now.wall, random_).text());
  draft.kind = "message";
  draft.after = std::move(after);
  const protocol::ContentPtr content = protocol::compose(draft, body_of(random_, false));
  step.out.push_back({side, from_client::encode(from_client::Send{
                                content->head_bytes, *content->body_bytes, false, {}})});
  if (audited_) said_.insert(content->digest);
  return content->digest;
}

void SyntheticChat::check_done(Step& step) {
  if (!question_accepted_ || !answer_accepted_ || !answer_seen_) return;
  newest_ = *answer_;
  end(step, true, "");
}

void SyntheticChat::end(Step& step, bool ok, std::string why) {
  // A chat whose opening was never accepted may not exist.
  if (stage_ == Stage::kOpening) chat_ = ChatId();
  stage_ = Stage::kIdle;
  step.ended = Outcome{ok, std::move(why)};
}

}  // namespace holdfast::moderator
