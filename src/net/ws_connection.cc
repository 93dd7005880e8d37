#include "net/ws_connection.h"

#include "base/check.h"
#include "base/encoding.h"

namespace holdfast::net {
namespace {

// How much the transport is given at a time: enough for one system call's worth, so that signals
// behind it can still be dropped.
constexpr std::size_t kFillBytes = 256u << 10;
constexpr Ms kOfferAgain{5};

}  // namespace

WsConnection::WsConnection(Side side, std::shared_ptr<Transport> transport, WebSocketMeta meta,
                           std::shared_ptr<const WebSocketOptions> options,
                           const std::optional<DeflateTerms>& deflate,
                           std::shared_ptr<WebSocketEvents> events, WsCounters& counters,
                           Random& random)
    : side_(side),
      transport_(std::move(transport)),
      meta_(std::move(meta)),
      shared_options_(std::move(options)),
      options_(*shared_options_),
      events_(std::move(events)),
      counters_(counters),
      random_(random),
      deflate_(deflate ? std::make_unique<WsDeflate>(*deflate) : nullptr),
      reader_(side == Side::kServer, deflate.has_value(), options_.message_bytes_max),
      heard_(transport_->loop().now()) {}

void WsConnection::open(std::string_view first) {
  const auto self = shared_from_this();
  events_->on_open(self);
  if (!first.empty() && !transport_->ended()) on_bytes(first);
}

// ---- in ----

void WsConnection::on_bytes(std::string_view bytes) {
  heard_ = transport_->loop().now();
  pinged_ = false;
  counters_.bytes_in += bytes.size();
  reader_.add(bytes);
  read_frames();
}

void WsConnection::read_frames() {
  const auto self = shared_from_this();
  while (!transport_->ended() && !close_received_ && !deferred_) {
    auto frame = reader_.take();
    if (!frame) break;
    take_frame(std::move(*frame));
  }
  if (!reader_.error() || transport_->ended() || close_received_) return;
  if (reader_.error()->kind == WsFrameError::Kind::kTooLarge) {
    ++counters_.too_large;
    fail_with(options_.too_large);
  } else {
    ++counters_.bad_frames;
    fail_with({kWsProtocolError, reader_.error()->why});
  }
}

void WsConnection::take_frame(WsFrame frame) {
  if (is_control(frame.opcode)) return take_control(frame);
  if (close_sent_) return;
  take_data(std::move(frame));
}

void WsConnection::take_control(const WsFrame& frame) {
  switch (frame.opcode) {
    case Opcode::kPing:
      if (!close_sent_) send_frame(Opcode::kPong, frame.payload, false);
      return;
    case Opcode::kClose: {
      close_received_ = true;
      const auto said = decode_close(frame.payload);
      if (!close_sent_) {
        reason_ = said;
        // 1005 means that nothing was said: nothing is answered.
        const std::string answer =
            said.code == 1005 ? std::string() : encode_close({said.code, ""});
        close_sent_ = true;
        send_frame(Opcode::kClose, answer, false);
      }
      transport_->finish();
      report_close();
      return;
    }
    default:
      return;  // a pong is a sign of life and was counted as such
  }
}

void WsConnection::take_data(WsFrame frame) {
  const bool continues = frame.opcode == Opcode::kContinuation;
  if (continues != in_message_) {
    ++counters_.bad_frames;
    return fail_with(
        {kWsProtocolError, continues ? "a continuation of nothing" : "a message inside a message"});
  }
  if (frame.opcode == Opcode::kBinary) {
    ++counters_.bad_frames;
    return fail_with(options_.not_text);
  }
  if (message_.size() + frame.payload.size() > options_.message_bytes_max) {
    ++counters_.too_large;
    return fail_with(options_.too_large);
  }
  if (!continues) message_compressed_ = frame.compressed;
  if (message_.empty()) {
    message_ = std::move(frame.payload);
  } else {
    message_ += frame.payload;
  }
  in_message_ = !frame.final;
  if (!in_message_) finish_message();
}

void WsConnection::finish_message() {
  std::string text = std::exchange(message_, {});
  if (message_compressed_) {
    auto expanded = deflate_->expand(text, options_.message_bytes_max);
    if (!expanded && expanded.error().code == ErrorCode::kFull) {
      ++counters_.too_large;
      return fail_with(options_.too_large);
    }
    if (!expanded) {
      ++counters_.bad_frames;
      return fail_with({kWsProtocolError, expanded.error().why});
    }
    text = std::move(*expanded);
  }
  if (!is_valid_utf8(text)) {
    ++counters_.bad_frames;
    return fail_with(options_.bad_text);
  }
  ++counters_.messages_in;
  deliver(std::move(text));
}

void WsConnection::deliver(std::string text) {
  if (events_->on_text(text)) return;
  deferred_ = std::move(text);
  transport_->pause_reading();
  if (!retry_) retry_ = std::make_unique<Timer>(transport_->loop());
  retry_->start(kOfferAgain, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->offer_again();
  });
}

void WsConnection::offer_again() {
  if (transport_->ended() || close_sent_ || !deferred_) return;
  auto text = std::move(*deferred_);
  deferred_.reset();
  deliver(std::move(text));
  if (deferred_) return;
  heard_ = transport_->loop().now();  // it was us who did not listen
  read_frames();
  if (!deferred_) transport_->resume_reading();
}

// ---- out ----

std::size_t WsConnection::queued_bytes() const {
  return queue_bytes_ + transport_->queued_bytes();
}

void WsConnection::send(std::shared_ptr<const std::string> text, Lane lane) {
  if (close_sent_ || transport_->ended()) return;
  const auto waiting = queued_bytes();
  if (lane == Lane::kSignal && waiting > options_.signal_bytes_max) {
    ++counters_.signals_dropped;
    return;
  }
  if (waiting + text->size() > options_.queue_bytes_max) {
    drop_signals();
    if (queued_bytes() + text->size() > options_.queue_bytes_max) {
      ++counters_.slow_consumers;
      return fail_with(options_.slow_consumer);
    }
  }
  queue_bytes_ += text->size();
  queue_.push_back({std::move(text), lane});
  if (transport_->queued_bytes() < kFillBytes) fill();
}

void WsConnection::drop_signals() {
  counters_.signals_dropped += queue_.erase_if([this](const Queued& queued) {
    if (queued.lane != Lane::kSignal) return false;
    queue_bytes_ -= queued.text->size();
    return true;
  });
}

void WsConnection::fill() {
  while (!queue_.empty() && transport_->queued_bytes() < kFillBytes) {
    const auto next = std::move(queue_.front());
    queue_.pop_front();
    queue_bytes_ -= next.text->size();
    send_text(next.text);
  }
}

void WsConnection::send_text(const std::shared_ptr<const std::string>& text) {
  ++counters_.messages_out;
  if (deflate_) return send_frame(Opcode::kText, deflate_->compress(*text), true);
  if (side_ == Side::kClient) return send_frame(Opcode::kText, *text, false);
  auto header = encode_ws_header(Opcode::kText, false, text->size(), std::nullopt);
  counters_.bytes_out += header.size() + text->size();
  transport_->send(std::move(header));
  transport_->send(text);
}

void WsConnection::send_frame(Opcode opcode, std::string payload, bool compressed) {
  std::optional<std::array<std::uint8_t, 4>> mask;
  if (side_ == Side::kClient) mask = random_.bytes<4>();
  auto bytes = encode_ws_header(opcode, compressed, payload.size(), mask);
  if (mask) apply_mask(payload, *mask);
  bytes += payload;
  counters_.bytes_out += bytes.size();
  transport_->send(std::move(bytes));
}

// ---- the end ----

void WsConnection::close(const CloseReason& reason) {
  if (close_sent_ || transport_->ended()) return;
  // What was queued before the close still leaves.
  while (!queue_.empty()) {
    send_text(queue_.front().text);
    queue_.pop_front();
  }
  start_closing(reason);
}

void WsConnection::fail_with(const CloseReason& reason) {
  if (close_sent_ || transport_->ended()) return;
  queue_.clear();
  start_closing(reason);
}

void WsConnection::start_closing(const CloseReason& reason) {
  queue_bytes_ = 0;
  close_sent_ = true;
  reason_ = reason;
  deferred_.reset();
  message_.clear();
  send_frame(Opcode::kClose, encode_close(reason), false);
  close_by_ = transport_->loop().now() + options_.close_wait;
  transport_->resume_reading();
  // After what breaks the protocol nothing that follows can be understood: not even an answer to
  // our close.
  if (reader_.error()) transport_->finish();
}

void WsConnection::on_sweep(MonoMs now) {
  if (close_by_) {
    if (now >= *close_by_) transport_->end({false, "no answer to our close"});
    return;
  }
  if (deferred_) return;
  const Ms quiet = now - heard_;
  if (quiet >= options_.silent_after) {
    ++counters_.silent;
    return fail_with(options_.silent);
  }
  if (quiet >= options_.ping_after && !pinged_) {
    pinged_ = true;
    send_frame(Opcode::kPing, "", false);
  }
}

void WsConnection::on_end(const TransportEnd& end) {
  if (!close_sent_ && !close_received_) reason_ = {kWsLost, end.why};
  queue_.clear();
  queue_bytes_ = 0;
  report_close();
}

void WsConnection::report_close() {
  if (const auto events = std::exchange(events_, nullptr)) events->on_close(reason_);
}

}  // namespace holdfast::net
