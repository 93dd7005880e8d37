// Who may do what: docs/protocol.md §6 "Roles" as one table. Every room that refuses something for
// lack of rights asks here, so that the console, the command line and a forwarded ask mean the
// same.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace holdfast::chat {

// In ascending power: who may do something may do it in every later role too.
enum class Role { kOperator, kSupervisor, kAdmin, kOwner };
inline constexpr std::array kRoles{Role::kOperator, Role::kSupervisor, Role::kAdmin, Role::kOwner};

enum class Action {
  kServe,            // take a waiting chat; answer, note, transfer, release, close their own
  kSearch,           // search, and look at closed chats
  kChangeSelf,       // their own name and password, and the end of their own sessions
  kWatchOthers,      // look at others' open chats
  kDirectOthers,     // take over, transfer, release and close others' chats
  kWriteSiteTexts,   // the site's name, colour, greeting, away, zone, hours
  kWriteSite,        // the site's other fields
  kWriteWebhooks,    //
  kManageOperators,  // make and change operators and supervisors, end their sessions
  kManageAdmins,     // make and change admins and owners
  kErase,            // a person
};
inline constexpr std::array kActions{
    Action::kServe,           Action::kSearch,         Action::kChangeSelf, Action::kWatchOthers,
    Action::kDirectOthers,    Action::kWriteSiteTexts, Action::kWriteSite,  Action::kWriteWebhooks,
    Action::kManageOperators, Action::kManageAdmins,   Action::kErase};

bool may(Role role, Action action);

std::string_view name_of(Role role);  // "supervisor"
// Nothing for a text that names none.
std::optional<Role> role_named(std::string_view name);
// What an operator is whose role was never written, or was written by a later version: the least.
Role role_or_least(std::string_view name);

// What it takes to write a field of the site; an unknown field takes the most.
Action action_for_site_field(std::string_view field);
// What it takes to change somebody of this role, or to give it to somebody.
Action action_for_managing(Role role);

}  // namespace holdfast::chat
