#include "sim/client/asks.h"

#include <algorithm>
#include <utility>

#include "protocol/codes.h"

namespace holdfast::sim {
namespace {

constexpr Ms kSilence{2'500};
constexpr Ms kPending{7'000};  // renewed every 5 s while the decider works on it
constexpr Ms kAskRetry{500};

}  // namespace

void Asks::ask(std::string rid, const ChatId& chat, protocol::AskWhat what,
               std::vector<Digest> covers, Answer answer) {
  OpenAsk ask{.frame = {rid, chat, what, std::move(covers)}, .answer = std::move(answer)};
  open_.emplace(std::move(rid), std::move(ask));
}

void Asks::pump() {
  next_ = kNever;
  for (auto& [rid, ask] : open_) {
    const bool cut_off = ask.sent_over != nullptr && ask.sent_over->connection() != ask.connection;
    if (ask.due <= env_.now() || cut_off) transmit(ask);
    next_ = std::min(next_, ask.due);
  }
}

void Asks::transmit(OpenAsk& ask) {
  Link* const link = ask.turn_to != nullptr && ask.turn_to->up() ? ask.turn_to : links_.carrier();
  ask.sent_over = nullptr;
  ask.due = env_.now() + (link == nullptr ? kAskRetry : kSilence);
  if (link == nullptr) return;
  link->send(ask.frame);
  ask.sent_over = link;
  ask.connection = link->connection();
  Link& other = links_.other(*link);
  ask.turn_to = other.up() ? &other : nullptr;
}

void Asks::pending(const protocol::from_node::Pending& frame) {
  const auto found = open_.find(frame.rid);
  if (found != open_.end()) found->second.due = env_.now() + kPending;
}

void Asks::decided(Link& link, const protocol::from_node::Decided& frame) {
  const auto found = open_.find(frame.rid);
  if (found == open_.end()) return;
  const protocol::Code code = frame.code.value_or(protocol::Code::kBadFrame);
  const auto action = protocol::client_action(code);
  if (!frame.ok && action != protocol::ClientAction::kGiveUp &&
      action != protocol::ClientAction::kAuthenticate) {
    if (code == protocol::Code::kUnknownChat) exchange_(link, found->second.frame.chat);
    found->second.due = env_.now() + kAskRetry + env_.jitter(kAskRetry);
    return;
  }
  const Answer answer = std::move(found->second.answer);
  open_.erase(found);
  answer(frame.ok, frame.ok ? 0 : protocol::number(code));
}

}  // namespace holdfast::sim
