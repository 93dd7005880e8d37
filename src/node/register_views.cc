#include "node/register_views.h"

#include <algorithm>

#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

using What = Entity::What;

// What keeps a page below the largest frame, whatever JSON makes of its texts.
constexpr std::size_t kPageBytesMax = 24'000;
constexpr std::size_t kRegistersInPage = 200;
constexpr std::size_t kUnreplacedMax = 100;

constexpr std::string_view kOperatorFields[] = {"name", "role", "active", "sessions_after"};
constexpr std::string_view kWebhookFields[] = {"url", "events", "active"};

bool is_open(What what, std::string_view field) {
  if (what == What::kSite) return !is_secret(field);
  if (what == What::kOperator)
    return std::ranges::find(kOperatorFields, field) != std::end(kOperatorFields);
  return what == What::kWebhook &&
         std::ranges::find(kWebhookFields, field) != std::end(kWebhookFields);
}

std::size_t size_of(const protocol::RegisterSeen& seen) {
  return seen.entity.size() + seen.field.size() + (seen.value ? 2 * seen.value->size() : 4) +
         46 * seen.unreplaced.size() + 160;
}

}  // namespace

bool RegisterViews::may_see(const Session& session, const Settings::Key& key) const {
  if (session.site != key.site) return false;
  const chat::Role role = settings_.role_of(session.site, session.author);
  const Entity entity = entity_of(key.entity);
  switch (entity.what) {
    case What::kSite:
      return entity.id == key.site.value() &&
             chat::may(role, chat::action_for_site_field(key.field));
    case What::kOperator:
      return operator_of(entity) == session.author ||
             chat::may(role, chat::Action::kManageOperators);
    case What::kWebhook:
      return chat::may(role, chat::Action::kWriteWebhooks);
    case What::kSession:
    case What::kUnknown:
      break;
  }
  return false;
}

protocol::RegisterSeen RegisterViews::seen(const Settings::Key& key,
                                           const chat::Register& value) const {
  protocol::RegisterSeen seen{key.entity, key.field, {}, value.unreplaced, {}, {}};
  if (seen.unreplaced.size() > kUnreplacedMax) seen.unreplaced.resize(kUnreplacedMax);
  if (is_open(entity_of(key.entity).what, key.field)) seen.value = value.value_json;
  const Event* const winner = value.winner ? settings_.find(*value.winner) : nullptr;
  if (winner == nullptr) return seen;
  seen.by = winner->content->head.author;
  const auto first = std::ranges::min_element(winner->acceptances, {}, &Acceptance::hlc);
  if (first != winner->acceptances.end()) seen.at = protocol::wall_of(first->hlc);
  return seen;
}

void RegisterViews::view(Session& session, bool on) {
  if (!session.is_operator || session.site.value() == protocol::kProbeSite) {
    return turn_.complain(session.id, Code::kNotAllowed, "view: only operators see settings");
  }
  if (on && !session.lists.take(turn_.mono())) {
    return turn_.complain(session.id, Code::kRateLimited, "view: too many lists",
                          session.lists.wait_ms(turn_.mono()));
  }
  session.views = on;
  if (on) tell_all(session);
}

void RegisterViews::tell_all(const Session& session) {
  from_node::Registers page;
  std::size_t bytes = 0;
  for (auto at = settings_.registers().lower_bound({session.site, {}, {}});
       at != settings_.registers().end() && at->first.site == session.site; ++at) {
    if (!may_see(session, at->first)) continue;
    auto one = seen(at->first, at->second);
    const std::size_t size = size_of(one);
    if (!page.registers.empty() &&
        (bytes + size > kPageBytesMax || page.registers.size() == kRegistersInPage)) {
      page.more = true;
      turn_.tell(session.id, std::exchange(page, {}));
      bytes = 0;
    }
    bytes += size;
    page.registers.push_back(std::move(one));
  }
  turn_.tell(session.id, page);
}

void RegisterViews::changed(const Settings::Change& change) {
  const Settings::Key& key = change.key;
  const auto whose = operator_of(entity_of(key.entity));
  const bool another_role = key.field == "role" && change.value;
  Frame frame;
  for (const Session* const session : sessions_.crowd(key.site).operators) {
    if (!session->views) continue;
    if (another_role && session->author == whose) {
      tell_all(*session);
    } else if (may_see(*session, key)) {
      if (frame == nullptr) {
        const auto found = settings_.registers().find(key);
        frame = frame_of(encode(from_node::Registers{{seen(key, found->second)}, false}));
      }
      turn_.send(session->id, frame);
    }
  }
}

}  // namespace holdfast::node
