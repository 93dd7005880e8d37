// Between sockets and the core: gives every link a number, turns what arrives into inputs and
// carries effects out to the sockets. Knows paths and headers, but no chat.
//
// Everything runs on the loop's thread, except for the calls that say otherwise.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "app/certificate_guard.h"
#include "app/config/serve_config.h"
#include "app/serve/mailbox.h"
#include "app/serve/metrics_page.h"
#include "app/serve/peer_dialer.h"
#include "app/serve/record_keeper.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "net/static_files.h"
#include "node/node.h"

namespace holdfast::app {

using Outbound =
    std::variant<node::Send, node::CloseSession, node::PeerSend, node::ClosePeer, node::HttpReply>;

class Gateway {
 public:
  // Answers an admin question that the core does not: authenticated already. Null: there is none of
  // that name.
  using AdminPage = std::function<bool(const net::HttpRequest&, net::Responder)>;

  // All references must outlive it. `tls` is for dialling the peer.
  Gateway(net::Loop& loop, const ServeConfig& config, std::shared_ptr<const net::TlsContext> tls,
          Random& random, Mailbox& mailbox, const MetricsBoard& board, AdminPage admin_page,
          const RecordKeeper& record);
  ~Gateway();

  // Before the loop runs: from the thread that will run it, or with nobody running it.
  Result<std::vector<net::SocketAddress>> listen();
  void start_dialling() { dialer_.start(); }
  // Warns in time that the certificate expires. Once the loop runs.
  void watch_certificate() { certificate_.start(); }

  // Any thread: what the core wants done, in order.
  void carry_out(std::vector<Outbound> effects);
  // Any thread: the node of this life took over. Links and requests of the life before are over.
  void begin_life(Life life);
  // Any thread.
  void set_peer_up(bool up);

  Result<void> reload_certificate();
  // Shutting down: first nobody new, ...
  void stop_input();
  std::size_t sessions() const { return sessions_.size(); }
  // ... in the end the peer links and whoever is left.
  void close_everything();
  std::size_t connections() const { return server_.connections(); }

 private:
  friend class ClientLink;
  friend class PeerConnection;

  struct Link {
    std::shared_ptr<net::WebSocket> socket;
    bool dialled = false;
  };

  std::uint64_t fresh_number() { return next_number_++; }
  net::WebSocketOptions client_options() const;
  net::WebSocketOptions peer_options() const;
  void add_routes();

  void handle(net::HttpRequest request, const net::Responder& respond);
  bool handle_here(const net::HttpRequest& request, const net::Responder& respond);
  void ask_core(net::HttpRequest request, const net::Responder& respond);
  std::string page_origin_for(const net::HttpRequest& request) const;
  net::HttpResponse preflight(const net::HttpRequest& request) const;
  OwnWord own_word() const;

  void carry_out(const node::Send& effect);
  void carry_out(const node::CloseSession& effect);
  void carry_out(const node::PeerSend& effect);
  void carry_out(const node::ClosePeer& effect);
  void carry_out(const node::HttpReply& effect);

  net::Loop& loop_;
  const ServeConfig& config_;
  Mailbox& mailbox_;
  const MetricsBoard& board_;
  const AdminPage admin_page_;
  const RecordKeeper& record_;
  const std::string facts_;
  net::StaticFiles files_;

  Life life_{1};
  std::uint64_t next_number_ =
      100;  // of sessions, peers and requests alike; smaller ones are the shell's own
  std::unordered_map<std::uint64_t, std::shared_ptr<net::WebSocket>> sessions_;
  std::unordered_map<std::uint64_t, Link> peers_;
  struct Waiting {
    net::Responder respond;
    std::string allow_origin;  // of the page that asked, when it may
  };
  std::unordered_map<std::uint64_t, Waiting> requests_;

  // Last: what ends with them looks into the maps above.
  net::HttpServer server_;
  CertificateGuard certificate_;
  PeerDialer dialer_;
};

}  // namespace holdfast::app
