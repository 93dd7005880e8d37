#include "net/http_client.h"

#include <optional>

#include "net/dialer.h"
#include "net/http_parser.h"

namespace holdfast::net {
namespace {

using Then = std::function<void(Result<HttpResponse>)>;

class CallImpl final : public PendingHttpCall {
 public:
  CallImpl(Loop& loop, HttpCall call, Then then)
      : loop_(loop), call_(std::move(call)), then_(std::move(then)), timer_(loop) {}
  ~CallImpl() override {
    if (exchange_) exchange_->abandon();
  }

  void start(const std::shared_ptr<CallImpl>& self) {
    const std::weak_ptr<CallImpl> weak = self;
    timer_.start(call_.timeout, [weak] {
      if (const auto call = weak.lock())
        call->finish(
            fail(ErrorCode::kUnavailable, "{}: no answer in time", call->call_.url.origin()));
    });
    dial_ = dial(loop_, call_.url, {call_.timeout, call_.tls},
                 [weak](Result<std::shared_ptr<Transport>> transport) {
                   const auto call = weak.lock();
                   if (!call) return;
                   if (!transport) return call->finish(std::unexpected(transport.error()));
                   call->exchange_ = std::make_shared<Exchange>(call->call_, *transport, weak);
                   (*transport)->start(call->exchange_);
                 });
  }

 private:
  // What the transport keeps alive while the call itself may be abandoned at any time.
  class Exchange final : public TransportOwner {
   public:
    Exchange(const HttpCall& call, std::shared_ptr<Transport> transport, std::weak_ptr<CallImpl> of)
        : transport_(std::move(transport)),
          of_(std::move(of)),
          parser_({64u << 10, call.body_bytes_max}, call.method == "HEAD") {
      request_.method = call.method;
      request_.target = call.url.target;
      request_.headers = call.headers;
      request_.body = call.body;
      host_ = call.url.authority();
    }

    void abandon() {
      if (transport_) transport_->abort();
      transport_.reset();
    }

    void on_ready() override {
      if (const auto call = of_.lock(); call && call->call_.on_certificate) {
        if (const auto expires = transport_->certificate_expires())
          call->call_.on_certificate(*expires);
      }
      if (transport_) transport_->send(encode_request(request_, host_, false));
    }

    void on_bytes(std::string_view bytes) override {
      parser_.add(bytes);
      look();
    }
    void on_drained() override {}
    void on_sweep(MonoMs) override {}
    void on_end(const TransportEnd& end) override {
      if (end.eof) {
        parser_.finish();
        look();
      }
      finish(fail(ErrorCode::kUnavailable, "{}: {}", host_,
                  parser_.error() ? parser_.error()->why : end.why));
    }

   private:
    void look() {
      if (auto response = parser_.take()) return finish(std::move(*response));
      if (parser_.error()) finish(fail(ErrorCode::kInvalid, "{}: {}", host_, parser_.error()->why));
    }
    void finish(Result<HttpResponse> result) {
      if (std::exchange(done_, true)) return;
      if (const auto call = of_.lock()) call->finish(std::move(result));
    }

    std::shared_ptr<Transport> transport_;
    std::weak_ptr<CallImpl> of_;
    HttpRequest request_;
    std::string host_;
    HttpResponseParser parser_;
    bool done_ = false;
  };

  void finish(Result<HttpResponse> result) {
    timer_.cancel();
    dial_.reset();
    if (exchange_) exchange_->abandon();
    if (const auto then = std::exchange(then_, nullptr)) then(std::move(result));
  }

  Loop& loop_;
  const HttpCall call_;
  Then then_;
  Timer timer_;
  std::shared_ptr<Dial> dial_;
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace

std::shared_ptr<PendingHttpCall> http_call(Loop& loop, HttpCall call, Then then) {
  const auto pending = std::make_shared<CallImpl>(loop, std::move(call), std::move(then));
  pending->start(pending);
  return pending;
}

Result<HttpResponse> http_call_and_wait(Clock& clock, HttpCall call) {
  Loop loop(clock);
  std::optional<Result<HttpResponse>> answer;
  const auto pending = http_call(loop, std::move(call), [&](Result<HttpResponse> result) {
    answer = std::move(result);
    loop.stop();
  });
  loop.run();
  return std::move(*answer);
}

}  // namespace holdfast::net
