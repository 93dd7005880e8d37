#include "sim/network.h"

#include <algorithm>

namespace holdfast::sim {

struct Packet {
  enum class Kind { kOpened, kText, kFin };
  SimMs due;
  Kind kind = Kind::kText;
  std::uint16_t code = 0;
  std::string text;  // or why it was closed
};

// What travels from one end to the other.
struct Pipe {
  std::deque<Packet> packets;
  bool armed = false;
  SimMs last_due{0};
  Ms retry{200};
  std::optional<SimMs> stuck_since;
  SimMs stalled_until{0};
  bool waits_for_ack = false;
};

struct End {
  Party party;
  std::uint64_t boot = 0;
  bool open = false;
  ChannelHooks hooks;
};

struct Connection {
  End ends[2];               // 0 dialled
  Pipe pipes[2];             // [i] leads away from end i
  bool established = false;  // as end 0 knows
};

struct Network::Exchange {
  Party from, to;
  SimMs deadline;
  bool done = false;
  std::function<void(std::optional<HttpAnswer>)> answered;
};

namespace {

constexpr Ms kRetryFirst{200};
constexpr Ms kRetryMax{2'000};
constexpr Ms kGiveUp{20'000};  // a sender whose data nobody acknowledges
constexpr Ms kDialGiveUp{15'000};
constexpr int kLossesMax = 4;

}  // namespace

// ---- an end ----

void Channel::on(ChannelHooks hooks) {
  connection_->ends[side_].hooks = std::move(hooks);
}
bool Channel::open() const {
  return connection_->ends[side_].open;
}
void Channel::close(std::uint16_t code, std::string why) {
  network_.close(connection_, side_, code, std::move(why));
}
void Channel::send(std::string text) {
  if (open()) network_.push(connection_, side_, {.due = {}, .text = std::move(text)});
}

// ---- machines ----

Party Network::add(std::string name) {
  machines_.push_back({.name = std::move(name), .accept = {}, .serve = {}});
  return Party(static_cast<std::uint32_t>(machines_.size() - 1));
}

void Network::listen(Party party, Accept accept, Serve serve) {
  machines_[party.value()].accept = std::move(accept);
  machines_[party.value()].serve = std::move(serve);
}

void Network::stop_listening(Party party) {
  machines_[party.value()].accept = nullptr;
  machines_[party.value()].serve = nullptr;
  for (const auto& weak : std::vector(connections_)) {
    const auto connection = weak.lock();
    if (!connection) continue;
    for (int side : {0, 1}) {
      if (connection->ends[side].party == party)
        close(connection, side, kGone, "the process ended");
    }
  }
}

void Network::power_off(Party party) {
  Machine& machine = machines_[party.value()];
  machine.accept = nullptr;
  machine.serve = nullptr;
  machine.down = true;
  ++machine.boot;
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    if (!connection) continue;
    for (int side : {0, 1}) {
      if (connection->ends[side].party != party) continue;
      connection->ends[side].open = false;
      connection->pipes[side].packets.clear();
    }
  }
}

void Network::power_on(Party party) {
  machines_[party.value()].down = false;
}

// ---- faults ----

void Network::cut(Party from, Party to) {
  cuts_.try_emplace({from, to}, scheduler_.now());
}
void Network::mend(Party from, Party to) {
  cuts_.erase({from, to});
}
bool Network::is_cut(Party from, Party to) const {
  return cuts_.contains({from, to});
}

Weather& Network::weather(Party from, Party to) {
  if (weather_.size() <= from.value()) weather_.resize(from.value() + 1);
  auto& row = weather_[from.value()];
  if (row.size() <= to.value()) row.resize(to.value() + 1);
  return row[to.value()];
}

std::vector<std::shared_ptr<Connection>> Network::between(Party a, Party b) {
  std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
  std::vector<std::shared_ptr<Connection>> found;
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    const auto& ends = connection->ends;
    if (!ends[0].open && !ends[1].open) continue;
    if ((ends[0].party == a && ends[1].party == b) || (ends[0].party == b && ends[1].party == a))
      found.push_back(connection);
  }
  return found;
}

bool Network::reset_one(Party a, Party b) {
  const auto found = between(a, b);
  if (found.empty()) return false;
  const auto& connection = found[random_.below(found.size())];
  for (int side : {0, 1}) {
    connection->pipes[side].packets.clear();
    reset_end(connection, side);
  }
  return true;
}

bool Network::stall_one(Party from, Party to, Ms time) {
  const auto found = between(from, to);
  if (found.empty()) return false;
  const auto& connection = found[random_.below(found.size())];
  connection->pipes[connection->ends[0].party == from ? 0 : 1].stalled_until =
      scheduler_.now() + time;
  return true;
}

Ms Network::draw_delay(Party from, Party to) {
  const Weather& weather = this->weather(from, to);
  Ms delay = weather.delay + Ms(weather.jitter.count() > 0
                                    ? static_cast<std::int64_t>(random_.below(
                                          static_cast<std::uint64_t>(weather.jitter.count()) + 1))
                                    : 0);
  Ms again = kRetryFirst;
  for (int losses = 0; losses < kLossesMax && weather.loss > 0 && random_.chance(weather.loss);
       ++losses) {
    delay += again;
    again *= 2;
  }
  return delay;
}

// ---- dialling ----

Party Network::who_answers(Party from, Party to) const {
  const auto diverted = diverted_.find({from, to});
  return diverted == diverted_.end() ? to : diverted->second;
}

ChannelPtr Network::dial(Party from, Party to, const std::string& service, ChannelHooks hooks) {
  to = who_answers(from, to);
  auto connection = std::make_shared<Connection>();
  connection->ends[0] = {from, machines_[from.value()].boot, true, std::move(hooks)};
  connection->ends[1] = {to, 0, false, {}};
  connections_.push_back(connection);
  scheduler_.after(draw_delay(from, to),
                   [this, connection, service] { knock(connection, service, 0); });
  // Whatever became of the calls, or of the answer to one.
  scheduler_.after(kDialGiveUp, [this, connection] {
    if (!connection->established) end_closed(connection, 0, kGone, "nobody answered the call");
  });
  return std::make_shared<Channel>(*this, connection, 0);
}

void Network::knock(const std::shared_ptr<Connection>& connection, const std::string& service,
                    int attempt) {
  const Party from = connection->ends[0].party, to = connection->ends[1].party;
  if (!connection->ends[0].open) return;
  Machine& machine = machines_[to.value()];
  if (machine.down || is_cut(from, to)) {
    scheduler_.after(Ms(1'000 << attempt), [this, connection, service, attempt] {
      knock(connection, service, attempt + 1);
    });
    return;
  }
  if (!machine.accept) return reset_end(connection, 0);
  connection->ends[1].boot = machine.boot;
  connection->ends[1].open = true;
  push(connection, 1, {.due = {}, .kind = Packet::Kind::kOpened, .text = {}});
  machine.accept(service, std::make_shared<Channel>(*this, connection, 1));
}

// ---- what travels ----

void Network::push(const std::shared_ptr<Connection>& connection, int side, Packet packet) {
  Pipe& pipe = connection->pipes[side];
  const Party from = connection->ends[side].party, to = connection->ends[1 - side].party;
  packet.due = std::max(scheduler_.now() + draw_delay(from, to), pipe.last_due);
  pipe.last_due = packet.due;
  pipe.packets.push_back(std::move(packet));
  arm(connection, side);
}

void Network::arm(const std::shared_ptr<Connection>& connection, int side) {
  Pipe& pipe = connection->pipes[side];
  if (pipe.armed || pipe.packets.empty()) return;
  pipe.armed = true;
  scheduler_.at(pipe.packets.front().due, [this, connection, side] { arrive(connection, side); });
}

bool Network::held_up(const Connection& connection, int side) const {
  const Party from = connection.ends[side].party, to = connection.ends[1 - side].party;
  return machines_[to.value()].down || is_cut(from, to) ||
         scheduler_.now() < connection.pipes[side].stalled_until;
}

void Network::arrive(const std::shared_ptr<Connection>& connection, int side) {
  Pipe& pipe = connection->pipes[side];
  pipe.armed = false;
  if (pipe.packets.empty()) return;
  if (pipe.packets.front().due > scheduler_.now())
    return arm(connection, side);  // others stood here when it was armed
  if (held_up(*connection, side)) return retry_later(connection, side);
  pipe.stuck_since.reset();
  pipe.retry = kRetryFirst;
  Packet packet = std::move(pipe.packets.front());
  pipe.packets.pop_front();
  deliver(connection, side, std::move(packet));
  arm(connection, side);
}

void Network::retry_later(const std::shared_ptr<Connection>& connection, int side) {
  Pipe& pipe = connection->pipes[side];
  const SimMs now = scheduler_.now();
  if (!pipe.stuck_since) pipe.stuck_since = now;
  if (now - *pipe.stuck_since > kGiveUp) {
    pipe.packets.clear();
    return end_closed(connection, side, kGone, "nobody acknowledges");
  }
  pipe.packets.front().due = now + pipe.retry;
  pipe.retry = std::min(pipe.retry * 2, kRetryMax);
  arm(connection, side);
}

void Network::deliver(const std::shared_ptr<Connection>& connection, int side, Packet packet) {
  End& to = connection->ends[1 - side];
  const bool rebooted = to.boot != machines_[to.party.value()].boot;
  if (rebooted || !to.open) {
    // Nobody there knows the connection any more.
    if (packet.kind != Packet::Kind::kFin) reset_end(connection, side);
    return;
  }
  watch_for_acks(connection, side);
  switch (packet.kind) {
    case Packet::Kind::kOpened:
      connection->established = true;
      if (to.hooks.opened) to.hooks.opened();
      return;
    case Packet::Kind::kText:
      if (to.hooks.text) to.hooks.text(std::move(packet.text));
      return;
    case Packet::Kind::kFin:
      connection->pipes[1 - side].packets.clear();
      return end_closed(connection, 1 - side, packet.code, packet.text);
  }
}

// Data arrives, but no acknowledgement finds its way back: after a while the sender believes the
// connection dead.
void Network::watch_for_acks(const std::shared_ptr<Connection>& connection, int side) {
  const Party from = connection->ends[side].party, to = connection->ends[1 - side].party;
  Pipe& pipe = connection->pipes[side];
  if (!is_cut(to, from) || pipe.waits_for_ack) return;
  pipe.waits_for_ack = true;
  scheduler_.after(kGiveUp, [this, connection, side, from, to, asked = scheduler_.now()] {
    connection->pipes[side].waits_for_ack = false;
    const auto cut = cuts_.find({to, from});
    if (cut != cuts_.end() && cut->second <= asked)
      end_closed(connection, side, kGone, "no acknowledgement comes back");
  });
}

void Network::end_closed(const std::shared_ptr<Connection>& connection, int side,
                         std::uint16_t code, const std::string& why) {
  End& end = connection->ends[side];
  if (!end.open) return;
  end.open = false;
  const auto closed = std::move(end.hooks.closed);
  end.hooks = {};
  if (closed) closed(code, why);
}

void Network::reset_end(const std::shared_ptr<Connection>& connection, int side) {
  const Party to = connection->ends[side].party, from = connection->ends[1 - side].party;
  if (is_cut(from, to) || machines_[from.value()].down) return;
  scheduler_.after(draw_delay(from, to), [this, connection, side] {
    connection->pipes[side].packets.clear();
    end_closed(connection, side, kGone, "reset");
  });
}

void Network::close(const std::shared_ptr<Connection>& connection, int side, std::uint16_t code,
                    std::string why) {
  End& end = connection->ends[side];
  if (!end.open) return;
  end.open = false;
  end.hooks = {};
  push(connection, side,
       {.due = {}, .kind = Packet::Kind::kFin, .code = code, .text = std::move(why)});
}

// ---- HTTP ----

void Network::request(Party from, Party to, HttpAsk ask, Ms timeout,
                      std::function<void(std::optional<HttpAnswer>)> answered) {
  auto exchange = std::make_shared<Exchange>(Exchange{
      from, who_answers(from, to), scheduler_.now() + timeout, false, std::move(answered)});
  const auto finish = [exchange](std::optional<HttpAnswer> answer) {
    if (std::exchange(exchange->done, true)) return;
    exchange->answered(std::move(answer));
  };
  scheduler_.at(exchange->deadline, [finish] { finish(std::nullopt); });
  carry(exchange, true, [this, exchange, finish, ask = std::move(ask)] {
    const Machine& machine = machines_[exchange->to.value()];
    if (!machine.serve) return carry(exchange, false, [finish] { finish(std::nullopt); });
    machine.serve(ask, [this, exchange, finish](HttpAnswer answer) {
      carry(exchange, false, [finish, answer = std::move(answer)] { finish(answer); });
    });
  });
}

// One way of an exchange, tried until its deadline: it may arrive after the asker has given up.
void Network::carry(const std::shared_ptr<Exchange>& exchange, bool there,
                    std::function<void()> arrived) {
  const Party from = there ? exchange->from : exchange->to,
              to = there ? exchange->to : exchange->from;
  scheduler_.after(
      draw_delay(from, to), [this, exchange, there, from, to, arrived = std::move(arrived)] {
        if (!is_cut(from, to) && !machines_[to.value()].down && !machines_[from.value()].down)
          return arrived();
        if (scheduler_.now() < exchange->deadline) {
          scheduler_.after(kRetryFirst,
                           [this, exchange, there, arrived] { carry(exchange, there, arrived); });
        }
      });
}

}  // namespace holdfast::sim
