#include "app/serve/links.h"

#include "protocol/codes.h"

namespace holdfast::app {

using protocol::Code;

void ClientLink::on_open(const std::shared_ptr<net::WebSocket>& socket) {
  node::Input opened =
      node::SessionOpened{node::SessionId(number_), meta_.origin, meta_.host, meta_.address};
  if (life_ != gateway_.life_ || !gateway_.mailbox_.offer(life_, opened)) {
    return socket->close({protocol::number(Code::kOverloaded), "too much is waiting here"});
  }
  gateway_.sessions_.emplace(number_, socket);
}

bool ClientLink::on_text(std::string& text) {
  node::Input frame = node::ClientFrame{node::SessionId(number_), std::move(text)};
  if (gateway_.mailbox_.offer(life_, frame)) return true;
  text = std::move(std::get<node::ClientFrame>(frame).text);
  return false;
}

void ClientLink::on_close(const net::CloseReason&) {
  if (gateway_.sessions_.erase(number_) > 0)
    gateway_.mailbox_.deliver(life_, node::SessionClosed{node::SessionId(number_)});
}

void PeerConnection::on_open(const std::shared_ptr<net::WebSocket>& socket) {
  if (life_ != gateway_.life_)
    return socket->close({protocol::number(Code::kReincarnated), "starting again"});
  gateway_.peers_.emplace(number_, Gateway::Link{socket, dialled_});
  gateway_.mailbox_.deliver(life_, node::PeerOpened{node::PeerId(number_), dialled_});
}

bool PeerConnection::on_text(std::string& text) {
  node::Input frame = node::PeerFrame{node::PeerId(number_), std::move(text)};
  if (gateway_.mailbox_.offer(life_, frame)) return true;
  text = std::move(std::get<node::PeerFrame>(frame).text);
  return false;
}

void PeerConnection::on_close(const net::CloseReason& reason) {
  if (gateway_.peers_.erase(number_) > 0)
    gateway_.mailbox_.deliver(life_, node::PeerClosed{node::PeerId(number_)});
  if (dialled_)
    gateway_.dialer_.ended(reason.why.empty() ? fmt::format("closed with {}", reason.code)
                                              : reason.why);
}

}  // namespace holdfast::app
