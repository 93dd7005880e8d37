#include "replication/peer_link.h"

#include <utility>

#include "replication/link.h"

namespace holdfast::replication {

PeerLink::PeerLink(LinkConfig config, Random& random)
    : impl_(std::make_unique<PeerLinkImpl>(std::move(config), random)) {}
PeerLink::~PeerLink() = default;
PeerLink::PeerLink(PeerLink&&) noexcept = default;

Actions PeerLink::opened(ConnectionId connection, bool dialled, Now now) {
  Actions actions;
  impl_->opened(connection, dialled, now, actions);
  return actions;
}

Actions PeerLink::frame(ConnectionId connection, const std::string& text, Now now) {
  Actions actions;
  impl_->frame(connection, text, now, actions);
  return actions;
}

Actions PeerLink::closed(ConnectionId connection, Now now) {
  Actions actions;
  impl_->closed(connection, now, actions);
  return actions;
}

Actions PeerLink::tick(Now now) {
  Actions actions;
  impl_->tick(now, actions);
  return actions;
}

Actions PeerLink::read_done(PullId pull, const Result<journal::Page>& page, Now now) {
  Actions actions;
  impl_->read_done(pull, page, now, actions);
  return actions;
}

Actions PeerLink::held(const std::vector<protocol::Entry>& entries, Now now) {
  Actions actions;
  impl_->held(entries, now, actions);
  return actions;
}

Actions PeerLink::holdings(protocol::Holdings all, Now now) {
  Actions actions;
  impl_->holdings(std::move(all), now, actions);
  return actions;
}

Actions PeerLink::set_pulling(bool pulling, Now now) {
  Actions actions;
  impl_->set_pulling(pulling, now, actions);
  return actions;
}

bool PeerLink::send_control(const std::string& text, Actions& actions) {
  return impl_->send_control(text, actions);
}
void PeerLink::set_verdict(const std::string& verdict_json) {
  impl_->set_verdict(verdict_json);
}

const protocol::Holdings& PeerLink::ours() const {
  return impl_->ours();
}
bool PeerLink::alive() const {
  return impl_->alive();
}
bool PeerLink::peer_holds(const protocol::Origin& origin, protocol::Seq seq) const {
  return impl_->peer_holds(origin, seq);
}
bool PeerLink::peer_is_sending(const protocol::Origin& origin, protocol::Seq seq) const {
  return impl_->peer_is_sending(origin, seq);
}
std::uint64_t PeerLink::behind() const {
  return impl_->behind();
}
std::uint64_t PeerLink::lacking() const {
  return impl_->lacking();
}
bool PeerLink::settings_complete() const {
  return impl_->settings_complete();
}
std::optional<std::int64_t> PeerLink::clock_offset_ms() const {
  return impl_->clock_offset_ms();
}
std::map<std::string, std::int64_t> PeerLink::metrics() const {
  return impl_->metrics();
}

}  // namespace holdfast::replication
