#include "node/http_answer.h"

#include "protocol/json_writer.h"

namespace holdfast::node {
namespace {

int status_of(Code code) {
  if (code == Code::kRateLimited) return 429;
  if (code == Code::kNotFound) return 404;
  switch (protocol::client_action(code)) {
    case protocol::ClientAction::kRetry:
      return 503;
    case protocol::ClientAction::kResync:
      return 409;
    case protocol::ClientAction::kAuthenticate:
      return 401;
    case protocol::ClientAction::kGiveUp:
      return 400;
  }
  return 400;
}

}  // namespace

void answer(Turn& turn, RequestId request, std::string json, int status) {
  turn.emit(HttpReply{request, status, "application/json", std::move(json)});
}

void refuse_request(Turn& turn, RequestId request, const WireError& error, std::uint64_t retry_ms) {
  turn.counters.told(error.code);
  protocol::JsonWriter out;
  out.raw(R"({"code":)");
  out.number(protocol::number(error.code));
  out.raw(R"(,"name":)");
  out.text(protocol::name(error.code));
  out.raw(R"(,"why":)");
  out.text(error.why);
  if (retry_ms != 0) {
    out.raw(R"(,"retry_ms":)");
    out.number(retry_ms);
  }
  out.raw('}');
  answer(turn, request, out.take(), status_of(error.code));
}

}  // namespace holdfast::node
