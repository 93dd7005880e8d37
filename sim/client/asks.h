// Decisions asked for and not yet answered; after web/core/src/asks.ts. An ask is idempotent by its
// rid, so it is repeated until somebody decides: over the carrier first, over the other link when
// that stays silent.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/links.h"

namespace holdfast::sim {

class Asks {
 public:
  using Answer = std::function<void(bool ok, std::uint16_t code)>;
  using Exchange = std::function<void(Link&, const ChatId&)>;
  Asks(const Env& env, Links& links, Exchange exchange)
      : env_(env), links_(links), exchange_(std::move(exchange)) {}

  void ask(std::string rid, const ChatId& chat, protocol::AskWhat what, std::vector<Digest> covers,
           Answer answer);
  void pending(const protocol::from_node::Pending& frame);
  void decided(Link& link, const protocol::from_node::Decided& frame);

  void pump();
  MonoMs due() const { return next_; }
  std::size_t open() const { return open_.size(); }

 private:
  struct OpenAsk {
    protocol::from_client::Ask frame;
    Answer answer;
    MonoMs due{0};
    Link* sent_over = nullptr;
    std::uint64_t connection = 0;
    Link* turn_to = nullptr;
  };

  void transmit(OpenAsk& ask);

  const Env& env_;
  Links& links_;
  Exchange exchange_;
  std::map<std::string, OpenAsk> open_;
  MonoMs next_ = kNever;
};

}  // namespace holdfast::sim
