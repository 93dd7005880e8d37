#include "node/requests.h"

#include <algorithm>

#include "base/json.h"
#include "chat/chat.h"
#include "chat/erasure.h"
#include "node/effect_pages.h"
#include "node/http_answer.h"
#include "node/settings_check.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using protocol::JsonWriter;

constexpr std::size_t kWritesMax = 100;
std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name && equals != std::string_view::npos)
      return pair.substr(equals + 1);
  }
  return {};
}

// Writes `items` with commas between them.
template <class Items, class Write>
void list(JsonWriter& out, const Items& items, Write write) {
  out.raw('[');
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out.raw(',');
    write(item);
  }
  out.raw(']');
}

void write_event(JsonWriter& out, const Event& event) {
  out.raw(R"({"digest":)");
  out.hash(event.content->digest.value());
  out.raw(R"(,"author":)");
  out.text(event.content->head.author.value());
  out.raw(R"(,"id":)");
  out.text(event.content->head.id.value());
  out.raw(R"(,"kind":)");
  out.text(event.content->head.kind);
  out.raw(R"(,"acc":)");
  list(out, event.acceptances,
       [&](const Acceptance& acceptance) { out.hash(acceptance.mac.value()); });
  out.raw('}');
}

// Without the closing brace.
void write_chat(JsonWriter& out, const CachedChat& chat) {
  out.raw(R"({"site":)");
  out.text(chat.key().site.value());
  out.raw(R"(,"chat":)");
  out.text(chat.key().chat.value());
  out.raw(R"(,"state":)");
  out.text(name_of(wire_state(chat.routing().state)));
  if (chat.routing().operator_id) {
    out.raw(R"(,"operator":)");
    out.text(chat.routing().operator_id->value());
  }
  out.raw(R"(,"events":)");
  out.number(chat.events().size());
  out.raw(R"(,"digest":)");
  out.hash(chat.digest(Audience::kNodes));
}

}  // namespace

Requests::Requests(Rooms rooms, NotReady not_ready, HearVerdict hear_verdict)
    : rooms_(rooms),
      not_ready_(std::move(not_ready)),
      hear_verdict_(std::move(hear_verdict)),
      sign_in_(rooms.turn, rooms.settings, not_ready_) {}

void Requests::reply(RequestId request, std::string json, int status) {
  answer(rooms_.turn, request, std::move(json), status);
}

void Requests::refuse_with(RequestId request, const WireError& error, std::uint64_t retry_ms) {
  refuse_request(rooms_.turn, request, error, retry_ms);
}

void Requests::handle(const HttpRequest& request) {
  const std::string_view target = request.target;
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  const std::string_view query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (path == "/readyz" && get) return ready(request);
  if (path == "/v1/verdict" && get) return get_verdict(request);
  if (path == "/v1/verdict" && post) return post_verdict(request);
  if (path == "/v1/signin" && post) return sign_in_.sign_in(request);
  if (path == "/v1/password" && post) return sign_in_.hash_password(request);
  if (path.starts_with("/v1/admin/")) return admin(request, path, query);
  refuse_with(request.request, {Code::kNotFound, "no " + request.method + " " + std::string(path)});
}

void Requests::ready(const HttpRequest& request) {
  const std::string why = not_ready_();
  rooms_.turn.emit(HttpReply{request.request, why.empty() ? 200 : 503, "text/plain; charset=utf-8",
                             why.empty() ? "ready\n" : "not ready: " + why + "\n"});
}

void Requests::get_verdict(const HttpRequest& request) {
  const auto& verdict = rooms_.verdicts.signed_verdict();
  if (!verdict) return refuse_with(request.request, {Code::kNotFound, "no verdict is known here"});
  reply(request.request, protocol::encode(*verdict));
}

void Requests::post_verdict(const HttpRequest& request) {
  const auto verdict = protocol::parse_signed_verdict(request.body);
  if (!verdict) return refuse_with(request.request, verdict.error());
  const auto heard = hear_verdict_(*verdict);
  if (!heard) return refuse_with(request.request, heard.error());
  reply(request.request, fmt::format(R"({{"epoch":{}}})", rooms_.verdicts.epoch().value()));
}

void Requests::admin(const HttpRequest& request, std::string_view path, std::string_view query) {
  const bool genuine = protocol::check_admin_authorization(
      rooms_.turn.config.keys.admin, request.authorization, rooms_.turn.wall(), request.method,
      request.target, request.body);
  if (!genuine) {
    rooms_.turn.counters.add(Count::kAdminRefused);
    return refuse_with(request.request,
                       {Code::kBadToken, "not signed with the admin key, or more than 60 s ago"});
  }
  const bool get = request.method == "GET";
  if (path == "/v1/admin/append" && request.method == "POST") return append(request);
  if (answer_effects(rooms_.turn, rooms_.effects, request, path)) return;
  if (path == "/v1/admin/state" && get) return reply(request.request, state());
  if (path == "/v1/admin/holds" && get) return reply(request.request, holds());
  if (path == "/v1/admin/erasures" && get) return reply(request.request, erasures());
  if (path == "/v1/admin/erasures" && request.method == "POST") return confirm_erasures(request);
  if (path == "/v1/admin/settings" && get) return reply(request.request, settings());
  if (path == "/v1/admin/chats" && get) {
    const std::string_view chat = parameter(query, "chat");
    if (chat.empty()) return reply(request.request, chats());
    return one_chat(request,
                    {SiteId(std::string(parameter(query, "site"))), ChatId(std::string(chat))});
  }
  refuse_with(request.request, {Code::kNotFound, "no " + request.method + " " + std::string(path)});
}

Parsed<std::vector<ContentPtr>> Requests::read_writes(std::string_view body) const {
  const auto object = json::parse_object(body, {.depth_max = protocol::kDepthMax});
  if (!object) return refuse(Code::kBadFrame, "{}", object.error().why);
  const auto events = json::get_array(*object, "events");
  if (!events) return refuse(Code::kBadFrame, "{}", events.error().why);
  if ((*events)->empty() || (*events)->size() > kWritesMax)
    return refuse(Code::kTooMany, "events: 1 to {}", kWritesMax);
  std::vector<ContentPtr> writes;
  for (const json::Value& each : **events) {
    const json::Object* const event = each.if_object();
    if (event == nullptr) return refuse(Code::kBadFrame, "events: not an object");
    const auto head = json::get_text(*event, "head");
    const auto text = json::get_text(*event, "body");
    if (!head || !text) return refuse(Code::kBadFrame, "events: head and body are texts");
    auto content = protocol::read_content(std::string(*head), std::string(*text));
    if (!content) return std::unexpected(std::move(content).error());
    const protocol::Head& said = (*content)->head;
    if (said.kind != "set" && said.kind != "erase") {
      return refuse(Code::kNotAllowed, "kind {}: only settings and erasures are written here",
                    said.kind);
    }
    if (said.audience != Audience::kNodes)
      return refuse(Code::kForbiddenAudience, "settings and erasures are for nodes");
    if (!said.chat.value().empty())
      return refuse(Code::kBadChat, "settings and erasures belong to no chat");
    if (protocol::author_kind(said.author.value()) != protocol::AuthorKind::kAdministrator) {
      return refuse(Code::kWrongAuthor, "{} is no administrator", said.author);
    }
    auto checked = said.kind == "set" ? check_setting(**content) : check_erasure(**content);
    if (!checked) return std::unexpected(std::move(checked).error());
    writes.push_back(*std::move(content));
  }
  return writes;
}

Parsed<void> Requests::check_setting(const protocol::Content& content) const {
  const auto write = chat::parse_write(content);
  if (!write) return refuse(Code::kBadFrame, "{}", write.error().why);
  const SiteId& site = content.head.site;
  if (auto meant = check_write(site, *write, rooms_.turn.config.webhooks_http_to_loopback); !meant)
    return meant;
  if (ends_an_owner(rooms_.settings, site, *write)) {
    if (auto left = leaves_an_owner(rooms_.settings, site, *write); !left) return left;
  }
  if (rooms_.settings.conflicts(content))
    return refuse(Code::kIdConflict, "another write has the id {}", content.head.id);
  return {};
}

// A cut that lies ahead would take what is not written yet; but an event that was accepted by a
// node whose clock is ahead must be within reach.
Parsed<void> Requests::check_erasure(const protocol::Content& content) const {
  const auto erasure = chat::parse_erasure(content);
  if (!erasure) return refuse(Code::kBadFrame, "body.{}", erasure.error().why);
  if (rooms_.settings.site(erasure->site) == nullptr)
    return refuse(Code::kUnknownSite, "there is no site {}", erasure->site);
  if (protocol::wall_of(erasure->until) >
      rooms_.turn.wall() + Ms(rooms_.turn.config.clock_bound_ms))
    return refuse(Code::kBadFrame, "body.until: lies ahead");
  return {};
}

bool Requests::is_held(const Digest& digest) const {
  return rooms_.settings.find(digest) != nullptr || rooms_.erasure.find(digest) != nullptr ||
         rooms_.batches.carries(digest);
}

void Requests::append(const HttpRequest& request) {
  // An empty node is not ready, but somebody must be able to tell it the first settings.
  if (const auto shut = rooms_.gate.shut_for_settings())
    return refuse_with(request.request, *shut, kComeBackMs);
  auto writes = read_writes(request.body);
  if (!writes) return refuse_with(request.request, writes.error());
  for (const ContentPtr& write : *writes) {
    if (is_held(write->digest)) continue;
    if (write->head.kind == "set") rooms_.settings.claim(*write);
    rooms_.batches.add(rooms_.ledger.accept(write));
  }
  rooms_.batches.then(
      [this, id = request.request, writes = *std::move(writes)] { answer_append(id, writes); });
}

void Requests::answer_append(RequestId request, const std::vector<ContentPtr>& writes) {
  JsonWriter out;
  out.raw(R"({"accepted":)");
  list(out, writes, [&](const ContentPtr& write) {
    out.raw(R"({"digest":)");
    out.hash(write->digest.value());
    out.raw(R"(,"acc":)");
    const Event* const setting = rooms_.settings.find(write->digest);
    const auto* const erasure = rooms_.erasure.find(write->digest);
    const std::vector<Acceptance> none;
    list(out,
         setting != nullptr   ? setting->acceptances
         : erasure != nullptr ? *erasure
                              : none,
         [&](const Acceptance& acceptance) { out.raw(protocol::encode(acceptance)); });
    out.raw('}');
  });
  out.raw('}');
  reply(request, out.take());
}

std::string Requests::state() const {
  const Turn& turn = rooms_.turn;
  const std::string why = not_ready_();
  const replication::PeerLink& link = rooms_.peer.link();
  JsonWriter out(512);
  const auto text = [&out](std::string_view name, std::string_view value) {
    out.raw(',');
    out.text(name);
    out.raw(':');
    out.text(value);
  };
  const auto number = [&out](std::string_view name, std::uint64_t value) {
    out.raw(',');
    out.text(name);
    out.raw(':');
    out.number(value);
  };
  out.raw(R"({"ready":)");
  out.boolean(why.empty());
  text("reason", why);
  text("deployment", protocol::name_of(turn.config.deployment));
  text("node", turn.config.node_name);
  text("origin", turn.origin.value());
  text("build", turn.config.build);
  out.raw(R"(,"versions":[)");
  out.number(protocol::kProtocolVersion);
  out.raw(',');
  out.number(protocol::kProtocolVersion);
  out.raw(']');
  text("config", turn.config.config_digest);
  number("time", static_cast<std::uint64_t>(turn.wall().value()));
  number("epoch", rooms_.verdicts.epoch().value());
  if (rooms_.verdicts.signed_verdict()) {
    out.raw(R"(,"verdict":)");
    out.raw(protocol::encode(*rooms_.verdicts.signed_verdict()));
  }
  out.raw(R"(,"decides":)");
  out.boolean(rooms_.lease.held() && rooms_.verdicts.we_are_active());
  out.raw(R"(,"peer":{"up":)");
  out.boolean(link.alive());
  number("behind", link.behind());
  out.raw('}');
  if (peer_chat_) {
    out.raw(R"(,"peer_chat":)");
    out.raw(peer_chat());
  }
  number("journal_ms", static_cast<std::uint64_t>(rooms_.batches.journal_takes().count()));
  number("clients", rooms_.sessions.clients());
  number("chats", rooms_.chats.size());
  out.raw(R"(,"erasures":)");
  out.raw(erasures());
  out.raw(R"(,"reports":)");
  out.raw(reports());
  out.raw('}');
  return out.take();
}

void Requests::peer_chat_done(const PeerChatDone& done) {
  peer_chat_ = done;
  peer_chat_at_ = rooms_.turn.mono();
}

std::string Requests::peer_chat() const {
  JsonWriter out(256);
  out.raw(R"({"ok":)");
  out.boolean(peer_chat_->failures == 0);
  out.raw(R"(,"worked":)");
  out.number(peer_chat_->worked);
  out.raw(R"(,"failures":)");
  out.number(peer_chat_->failures);
  out.raw(R"(,"took_ms":)");
  out.number(peer_chat_->took_ms);
  out.raw(R"(,"age_ms":)");
  out.number(static_cast<std::uint64_t>((rooms_.turn.mono() - peer_chat_at_).count()));
  out.raw(R"(,"why":)");
  out.text(peer_chat_->why);
  out.raw('}');
  return out.take();
}

std::string Requests::reports() const {
  JsonWriter out(256);
  const auto counts = [&out](std::uint64_t hedges_won, std::uint64_t late_acks,
                             std::uint64_t failed_connects) {
    out.raw(R"({"hedges_won":)");
    out.number(hedges_won);
    out.raw(R"(,"late_acks":)");
    out.number(late_acks);
    out.raw(R"(,"failed_connects":)");
    out.number(failed_connects);
  };
  const auto count = [this](Count what) {
    return static_cast<std::uint64_t>(rooms_.turn.counters.get(what));
  };
  counts(count(Count::kClientHedgesWon), count(Count::kClientLateAcks),
         count(Count::kClientFailedConnects));
  if (const auto& late = rooms_.signals.late()) {
    out.raw(R"(,"late":)");
    counts(late->hedges_won, late->late_acks, late->failed_connects);
    out.raw(R"(,"at":)");
    out.number(static_cast<std::uint64_t>(late->seen_at.value()));
    out.raw('}');
  }
  out.raw('}');
  return out.take();
}

std::string Requests::holds() const {
  JsonWriter out(4'096);
  out.raw(R"({"origins":)");
  list(out, rooms_.peer.link().ours(), [&](const auto& held) {
    out.raw(R"({"o":)");
    out.text(held.first.value());
    out.raw(R"(,"i":)");
    list(out, held.second.intervals(), [&](const protocol::Interval& interval) {
      out.raw(R"({"a":)");
      out.number(interval.first.value());
      out.raw(R"(,"b":)");
      out.number(interval.last.value());
      out.raw(R"(,"p":)");
      out.hash(interval.before.value());
      out.raw(R"(,"h":)");
      out.hash(interval.after.value());
      out.raw('}');
    });
    out.raw('}');
  });
  out.raw('}');
  return out.take();
}

// `in_doubt`: old transcripts are hidden until the ledger is known to be whole.
std::string Requests::erasures() const {
  const ErasureMark head = rooms_.erasure.head();
  JsonWriter out(256);
  out.raw(R"({"count":)");
  out.number(head.count);
  out.raw(R"(,"head":)");
  out.hash(head.head);
  out.raw(R"(,"carried_out":)");
  out.number(rooms_.erasure.carried_out());
  out.raw(R"(,"in_doubt":)");
  out.boolean(rooms_.erasure.in_doubt());
  out.raw('}');
  return out.take();
}

void Requests::confirm_erasures(const HttpRequest& request) {
  const auto body = json::parse_object(request.body, {.depth_max = protocol::kDepthMax});
  if (!body) return refuse_with(request.request, {Code::kBadFrame, body.error().why});
  const auto confirm = json::get_bool(*body, "confirm");
  if (!confirm) return refuse_with(request.request, {Code::kBadFrame, confirm.error().why});
  if (rooms_.erasure.is_reading())
    return refuse_with(request.request, {Code::kNotReady, "the journal is being read"},
                       kComeBackMs);
  if (*confirm) rooms_.erasure.end_doubt();
  reply(request.request, erasures());
}

std::string Requests::chats() const {
  std::vector<const CachedChat*> held;
  rooms_.chats.each([&held](const CachedChat& chat) {
    const bool real = !chat.empty() && chat.key().site.value() != protocol::kProbeSite;
    if (real) held.push_back(&chat);
  });
  JsonWriter out(4'096);
  out.raw(R"({"chats":)");
  list(out, held, [&](const CachedChat* chat) {
    write_chat(out, *chat);
    out.raw('}');
  });
  out.raw('}');
  return out.take();
}

void Requests::one_chat(const HttpRequest& request, const ChatKey& key) {
  rooms_.chats.with(key, [this, id = request.request](CachedChat& chat) {
    if (chat.empty()) return refuse_with(id, {Code::kNotFound, "no such chat here"});
    JsonWriter out(4'096);
    out.raw(R"({"chats":[)");
    write_chat(out, chat);
    out.raw(R"(,"transcript":)");
    list(out, chat::fold_transcript(chat.events()),
         [&](const chat::Placed& placed) { write_event(out, *placed.event); });
    out.raw("}]}");
    reply(id, out.take());
  });
}

std::string Requests::settings() const {
  JsonWriter out(4'096);
  out.raw(R"({"settings":)");
  list(out, rooms_.settings.registers(), [&](const auto& each) {
    const auto& [key, value] = each;
    out.raw(R"({"site":)");
    out.text(key.site.value());
    out.raw(R"(,"entity":)");
    out.text(key.entity);
    out.raw(R"(,"field":)");
    out.text(key.field);
    out.raw(R"(,"value":)");
    out.raw(value.value_json && !is_secret(key.field) ? std::string_view(*value.value_json)
                                                      : std::string_view("null"));
    out.raw(R"(,"unreplaced":)");
    list(out, value.unreplaced, [&](const Digest& digest) { out.hash(digest.value()); });
    out.raw('}');
  });
  out.raw('}');
  return out.take();
}

}  // namespace holdfast::node
