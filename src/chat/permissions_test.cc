// The table of docs/protocol.md §6, once more and in full: whoever changes one changes both.
#include "chat/permissions.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::chat {
namespace {

struct Row {
  Action action;
  bool by[4];  // operator, supervisor, admin, owner
};
constexpr Row kTable[] = {
    {Action::kServe, {true, true, true, true}},
    {Action::kSearch, {true, true, true, true}},
    {Action::kChangeSelf, {true, true, true, true}},
    {Action::kWatchOthers, {false, true, true, true}},
    {Action::kDirectOthers, {false, true, true, true}},
    {Action::kWriteSiteTexts, {false, true, true, true}},
    {Action::kWriteSite, {false, false, true, true}},
    {Action::kWriteWebhooks, {false, false, true, true}},
    {Action::kManageOperators, {false, false, true, true}},
    {Action::kManageAdmins, {false, false, false, true}},
    {Action::kErase, {false, false, true, true}},
};

TEST(Permissions, AreThoseOfTheTable) {
  ASSERT_EQ(std::size(kTable), kActions.size());
  for (std::size_t row = 0; row < kActions.size(); ++row) {
    ASSERT_EQ(kTable[row].action, kActions[row]) << row;
    for (const Role role : kRoles) {
      EXPECT_EQ(may(role, kTable[row].action), kTable[row].by[static_cast<int>(role)])
          << name_of(role) << ", row " << row;
    }
  }
}

TEST(Permissions, ARoleHasItsName) {
  for (const Role role : kRoles) EXPECT_EQ(role_named(name_of(role)), role);
}

TEST(Permissions, ARoleThatThisVersionDoesNotKnowIsTheLeast) {
  for (const std::string name : {"", "auditor", "Owner", "owner ", "root"}) {
    EXPECT_EQ(role_named(name), std::nullopt) << name;
    EXPECT_EQ(role_or_least(name), Role::kOperator) << name;
  }
}

TEST(Permissions, WhatPagesShowOfASiteIsTheSupervisorsTheRestTheAdmins) {
  for (const auto* const field : {"name", "colour", "greeting", "away", "zone", "hours"})
    EXPECT_EQ(action_for_site_field(field), Action::kWriteSiteTexts) << field;
  for (const auto* const field : {"origins", "retention_days", "transcripts", "offline_to", "new"})
    EXPECT_EQ(action_for_site_field(field), Action::kWriteSite) << field;
}

TEST(Permissions, OnlyOwnersMakeAdminsAndOwners) {
  EXPECT_EQ(action_for_managing(Role::kOperator), Action::kManageOperators);
  EXPECT_EQ(action_for_managing(Role::kSupervisor), Action::kManageOperators);
  EXPECT_EQ(action_for_managing(Role::kAdmin), Action::kManageAdmins);
  EXPECT_EQ(action_for_managing(Role::kOwner), Action::kManageAdmins);
}

}  // namespace
}  // namespace holdfast::chat
