#include "sim/node_host.h"

#include <utility>

#include "base/check.h"
#include "base/match.h"
#include "protocol/names.h"

namespace holdfast::sim {
namespace {

constexpr std::int64_t kDialFirstMs = 200;
constexpr std::int64_t kDialLastMs = 5'000;
constexpr int kTicksPerSecond = 10;
constexpr node::RequestId kAskVerdict{1}, kTellVerdict{2};
constexpr std::uint64_t kFirstId = 100;  // of sessions, peers and requests
constexpr std::size_t kInputsKept = 200'000;

}  // namespace

NodeHost::NodeHost(Scheduler& scheduler, Trace& trace, Network& network, Disk& disk, bus::Bus& bus,
                   NodePlan plan, SeededRandom random)
    : scheduler_(scheduler),
      trace_(trace),
      network_(network),
      disk_(disk),
      bus_(bus),
      plan_(std::move(plan)),
      random_(random),
      name_(plan_.name),
      process_(scheduler),
      clock_(scheduler, plan_.drift_ppm),
      node_random_(0) {
  party_ = network_.add(name_);
  keys_ = plan_.config.keys;
}

NodeHost::~NodeHost() = default;

// ---- life ----

void NodeHost::power_on() {
  powered_ = true;
  network_.power_on(party_);
  start();
}

void NodeHost::start() {
  if (process_.alive() || !powered_) return;
  process_.start();
  process_.after(plan_.start_delay, [this] { boot(); });
}

void NodeHost::boot() {
  disk_.journal().reopen();
  if (!plan_.config.shared_journal) end_lease_of_former_life();
  node_seed_ = random_.next();
  node_random_ = SeededRandom(node_seed_);
  inputs_.clear();
  plan_.config.erasures = kept_erasures_;
  plan_.config.keys = keys_;
  keys_read_ = keys_written_;
  booted_ = clock_.now();
  next_id_ = kFirstId;
  (void)damage_.look(disk_.journal().damaged(), disk_.journal().times_mended());
  make_node();
  if (plan_.back) plan_.back();
  trace_.line("{} starts as {}", name_, node_->origin());
  carry_out(node_->start(booted_));
  if (!kept_verdict_.empty())
    input(node::HttpRequest{kTellVerdict, "POST", "/v1/verdict", "", "", "", kept_verdict_});
  go_on();
}

void NodeHost::make_node() {
  restarting_ = false;
  performing_ = 0;
  node_ = std::make_unique<node::Node>(plan_.config, node_random_, booted_);
  queue_ = std::make_unique<JournalQueue>(
      disk_, process_, [this] { return clock_.now().wall; },
      [this](node::Input answer) { input(std::move(answer)); });
  subscription_ = bus_.subscribe([this](const bus::Message& message) {
    process_.after(Ms(1), [this, message] {
      input(node::BusMessage{message.topic, message.payload});
    });
  });
}

void NodeHost::go_on() {
  network_.listen(
      party_,
      [this](const std::string& service, ChannelPtr channel) {
        process_.take([this, service, channel] { accept(service, channel); });
      },
      [this](HttpAsk ask, std::function<void(HttpAnswer)> answer) {
        process_.take([this, ask = std::move(ask), answer = std::move(answer)]() mutable {
          serve(std::move(ask), std::move(answer));
        });
      });
  process_.after(kTick, [this] { tick(); });
  failed_dials_ = 0;
  if (plan_.dials) keep_dialled();
}

// As the program does where nobody else appends to the journal: whoever holds the lease is a life
// of this machine that is over.
void NodeHost::end_lease_of_former_life() {
  const WallMs now = clock_.now().wall;
  const auto lease = disk_.acquire_lease("shell", now, now);
  if (lease && lease->holder != "shell") (void)disk_.acquire_lease(lease->holder, now, now);
}

void NodeHost::stop(bool say_goodbye) {
  keep_metrics();
  process_.end();
  subscription_.reset();
  if (say_goodbye) network_.stop_listening(party_);
  sessions_.clear();
  peers_.clear();
  dialling_.reset();
  dialled_.reset();
  requests_.clear();
  queue_.reset();
  node_.reset();
}

void NodeHost::kill() {
  if (!process_.alive()) return;
  trace_.line("{} is killed", name_);
  stop(true);
}

void NodeHost::power_off() {
  trace_.line("{} loses power", name_);
  powered_ = false;
  network_.power_off(party_);
  if (process_.alive()) stop(false);
}

void NodeHost::pause() {
  trace_.line("{} stands still", name_);
  process_.pause();
}

void NodeHost::resume() {
  if (!process_.paused()) return;
  trace_.line("{} moves again", name_);
  if (plan_.back) plan_.back();
  process_.resume();
}

void NodeHost::set_keys(const protocol::Keys& keys) {
  keys_ = keys;
  ++keys_written_;
}

void NodeHost::hang_database() {
  if (queue_) queue_->hang();
}

void NodeHost::lose_database() {
  if (!queue_) return;
  process_.take([this] {
    const std::string why = "the database connection broke";
    queue_->fail_all(why);
    if (!restarting_) end_incarnation(why);  // nothing was asked of it just now
  });
}

void NodeHost::end_incarnation(const std::string& why) {
  restarting_ = true;
  process_.after(Ms(1), [this, why] { restart(why); });
}

void NodeHost::restart(const std::string& why) {
  trace_.line("{} ends its incarnation: {}", name_, why);
  trace_.sometimes("incarnation ended by the node itself");
  stop(true);
  start();
}

std::string NodeHost::state_text() const {
  if (!process_.alive()) return name_ + ": off";
  if (!node_) return name_ + ": starting";
  return name_ + (paused() ? ": paused, " : ": ") +
         (node_->ready() ? "ready" : node_->not_ready_reason());
}

// ---- inputs and effects ----

void NodeHost::note(const node::Input& input) {
  if (plan_.keeps_inputs && inputs_.size() < kInputsKept) inputs_.emplace_back(input, clock_.now());
  trace_.mix(party_.value() * 64ULL + input.index());
  if (const auto* frame = std::get_if<node::ClientFrame>(&input)) {
    trace_.mix(frame->text);
    trace_.detail("{} <- {}: {}", name_, frame->session, frame->text);
    if (frame->text.starts_with(R"({"t":"give")") && !node_->peer_up())
      trace_.sometimes("give-back across a cut peer link");
  } else if (const auto* peer = std::get_if<node::PeerFrame>(&input)) {
    trace_.mix(peer->text);
    trace_.detail("{} <- peer {}: {}", name_, peer->peer, peer->text.substr(0, 600));
  }
}

void NodeHost::input(node::Input input) {
  if (!node_ || restarting_) return;
  note(input);
  carry_out(node_->handle(std::move(input), clock_.now()));
}

void NodeHost::carry_out(node::Effects effects) {
  for (node::Effect& effect : effects) {
    if (const auto* restart = std::get_if<node::Restart>(&effect)) {
      end_incarnation(restart->why);
    } else {
      carry_out(effect);
    }
  }
}

void NodeHost::carry_out(node::Effect& effect) {
  std::visit(
      Match{
          [&](node::Send& send) {
            const auto session = sessions_.find(send.session);
            if (session == sessions_.end()) return;
            trace_.mix(*send.frame);
            trace_.detail("{} -> {}: {}", name_, send.session, *send.frame);
            session->second->send(*send.frame);
          },
          [&](node::CloseSession& close) {
            const auto session = sessions_.extract(close.session);
            if (!session) return;
            trace_.detail("{} closes {}: {}", name_, close.session, close.why);
            session.mapped()->close(protocol::number(close.code), close.why);
          },
          [&](node::Append& append) { queue_->push(std::move(append)); },
          [&](node::Read& read) { queue_->push(std::move(read)); },
          [&](node::PeerSend& send) {
            const auto peer = peers_.find(send.peer);
            if (peer == peers_.end()) return;
            trace_.mix(*send.frame);
            trace_.detail("{} -> peer {}: {}", name_, send.peer, send.frame->substr(0, 600));
            peer->second->send(*send.frame);
          },
          [&](node::ClosePeer& close) {
            const auto peer = peers_.extract(close.peer);
            if (!peer) return;
            trace_.line("{} closes peer connection {}: {}", name_, close.peer, close.why);
            peer.mapped()->close(4000, close.why);
            process_.after(Ms(0), [this, id = close.peer] { peer_gone(id); });
          },
          [&](node::Publish& publish) { subscription_->publish(publish.topic, publish.payload); },
          [&](node::CheckPassword& check) {
            process_.after(Ms(100), [this, request = check.request] {
              input(node::PasswordChecked{request, false});
            });
          },
          [&](node::HashPassword& wanted) {
            process_.after(Ms(100), [this, request = wanted.request] {
              input(node::PasswordHashed{request, std::nullopt});
            });
          },
          [&](node::Perform& each) { perform(each); },
          [&](node::HttpReply& reply) {
            if (reply.request == kAskVerdict && reply.status == 200) kept_verdict_ = reply.body;
            const auto request = requests_.extract(reply.request);
            if (request) request.mapped()({reply.status, reply.body});
          },
          [&](node::StoreErasures& store) { kept_erasures_ = store.mark; },
          [](node::Restart&) {},
      },
      effect);
}

// A webhook call over the internet: it may fail, and its answer may be lost after it arrived. It
// arrives whatever becomes of this process.
void NodeHost::perform(const node::Perform& perform) {
  ++performing_;
  const auto& post = std::get<node::PostWebhook>(perform.what);
  const Ms there(10 + static_cast<std::int64_t>(random_.below(200)));
  const Ms back(10 + static_cast<std::int64_t>(random_.below(200)));
  const bool trouble = plan_.receiver_fails && plan_.receiver_fails();
  const bool arrives = plan_.receiver && !(trouble && random_.chance(0.3));
  const bool answered = arrives && !(trouble && random_.chance(0.2));
  if (arrives) {
    scheduler_.after(there, [this, id = post.headers.front().second] { plan_.receiver(id); });
  }
  process_.after(there + back, [this, answered, attempt = perform.attempt] {
    --performing_;
    input(node::Performed{attempt, answered, false, answered ? "" : "no answer"});
  });
}

std::int64_t NodeHost::effects_pending() const {
  return node_ == nullptr ? 0 : node_->metrics()["effects_pending"];
}

bool NodeHost::decides() const {
  return node_ != nullptr && node_->metrics()["decides"] == 1;
}

// What the program does besides: once a second it keeps the highest verdict in a file and looks for
// damage.
void NodeHost::tick() {
  input(node::Tick{});
  if (++ticks_ % kTicksPerSecond == 0) {
    input(node::HttpRequest{kAskVerdict, "GET", "/v1/verdict", "", "", "", ""});
    if (damage_.look(disk_.journal().damaged(), disk_.journal().times_mended()))
      input(node::JournalDamaged{});
  }
  process_.after(kTick, [this] { tick(); });
}

// ---- sockets ----

void NodeHost::accept(const std::string& service, const ChannelPtr& channel) {
  if (!node_ || restarting_)
    return channel->close(protocol::number(protocol::Code::kReincarnated), "starting again");
  if (service == "peer") {
    open_peer(channel, false);
  } else {
    open_session(channel, service);
  }
}

// What the browser says of itself when it opens a WebSocket; a probe is no browser.
void NodeHost::open_session(const ChannelPtr& channel, const std::string& service) {
  const node::SessionId id(++next_id_);
  sessions_.emplace(id, channel);
  channel->on({.opened = {},
               .text =
                   [this, id, life = process_.life()](std::string text) {
                     if (life != process_.life()) return;
                     process_.take([this, id, text = std::move(text)]() mutable {
                       if (sessions_.contains(id)) input(node::ClientFrame{id, std::move(text)});
                     });
                   },
               .closed =
                   [this, id, life = process_.life()](std::uint16_t, const std::string&) {
                     if (life != process_.life()) return;
                     process_.take([this, id] {
                       if (sessions_.erase(id) > 0) input(node::SessionClosed{id});
                     });
                   }});
  const char* const origin = service == "page"      ? kShopOrigin
                             : service == "console" ? kConsoleOrigin
                                                    : "";
  input(node::SessionOpened{id, origin, plan_.host, "192.0.2.1"});
}

ChannelHooks NodeHost::peer_hooks(node::PeerId id) {
  return {.opened = {},
          .text =
              [this, id, life = process_.life()](std::string text) {
                if (life != process_.life()) return;
                process_.take([this, id, text = std::move(text)]() mutable {
                  if (peers_.contains(id)) input(node::PeerFrame{id, std::move(text)});
                });
              },
          .closed =
              [this, id, life = process_.life()](std::uint16_t, const std::string&) {
                if (life != process_.life()) return;
                process_.take([this, id] {
                  if (peers_.erase(id) == 0) return;
                  input(node::PeerClosed{id});
                  peer_gone(id);
                });
              }};
}

node::PeerId NodeHost::open_peer(const ChannelPtr& channel, bool dialled) {
  const node::PeerId id(++next_id_);
  peers_.emplace(id, channel);
  channel->on(peer_hooks(id));
  input(node::PeerOpened{id, dialled});
  return id;
}

// As src/app/serve/peer_dialer: for ever, with full jitter, one machine after the other, and not
// while a proven link is alive, whoever opened it.
void NodeHost::keep_dialled() {
  if (!node_ || restarting_ || peer_machines_.empty()) return;
  if (node_->peer_up()) {
    failed_dials_ = 0;
    return dial_again();
  }
  const Party to = peer_machines_[dials_++ % peer_machines_.size()];
  dialling_ = network_.dial(party_, to, "peer",
                            {.opened =
                                 [this, life = process_.life()] {
                                   if (life != process_.life()) return;
                                   process_.take([this] {
                                     if (const auto channel = std::exchange(dialling_, nullptr))
                                       dialled_ = open_peer(channel, true);
                                   });
                                 },
                             .text = {},
                             .closed =
                                 [this, life = process_.life()](std::uint16_t, const std::string&) {
                                   if (life != process_.life()) return;
                                   process_.take([this] {
                                     dialling_.reset();
                                     dial_again();
                                   });
                                 }});
}

void NodeHost::dial_again() {
  const std::int64_t bound = std::min(kDialLastMs, kDialFirstMs << std::min(failed_dials_++, 5));
  process_.after(
      Ms(1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)))),
      [this] { keep_dialled(); });
}

void NodeHost::peer_gone(node::PeerId id) {
  if (dialled_ != id) return;
  dialled_.reset();
  dial_again();
}

void NodeHost::serve(HttpAsk ask, std::function<void(HttpAnswer)> answer) {
  if (!node_ || restarting_) return;
  const node::RequestId id(++next_id_);
  requests_.emplace(id, std::move(answer));
  input(node::HttpRequest{id, std::move(ask.method), std::move(ask.target),
                          std::move(ask.authorization), "", "192.0.2.9", std::move(ask.body)});
}

// ---- a machine rolled back ----

std::optional<MachineImage> NodeHost::image() {
  if (!plan_.keeps_inputs || !node_ || restarting_ || paused() || !queue_->idle() ||
      performing_ > 0 || inputs_.size() >= kInputsKept)
    return std::nullopt;
  MachineImage image{process_.life(), inputs_.size(), disk_.backup(), {}, {}};
  for (const auto& [id, channel] : sessions_) image.sessions.push_back(id);
  for (const auto& [id, channel] : peers_) image.peers.push_back(id);
  return image;
}

// The core is a pure function of its inputs, so its memory of that moment is made by telling it the
// same story again.
bool NodeHost::roll_back(const MachineImage& image) {
  if (image.life != process_.life() || !node_ || restarting_ || paused()) return false;
  trace_.line("{} is rolled back to a snapshot of its machine", name_);
  keep_metrics();
  const std::uint64_t next_id = next_id_;
  auto inputs = std::move(inputs_);
  inputs.resize(image.inputs);
  stop(true);
  relive(image, std::move(inputs), next_id);
  return true;
}

void NodeHost::relive(const MachineImage& image, std::vector<std::pair<node::Input, Now>> inputs,
                      std::uint64_t next_id) {
  process_.start();
  node_random_ = SeededRandom(node_seed_);
  make_node();
  (void)node_->start(booted_);
  for (const auto& [input, now] : inputs) (void)node_->handle(input, now);
  inputs_ = std::move(inputs);
  next_id_ = next_id;
  // Its sockets belong to connections that nobody else knows.
  for (const node::SessionId id : image.sessions) input(node::SessionClosed{id});
  for (const node::PeerId id : image.peers) input(node::PeerClosed{id});
  go_on();
}

void NodeHost::copy_files_of(const NodeHost& original) {
  kept_verdict_ = original.kept_verdict_;
  kept_erasures_ = original.kept_erasures_;
  keys_ = original.keys_;
  peer_machines_ = original.peer_machines_;
  clock_.step(original.clock_.offset());
}

void NodeHost::start_as_copy_of(const NodeHost& original) {
  copy_files_of(original);
  power_on();
}

void NodeHost::go_on_as_copy_of(const NodeHost& original, const MachineImage& image) {
  copy_files_of(original);
  powered_ = true;
  plan_.config = original.plan_.config;
  node_seed_ = original.node_seed_;
  booted_ = original.booted_;
  damage_ = original.damage_;
  auto inputs = original.inputs_;
  inputs.resize(image.inputs);
  relive(image, std::move(inputs), original.next_id_);
  // The operating system gives both of them other random numbers.
  node_random_ = SeededRandom(random_.next());
}

// ---- numbers ----

void NodeHost::keep_metrics() {
  if (!node_) return;
  for (const auto& [name, value] : node_->metrics()) past_metrics_[name] += value;
}

std::map<std::string, std::int64_t> NodeHost::metrics() const {
  auto all = past_metrics_;
  if (node_) {
    for (const auto& [name, value] : node_->metrics()) all[name] += value;
  }
  return all;
}

}  // namespace holdfast::sim
