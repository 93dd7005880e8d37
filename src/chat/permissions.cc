#include "chat/permissions.h"

#include <algorithm>

namespace holdfast::chat {
namespace {

struct Named {
  std::string_view name;
  Role role;
};
constexpr Named kNames[] = {{"operator", Role::kOperator},
                            {"supervisor", Role::kSupervisor},
                            {"admin", Role::kAdmin},
                            {"owner", Role::kOwner}};

constexpr std::string_view kTextFields[] = {"name", "colour", "greeting", "away", "zone", "hours"};

// The least role that may do it.
Role least_for(Action action) {
  switch (action) {
    case Action::kServe:
    case Action::kSearch:
    case Action::kChangeSelf:
      return Role::kOperator;
    case Action::kWatchOthers:
    case Action::kDirectOthers:
    case Action::kWriteSiteTexts:
      return Role::kSupervisor;
    case Action::kWriteSite:
    case Action::kWriteWebhooks:
    case Action::kManageOperators:
    case Action::kErase:
      return Role::kAdmin;
    case Action::kManageAdmins:
      break;
  }
  return Role::kOwner;
}

}  // namespace

bool may(Role role, Action action) {
  return role >= least_for(action);
}

std::string_view name_of(Role role) {
  return std::ranges::find(kNames, role, &Named::role)->name;
}

std::optional<Role> role_named(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &Named::name);
  if (found == std::end(kNames)) return std::nullopt;
  return found->role;
}

Role role_or_least(std::string_view name) {
  return role_named(name).value_or(Role::kOperator);
}

Action action_for_site_field(std::string_view field) {
  const bool text = std::ranges::find(kTextFields, field) != std::end(kTextFields);
  return text ? Action::kWriteSiteTexts : Action::kWriteSite;
}

Action action_for_managing(Role role) {
  return role >= Role::kAdmin ? Action::kManageAdmins : Action::kManageOperators;
}

}  // namespace holdfast::chat
