// The receivers of one socket's events: a client's link, and a connection of the peer link.
#pragma once

#include <memory>
#include <string>

#include "app/serve/gateway.h"

namespace holdfast::app {

class ClientLink final : public net::WebSocketEvents {
 public:
  ClientLink(Gateway& gateway, net::WebSocketMeta meta)
      : gateway_(gateway),
        life_(gateway.life_),
        number_(gateway.fresh_number()),
        meta_(std::move(meta)) {}

  void on_open(const std::shared_ptr<net::WebSocket>& socket) override;
  bool on_text(std::string& text) override;
  void on_close(const net::CloseReason& reason) override;

 private:
  Gateway& gateway_;
  const Life life_;
  const std::uint64_t number_;
  const net::WebSocketMeta meta_;
};

class PeerConnection final : public net::WebSocketEvents {
 public:
  PeerConnection(Gateway& gateway, bool dialled)
      : gateway_(gateway),
        life_(gateway.life_),
        number_(gateway.fresh_number()),
        dialled_(dialled) {}

  void on_open(const std::shared_ptr<net::WebSocket>& socket) override;
  bool on_text(std::string& text) override;
  void on_close(const net::CloseReason& reason) override;

 private:
  Gateway& gateway_;
  const Life life_;
  const std::uint64_t number_;
  const bool dialled_;
};

}  // namespace holdfast::app
