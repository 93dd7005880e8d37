#include "app/serve/record_keeper.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "base/log.h"
#include "protocol/codes.h"

namespace holdfast::app {
namespace {

net::HttpResponse refusal(int status, protocol::Code code, std::string_view why) {
  json::Object object;
  object["code"] = protocol::number(code);
  object["name"] = protocol::name(code);
  object["why"] = why;
  return net::HttpResponse::json(status, json::serialize(object));
}

}  // namespace

RecordKeeper::RecordKeeper(std::filesystem::path file, Store store)
    : file_(std::move(file)), store_(std::move(store)) {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return;
  std::stringstream text;
  text << in.rdbuf();
  auto read = read_record_json(text.str());
  if (read) {
    published_ = std::move(*read);
  } else {
    log::warn("serve", "{}: {}: the status page begins without a record", file_.string(),
              read.error().why);
  }
}

bool RecordKeeper::handle(const net::HttpRequest& request, const net::Responder& respond) {
  if (request.path() != "/v1/admin/record" || request.method != "POST") return false;
  auto read = read_record_json(request.body);
  if (!read) {
    respond(refusal(400, protocol::Code::kBadFrame, read.error().why));
    return true;
  }
  published_ = std::move(*read);
  store_(file_, std::string(request.body));
  respond(net::HttpResponse::json(200, "{}"));
  return true;
}

std::optional<net::HttpResponse> RecordKeeper::page(std::string_view path, const OwnWord& own,
                                                    WallMs now) const {
  if (path == "/status") return public_page_response(published_, {own}, now);
  if (path != "/v1/record") return std::nullopt;
  if (!published_)
    return refusal(404, protocol::Code::kNotFound, "no moderator has handed its record over yet");
  auto response = net::HttpResponse::json(200, json::serialize(record_json(*published_)));
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace holdfast::app
