#include "app/moderate/node_client.h"

#include <utility>

#include "moderator/node_words.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::app {

NodeClient::Call NodeClient::call(std::string method, std::string path, std::string body,
                                  bool as_admin, std::function<void(Result<std::string>)> then) {
  const std::size_t url = url_;
  net::HttpCall call;
  call.url = config_.urls[url].with_target(path);
  call.timeout = config_.timeout;
  call.tls = config_.tls;
  call.on_certificate = [this](WallMs expires) { certificate_expires_ = expires; };
  if (as_admin) {
    call.headers.add("Authorization",
                     protocol::admin_authorization(config_.admin, loop_.wall_and_mono().wall,
                                                   method, path, body));
  }
  if (!body.empty()) call.headers.add("Content-Type", "application/json");
  call.method = std::move(method);
  call.body = std::move(body);
  return net::http_call(loop_, std::move(call),
                        [this, url, then = std::move(then)](Result<net::HttpResponse> response) {
                          if (!response) {
                            if (url == url_) url_ = (url_ + 1) % config_.urls.size();
                            return then(std::unexpected(std::move(response).error()));
                          }
                          if (response->status < 200 || response->status > 299) {
                            return then(fail(ErrorCode::kUnavailable, "HTTP {}: {}",
                                             response->status, response->body.substr(0, 200)));
                          }
                          then(std::move(response->body));
                        });
}

Result<NodeClient::Told> NodeClient::read_state(const std::string& body) const {
  HF_TRY(read, moderator::read_node_state(body));
  if (read.deployment != config_.deployment) {
    return fail(ErrorCode::kConflict, "this is {}, not {}: two addresses are swapped",
                protocol::name_of(read.deployment), protocol::name_of(config_.deployment));
  }
  Told told{std::move(read.state), std::nullopt};
  told.state.certificate_expires = certificate_expires_;
  if (read.verdict) {
    HF_TRY(heard, moderator::read_heard(*read.verdict, config_.moderators, config_.own_key));
    told.state.epoch = heard.verdict.epoch;
    told.verdict = std::move(heard);
  }
  return told;
}

void NodeClient::ask_state(std::function<void(Result<Told>)> then) {
  state_ = call("GET", "/v1/admin/state", "", true,
                [this, then = std::move(then)](Result<std::string> body) {
                  then(body ? read_state(*body) : std::unexpected(std::move(body).error()));
                });
}

void NodeClient::ask_holds(std::function<void(Result<protocol::Holdings>)> then) {
  holds_ =
      call("GET", "/v1/admin/holds", "", true, [then = std::move(then)](Result<std::string> body) {
        then(body ? moderator::read_holds(*body) : std::unexpected(std::move(body).error()));
      });
}

void NodeClient::publish(const moderator::Verdict& verdict,
                         std::function<void(Result<moderator::Heard>)> then) {
  if (std::exchange(publishing_, true)) return;
  publish_ = call(
      "POST", "/v1/verdict", verdict.text, false,
      [this, published = verdict, then = std::move(then)](Result<std::string> body) {
        publishing_ = false;
        if (!body) return then(std::unexpected(std::move(body).error()));
        // A node that answers with the verdict it knows now may know a higher one.
        auto heard = moderator::read_heard(*body, config_.moderators, config_.own_key);
        then(heard ? std::move(*heard) : moderator::Heard{published, moderator::Trust::kOwnKey});
      });
}

void NodeClient::hand_record(std::string record, std::function<void(Result<void>)> then) {
  if (std::exchange(handing_, true)) return;
  hand_ = call("POST", "/v1/admin/record", std::move(record), true,
               [this, then = std::move(then)](Result<std::string> body) {
                 handing_ = false;
                 then(body ? Result<void>() : std::unexpected(std::move(body).error()));
               });
}

}  // namespace holdfast::app
