// A LittleNode behind real sockets: everything of a deployment that a moderator talks to. Loop
// thread.
#pragma once

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "moderator/testing/little_node.h"
#include "net/http_server.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "protocol/verdict.h"

namespace holdfast::app::testing {

class LittleDeployment {
 public:
  LittleDeployment(net::Loop& loop, protocol::Deployment deployment,
                   std::vector<protocol::PublicKey> moderators, std::uint16_t port = 0)
      : loop_(loop), deployment_(deployment), moderators_(std::move(moderators)) {
    server_ = std::make_unique<net::HttpServer>(
        loop, net::ServerOptions{}, random_,
        [this](const net::HttpRequest& request, const net::Responder& respond) {
          respond(answer(request));
        });
    server_->add_websocket("/v1/link", {"holdfast.v1", {}, [this](const net::WebSocketMeta&) {
                                          return std::make_shared<Link>(*this);
                                        }});
    port_ = server_->listen(*net::parse_address("127.0.0.1", port)).value().port();
  }

  // As a killed process: its sockets close, nobody listens.
  void die() { server_.reset(); }

  std::uint16_t port() const { return port_; }
  net::Url url() const { return *net::parse_url(fmt::format("http://127.0.0.1:{}", port_)); }
  std::uint64_t epoch() const { return epoch_; }

  bool peer_up = true;
  std::string peer_chat;       // as JSON; "": it knows none
  std::string origins = "[]";  // what it holds, as JSON
  int refused = 0;             // requests that were not signed
  std::string record;          // that was handed over last
  moderator::testing::LittleNode node{[this](moderator::SyntheticChat::Side side,
                                             std::string text) { send(side, std::move(text)); }};

 private:
  // Which party a link is its hello says; the operator's is the one that says so.
  class Link final : public net::WebSocketEvents {
   public:
    explicit Link(LittleDeployment& owner) : owner_(owner) {}
    void on_open(const std::shared_ptr<net::WebSocket>& socket) override {
      socket_ = socket;
      send(owner_.node.challenge());
    }
    bool on_text(std::string& text) override {
      if (text.find("\"hello\"") != std::string::npos) {
        side_ = text.find("\"as\":\"operator\"") != std::string::npos
                    ? moderator::SyntheticChat::Side::kOperator
                    : moderator::SyntheticChat::Side::kVisitor;
        owner_.links_[side_ == moderator::SyntheticChat::Side::kVisitor ? 0 : 1] = this;
      }
      owner_.node.frame(side_, text);
      return true;
    }
    void on_close(const net::CloseReason&) override {
      for (Link*& link : owner_.links_) {
        if (link == this) link = nullptr;
      }
    }
    void send(std::string text) {
      socket_->send(std::make_shared<const std::string>(std::move(text)), net::Lane::kFact);
    }

   private:
    LittleDeployment& owner_;
    moderator::SyntheticChat::Side side_ = moderator::SyntheticChat::Side::kVisitor;
    std::shared_ptr<net::WebSocket> socket_;
  };

  void send(moderator::SyntheticChat::Side side, std::string text) {
    if (Link* const link = links_[side == moderator::SyntheticChat::Side::kVisitor ? 0 : 1])
      link->send(std::move(text));
  }

  net::HttpResponse answer(const net::HttpRequest& request) {
    if (request.path() == "/v1/verdict" && request.method == "POST") return take(request.body);
    if (!protocol::check_admin_authorization(
            moderator::testing::secret(2), request.headers.get("Authorization"),
            loop_.wall_and_mono().wall, request.method, request.target, request.body)) {
      ++refused;
      return net::HttpResponse::text(401, "not signed");
    }
    if (request.path() == "/v1/admin/record") {
      record = request.body;
      return net::HttpResponse::json(200, "{}");
    }
    if (request.path() == "/v1/admin/holds")
      return net::HttpResponse::json(200, fmt::format(R"({{"origins":{}}})", origins));
    const auto member = [](std::string_view name, const std::string& json) {
      return json.empty() ? "" : fmt::format(R"("{}":{},)", name, json);
    };
    return net::HttpResponse::json(
        200, fmt::format(R"({{"deployment":"{}","ready":true,{}{}"peer":{{"up":{},"behind":7}}}})",
                         protocol::name_of(deployment_), member("verdict", verdict_),
                         member("peer_chat", peer_chat), peer_up));
  }

  net::HttpResponse take(const std::string& text) {
    const auto verdict = protocol::parse_signed_verdict(text);
    const auto read = verdict
                          ? protocol::read_verdict(moderators_, *verdict, protocol::Epoch(epoch_))
                          : std::unexpected(verdict.error());
    if (!read) return net::HttpResponse::text(400, read.error().why);
    if (read->epoch.value() > epoch_) {
      epoch_ = read->epoch.value();
      verdict_ = text;
    }
    return net::HttpResponse::json(200, verdict_);
  }

  net::Loop& loop_;
  protocol::Deployment deployment_;
  std::vector<protocol::PublicKey> moderators_;
  SystemRandom random_;
  std::array<Link*, 2> links_{};
  std::unique_ptr<net::HttpServer> server_;
  std::uint16_t port_ = 0;
  std::uint64_t epoch_ = 0;
  std::string verdict_;
};

}  // namespace holdfast::app::testing
