#include "app/serve/gateway.h"

#include <algorithm>

#include "app/serve/client_facts.h"
#include "app/serve/links.h"
#include "protocol/codes.h"
#include "protocol/hashes.h"

namespace holdfast::app {
namespace {

using protocol::Code;

// Connections of the peer link that may be open at once, proven or not: each costs a compression
// window.
constexpr std::size_t kPeersMax = 16;

net::CloseReason close_reason(Code code, std::string why = "") {
  if (why.empty()) why = protocol::meaning(code);
  return {protocol::number(code), std::move(why)};
}

// The core says why a peer's connection ends as "name_of_a_code: why".
net::CloseReason peer_close_reason(const std::string& why) {
  const auto name = std::string_view(why).substr(0, why.find(':'));
  for (std::uint16_t number = 4'000; number < 4'400; ++number) {
    const auto code = protocol::code_of(number);
    if (code && protocol::name(*code) == name) return {number, why};
  }
  return {protocol::number(Code::kGoingAway), why};
}

net::ServerOptions server_options(const ServeConfig& config) {
  auto options = config.server;
  options.headers.add("X-Content-Type-Options", "nosniff");
  options.headers.add("Referrer-Policy", "strict-origin-when-cross-origin");
  if (options.tls) options.headers.add("Strict-Transport-Security", "max-age=31536000");
  return options;
}

net::HttpResponse refusal(Code code, std::string_view why, std::uint64_t retry_ms) {
  return net::HttpResponse::json(
      503, fmt::format(R"({{"code":{},"name":"{}","why":"{}","retry_ms":{}}})",
                       protocol::number(code), protocol::name(code), why, retry_ms));
}

bool is_for_core(std::string_view path) {
  return path == "/readyz" || path.starts_with("/v1/");
}

}  // namespace

Gateway::Gateway(net::Loop& loop, const ServeConfig& config,
                 std::shared_ptr<const net::TlsContext> tls, Random& random, Mailbox& mailbox,
                 const MetricsBoard& board, AdminPage admin_page, const RecordKeeper& record)
    : loop_(loop),
      config_(config),
      mailbox_(mailbox),
      board_(board),
      admin_page_(std::move(admin_page)),
      record_(record),
      facts_(client_facts(config.node)),
      files_({config.web_root, content_security_policy(config.node, config.console_frame_ancestors),
              "widget/"}),
      server_(loop, server_options(config), random,
              [this](net::HttpRequest request, const net::Responder& respond) {
                handle(std::move(request), respond);
              }),
      certificate_(loop, server_, "serve"),
      dialer_(loop, random, config.peer.dial, std::move(tls), peer_options(),
              [this] { return std::make_shared<PeerConnection>(*this, true); }) {
  add_routes();
}

Gateway::~Gateway() = default;

net::WebSocketOptions Gateway::client_options() const {
  net::WebSocketOptions options;
  options.message_bytes_max = 16'384;
  options.queue_bytes_max = config_.link_queue_bytes_max;
  options.silent_after = Ms(config_.node.session_silent_ms);
  options.ping_after = options.silent_after / 3;
  options.too_large = close_reason(Code::kFrameTooLarge, "a frame has at most 16384 bytes");
  options.slow_consumer = close_reason(Code::kSlowConsumer);
  options.bad_text = close_reason(Code::kBadUtf8, "a frame is UTF-8");
  options.not_text = close_reason(Code::kBadFrame, "frames are text messages");
  options.silent = close_reason(Code::kSilent);
  return options;
}

net::WebSocketOptions Gateway::peer_options() const {
  auto options = client_options();
  options.message_bytes_max = 1u << 20;
  options.queue_bytes_max =
      16u << 20;  // the window of the pulls is 2 MiB; the rest is beats and asks
  options.deflate = true;
  options.too_large = close_reason(Code::kFrameTooLarge, "a frame has at most 1 MiB");
  return options;
}

Result<void> Gateway::reload_certificate() {
  HF_CHECKED(server_.reload_certificate());
  certificate_.start();
  return {};
}

void Gateway::add_routes() {
  server_.add_websocket("/v1/link",
                        {"holdfast.v1", client_options(), [this](const net::WebSocketMeta& meta) {
                           return std::static_pointer_cast<net::WebSocketEvents>(
                               std::make_shared<ClientLink>(*this, meta));
                         }});
  server_.add_websocket(
      "/v1/peer", {"holdfast.peer.v1", peer_options(),
                   [this](const net::WebSocketMeta&)
                       -> std::expected<std::shared_ptr<net::WebSocketEvents>, net::HttpResponse> {
                     if (peers_.size() >= kPeersMax)
                       return std::unexpected(refusal(Code::kOverloaded, "too many peers", 2'000));
                     return std::make_shared<PeerConnection>(*this, false);
                   }});
}

Result<std::vector<net::SocketAddress>> Gateway::listen() {
  std::vector<net::SocketAddress> bound;
  for (const auto& address : config_.listen.addresses) {
    HF_TRY(one, server_.listen(address));
    bound.push_back(one);
  }
  return bound;
}

// ---- HTTP ----

// A page of another origin may ask what is public, and a console's page may sign in at either
// deployment.
std::string Gateway::page_origin_for(const net::HttpRequest& request) const {
  const auto path = request.path();
  if (path == "/v1/verdict" || path == "/v1/client.json" || path == "/readyz" || path == "/livez")
    return "*";
  const auto origin = request.headers.get("Origin");
  const auto& consoles = config_.node.console_origins;
  const bool known = (path == "/v1/signin" || path == "/v1/password") &&
                     std::find(consoles.begin(), consoles.end(), origin) != consoles.end();
  return known ? std::string(origin) : "";
}

net::HttpResponse Gateway::preflight(const net::HttpRequest& request) const {
  net::HttpResponse response{204, {}, {}};
  if (const auto origin = page_origin_for(request); !origin.empty()) {
    response.headers.add("Access-Control-Allow-Origin", origin);
    response.headers.add("Access-Control-Allow-Methods", "GET, POST");
    response.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type");
    response.headers.add("Access-Control-Max-Age", "600");
    response.headers.add("Vary", "Origin");
  }
  return response;
}

void Gateway::handle(net::HttpRequest request, const net::Responder& respond) {
  if (handle_here(request, respond)) return;
  if (is_for_core(request.path())) return ask_core(std::move(request), respond);
  if (request.path() == "/") {
    net::HttpResponse response{302, {}, {}};
    response.headers.add("Location", "/console/");
    return respond(response);
  }
  respond(files_.respond(request));
}

// What the core last said of itself.
OwnWord Gateway::own_word() const {
  const auto numbers = board_.get();
  const auto is_set = [&](const char* name) {
    const auto found = numbers->find(name);
    return found != numbers->end() && found->second != 0;
  };
  return {config_.node.deployment, is_set("ready") && certificate_.expired().empty(),
          is_set("peer_up")};
}

bool Gateway::handle_here(const net::HttpRequest& request, const net::Responder& respond) {
  const auto path = request.path();
  const bool get = request.method == "GET";
  if (request.method == "OPTIONS") {
    respond(preflight(request));
  } else if (path == "/livez" && get) {
    respond(net::HttpResponse::text(200, "alive\n"));
  } else if (path == "/readyz" && get && !certificate_.expired().empty()) {
    // The core cannot know; chats of those who are connected go on.
    respond(net::HttpResponse::text(503, "not ready: " + certificate_.expired() + "\n"));
  } else if (path == "/metrics" && get) {
    auto numbers = *board_.get();
    numbers.merge(net_numbers(server_));
    if (const auto days = certificate_.days_left()) numbers["certificate_days_left"] = *days;
    numbers["mailbox_waiting"] = static_cast<std::int64_t>(mailbox_.size());
    numbers["peer_dials_total"] = static_cast<std::int64_t>(dialer_.dials());
    net::HttpResponse response{200, {}, metrics_page(numbers)};
    response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    respond(response);
  } else if (path == "/v1/client.json" && get) {
    auto response = net::HttpResponse::json(200, facts_);
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add("Cache-Control", "no-cache");
    respond(response);
  } else if (auto page =
                 get ? record_.page(path, own_word(), loop_.wall_and_mono().wall) : std::nullopt) {
    respond(std::move(*page));
  } else if (path.starts_with("/v1/admin/")) {
    const bool genuine = protocol::check_admin_authorization(
        config_.node.keys.admin, request.headers.get("Authorization"), loop_.wall_and_mono().wall,
        request.method, request.target, request.body);
    return genuine &&
           admin_page_(request, respond);  // the core refuses what is not genuine, in its words
  } else {
    return false;
  }
  return true;
}

void Gateway::ask_core(net::HttpRequest request, const net::Responder& respond) {
  const auto number = fresh_number();
  auto allow_origin = page_origin_for(request);
  node::Input input = node::HttpRequest{node::RequestId(number),
                                        std::move(request.method),
                                        std::move(request.target),
                                        std::string(request.headers.get("Authorization")),
                                        std::string(request.headers.get("Origin")),
                                        std::move(request.address),
                                        std::move(request.body)};
  if (!mailbox_.offer(life_, input))
    return respond(refusal(Code::kOverloaded, "too much is waiting here", 2'000));
  requests_.emplace(number, Waiting{respond, std::move(allow_origin)});
}

// ---- effects ----

void Gateway::carry_out(std::vector<Outbound> effects) {
  loop_.post([this, effects = std::move(effects)] {
    for (const auto& effect : effects) {
      std::visit([this](const auto& each) { carry_out(each); }, effect);
    }
  });
}

void Gateway::carry_out(const node::Send& effect) {
  const auto link = sessions_.find(effect.session.value());
  if (link == sessions_.end()) return;
  link->second->send(effect.frame,
                     effect.lane == node::Lane::kFact ? net::Lane::kFact : net::Lane::kSignal);
}

void Gateway::carry_out(const node::CloseSession& effect) {
  // The core has forgotten it already; what it still sends would mean nothing.
  const auto link = sessions_.extract(effect.session.value());
  if (!link.empty()) link.mapped()->close(close_reason(effect.code, effect.why));
}

void Gateway::carry_out(const node::PeerSend& effect) {
  const auto link = peers_.find(effect.peer.value());
  if (link != peers_.end()) link->second.socket->send(effect.frame, net::Lane::kFact);
}

void Gateway::carry_out(const node::ClosePeer& effect) {
  const auto link = peers_.find(effect.peer.value());
  if (link != peers_.end()) link->second.socket->close(peer_close_reason(effect.why));
}

void Gateway::carry_out(const node::HttpReply& effect) {
  const auto waiting = requests_.extract(effect.request.value());
  if (waiting.empty()) return;
  net::HttpResponse response{effect.status, {}, effect.body};
  response.headers.add("Content-Type", effect.content_type);
  response.headers.add("Cache-Control", "no-store");
  if (!waiting.mapped().allow_origin.empty()) {
    response.headers.add("Access-Control-Allow-Origin", waiting.mapped().allow_origin);
    response.headers.add("Vary", "Origin");
  }
  waiting.mapped().respond(response);
}

void Gateway::begin_life(Life life) {
  loop_.post([this, life] {
    if (life == life_) return;
    life_ = life;
    // Closing a link takes it out of its map.
    for (const auto& [number, socket] : std::exchange(sessions_, {}))
      socket->close(close_reason(Code::kReincarnated));
    for (const auto& [number, link] : std::exchange(peers_, {}))
      link.socket->close(close_reason(Code::kReincarnated));
    for (const auto& [number, waiting] : std::exchange(requests_, {})) {
      waiting.respond(refusal(Code::kReincarnated, "this node starts again", 1'000));
    }
  });
}

void Gateway::set_peer_up(bool up) {
  loop_.post([this, up] { dialer_.set_link_up(up); });
}

// ---- the end ----

void Gateway::stop_input() {
  server_.stop_listening();
  dialer_.stop();
}

void Gateway::close_everything() {
  for (const auto& [number, socket] : std::exchange(sessions_, {}))
    socket->close(close_reason(Code::kGoingAway));
  for (const auto& [number, link] : std::exchange(peers_, {}))
    link.socket->close(close_reason(Code::kGoingAway));
}

}  // namespace holdfast::app
