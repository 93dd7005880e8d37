#include "node/testing/host.h"

#include "base/check.h"
#include "base/match.h"
#include "node/testing/world.h"
#include "protocol/hashes.h"

namespace holdfast::node::testing {

Host::Host(World& world, Config config, journal::Journal& journal, std::uint64_t seed)
    : world_(world), config_(std::move(config)), journal_(journal), seeds_(seed) {}

Host::~Host() = default;

void Host::start() {
  CHECK(node_ == nullptr, "it runs already");
  last_seed_ = seeds_.fork();
  start_like_before();
}

void Host::start_like_before() {
  random_ = last_seed_;
  node_ = std::make_unique<Node>(config_, *random_, world_.clock.now());
  carry_out(node_->start(world_.clock.now()));
}

void Host::stop() {
  node_.reset();
  jobs_.clear();
  passwords_.clear();
  performs.clear();
  sessions_.clear();
  broken_ = restart_due_ = false;
  world_.close_peers_of(*this);
}

bool Host::work() {
  if (restart_due_) {
    stop();
    start();
    return true;
  }
  if (!passwords_.empty()) {
    const auto asked = std::move(passwords_.front());
    passwords_.pop_front();
    if (const auto* const check = std::get_if<CheckPassword>(&asked)) {
      input(PasswordChecked{check->request, verify_password(check->hash, check->password)});
    } else {
      const auto& wanted = std::get<HashPassword>(asked);
      input(PasswordHashed{wanted.request, hash_password(wanted.password).value()});
    }
    return true;
  }
  if (jobs_.empty() || disk_held_) return false;
  auto job = std::move(jobs_.front());
  jobs_.pop_front();
  input(std::visit([this](auto& each) { return run(each); }, job));
  return true;
}

Input Host::run(Append& append) {
  if (append_fails_) {
    const ErrorCode code = *std::exchange(append_fails_, std::nullopt);
    broken_ = true;
    return AppendFailed{append.batch, Error{code, "as the test wanted"}};
  }
  if (broken_) return AppendFailed{append.batch, Error{ErrorCode::kIo, "journal failed earlier"}};
  const auto last = journal_.append(append.entries, append.lease);
  if (!last) return AppendFailed{append.batch, last.error()};
  return Committed{append.batch, *last};
}

Input Host::run(Read& read) {
  using Answer = Result<ReadAnswer>;
  const auto as = [](auto result, auto make) -> Answer {
    if (!result) return std::unexpected(result.error());
    return ReadAnswer(make(*std::move(result)));
  };
  const auto done = [](Result<void> result) -> Answer {
    if (!result) return std::unexpected(result.error());
    return ReadAnswer(WriteDone{});
  };
  using Stored = std::vector<journal::StoredEntry>;
  Answer answer = std::visit(
      Match{
          [&](ReadChat& ask) {
            return as(journal_.read_chat(ask.key),
                      [](Stored all) { return ChatRead{std::move(all)}; });
          },
          [&](ReadSettings&) {
            return as(journal_.read_settings(),
                      [](Stored all) { return SettingsRead{std::move(all)}; });
          },
          [&](ReadOrigin& ask) {
            return as(journal_.read_origin(ask.range),
                      [](journal::Page page) { return PageRead{std::move(page)}; });
          },
          [&](ReadSeeded&) {
            return as(journal_.is_seeded(), [](bool seeded) { return SeededRead{seeded}; });
          },
          [&](MarkSeeded&) { return done(journal_.mark_seeded()); },
          [&](ReadArrivals& ask) {
            return as(journal_.read_arrivals(ask.after, ask.bytes_max),
                      [](journal::Page page) { return PageRead{std::move(page)}; });
          },
          [&](ReadOpenChats&) {
            return as(journal_.open_chats(),
                      [](auto chats) { return OpenChatsRead{std::move(chats)}; });
          },
          [&](ReadHoldings&) {
            return as(journal_.holdings(), [&](auto held) {
              return HoldingsRead{std::move(held), *journal_.last_arrival()};
            });
          },
          [&](AcquireLease& ask) {
            return as(journal_.acquire_lease(ask.holder, world_.clock.now().wall, ask.until),
                      [](journal::Lease lease) { return LeaseRead{std::move(lease)}; });
          },
          [&](FreezeOrigin& ask) {
            return done(journal_.freeze_origin(ask.origin, ask.last_common));
          },
          [&](ReadBranches&) {
            return as(journal_.read_branches(),
                      [](auto all) { return BranchesRead{std::move(all)}; });
          },
          [&](SearchChats& ask) {
            return as(journal_.search(ask.search),
                      [](journal::ChatsFound found) { return ChatsFoundRead{std::move(found)}; });
          },
          [&](ClearBranches&) { return done(journal_.clear_branches()); },
          [&](MarkClosed& ask) { return done(journal_.mark_closed(ask.key, ask.as_of)); },
          [&](ReadErasures&) {
            return as(journal_.read_erasures(),
                      [](auto all) { return ErasuresRead{std::move(all)}; });
          },
          [&](ReadChatsOf& ask) {
            return as(journal_.chats_of(ask.site, ask.visitor),
                      [](auto all) { return ChatKeysRead{std::move(all)}; });
          },
          [&](ReadClosedChats& ask) {
            return as(journal_.closed_chats(ask.site, ask.after, ask.max),
                      [](auto all) { return ClosedChatsRead{std::move(all)}; });
          },
          [&](EraseBodies& ask) {
            return as(journal_.erase(ask.key, ask.events),
                      [](auto erased) { return ErasedRead{std::move(erased)}; });
          },
      },
      read.ask);
  return ReadDone{read.read, std::move(answer)};
}

// The oldest attempt under way ends.
void Host::perform(bool ok, bool hopeless, const std::string& why) {
  CHECK(!performs.empty(), "nothing is under way");
  const PerformId attempt = performs.front().attempt;
  performs.pop_front();
  input(Performed{attempt, ok, hopeless, why});
}

void Host::input(Input input) {
  if (node_ == nullptr || restart_due_) return;
  carry_out(node_->handle(std::move(input), world_.clock.now()));
}

void Host::carry_out(Effects effects) {
  for (Effect& effect : effects) carry_out(effect);
}

void Host::carry_out(Effect& effect) {
  std::visit(Match{
                 [&](Send& send) {
                   trace.push_back("send");
                   const auto session = sessions_.find(send.session);
                   CHECK(session != sessions_.end(), "a frame for session {}, which never was",
                         send.session);
                   CHECK(!session->second.closed, "a frame for session {}, which is closed",
                         send.session);
                   CHECK(send.frame->size() <= protocol::kFrameBytesNodeMax, "a frame of {} bytes",
                         send.frame->size());
                   session->second.frames.push_back(*send.frame);
                 },
                 [&](CloseSession& close) { sessions_.at(close.session).closed = close; },
                 [&](Append& append) {
                   trace.push_back("append");
                   jobs_.emplace_back(std::move(append));
                 },
                 [&](Read& read) { jobs_.emplace_back(std::move(read)); },
                 [&](PeerSend& send) { world_.peer_send(*this, send); },
                 [&](ClosePeer& close) { world_.close_peer(*this, close.peer); },
                 [&](Publish& publish) { world_.publish(*this, publish); },
                 [&](CheckPassword& check) { passwords_.emplace_back(std::move(check)); },
                 [&](HashPassword& wanted) { passwords_.emplace_back(std::move(wanted)); },
                 [&](Perform& attempt) {
                   trace.push_back("perform");
                   performs.push_back(std::move(attempt));
                 },
                 [&](HttpReply& reply) {
                   CHECK(!replies_.contains(reply.request), "answered twice");
                   replies_.emplace(reply.request, std::move(reply));
                 },
                 [&](StoreErasures& store) { config_.erasures = store.mark; },
                 [&](Restart& restart) {
                   restarts.push_back(restart.why);
                   restart_due_ = true;
                 },
             },
             effect);
}

SessionId Host::open_session(const std::string& http_origin, const std::string& host) {
  const SessionId id(++world_.ids_);
  sessions_[id];
  input(SessionOpened{id, http_origin, host, address});
  return id;
}

RequestId Host::request(const std::string& method, const std::string& target,
                        const std::string& body, const std::string& origin,
                        const std::string& authorization) {
  const RequestId id(++world_.ids_);
  input(HttpRequest{id, method, target, authorization, origin, address, body});
  return id;
}

RequestId Host::admin(const std::string& method, const std::string& target,
                      const std::string& body) {
  const RequestId id(++world_.ids_);
  const std::string header = protocol::admin_authorization(
      config_.keys.admin, world_.clock.now().wall, method, target, body);
  input(HttpRequest{id, method, target, header, "", address, body});
  return id;
}

std::int64_t Host::metric(const std::string& name) const {
  const auto all = node_->metrics();
  const auto found = all.find(name);
  return found == all.end() ? 0 : found->second;
}

}  // namespace holdfast::node::testing
