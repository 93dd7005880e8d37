// A WebSocket over a Transport: messages from frames, the queue with its two lanes, pings, the
// closing handshake. Servers and clients share it; they differ by who masks. Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/fifo.h"
#include "base/random.h"
#include "net/transport.h"
#include "net/websocket.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

namespace holdfast::net {

struct WsCounters {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t signals_dropped = 0;
  std::uint64_t slow_consumers = 0;
  std::uint64_t too_large = 0;
  std::uint64_t bad_frames = 0;  // what breaks RFC 6455, and text that is not UTF-8
  std::uint64_t silent = 0;
};

class WsConnection final : public WebSocket,
                           public TransportOwner,
                           public std::enable_shared_from_this<WsConnection> {
 public:
  enum class Side { kServer, kClient };

  // `counters` and `random` (for masks) must outlive the connection. `options` are shared by many.
  WsConnection(Side side, std::shared_ptr<Transport> transport, WebSocketMeta meta,
               std::shared_ptr<const WebSocketOptions> options,
               const std::optional<DeflateTerms>& deflate, std::shared_ptr<WebSocketEvents> events,
               WsCounters& counters, Random& random);

  // Tells the events of the opening, then reads `first`, what came behind the handshake.
  void open(std::string_view first);

  void send(std::shared_ptr<const std::string> text, Lane lane) override;
  void close(const CloseReason& reason) override;
  std::size_t queued_bytes() const override;
  const WebSocketMeta& meta() const override { return meta_; }

  void on_ready() override {}
  void on_bytes(std::string_view bytes) override;
  void on_drained() override { fill(); }
  void on_sweep(MonoMs now) override;
  void on_end(const TransportEnd& end) override;
  // Listeners usually hold the connection that they listen to.
  void on_loop_ended() override { events_.reset(); }

 private:
  struct Queued {
    std::shared_ptr<const std::string> text;
    Lane lane = Lane::kFact;
  };

  void read_frames();
  void take_frame(WsFrame frame);
  void take_control(const WsFrame& frame);
  void take_data(WsFrame frame);
  void finish_message();
  void deliver(std::string text);
  void offer_again();
  void fill();
  void send_frame(Opcode opcode, std::string payload, bool compressed);
  void send_text(const std::shared_ptr<const std::string>& text);
  void fail_with(const CloseReason& reason);
  void drop_signals();
  void report_close();
  void start_closing(const CloseReason& reason);

  const Side side_;
  std::shared_ptr<Transport> transport_;
  const WebSocketMeta meta_;
  const std::shared_ptr<const WebSocketOptions> shared_options_;
  const WebSocketOptions& options_;
  std::shared_ptr<WebSocketEvents> events_;
  WsCounters& counters_;
  Random& random_;
  std::unique_ptr<WsDeflate> deflate_;
  WsFrameReader reader_;

  Fifo<Queued> queue_;
  std::size_t queue_bytes_ = 0;

  bool in_message_ = false;  // a fragmented one
  bool message_compressed_ = false;
  std::string message_;
  std::optional<std::string> deferred_;  // refused by the events for now
  std::unique_ptr<Timer> retry_;

  MonoMs heard_;
  bool pinged_ = false;
  bool close_sent_ = false;
  bool close_received_ = false;
  CloseReason reason_{kWsLost, ""};
  std::optional<MonoMs> close_by_;
};

}  // namespace holdfast::net
