// The names of protocol.md §1 as texts: which are well formed, and what their parts say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/ids.h"

namespace holdfast::protocol {

bool is_site(std::string_view text);       // "shop"
bool is_operator(std::string_view text);   // "o:ann"
bool is_author(std::string_view text);     // any of the four forms
bool is_key_id(std::string_view text);     // 1 to 32 of [A-Za-z0-9._-]
bool is_node_name(std::string_view text);  // 1 to 16 of [a-z0-9-]
// 43 characters of canonical base64url: a hash, a chat, a visitor's secret.
bool is_hash_text(std::string_view text);

// The site of the moderator's synthetic chats, its visitor and its operator. No settings name it.
inline constexpr std::string_view kProbeSite = "holdfast-probe";
inline constexpr std::string_view kProbeVisitor = "v:probe";
inline constexpr std::string_view kProbeOperator = "o:probe";

enum class AuthorKind { kVisitor, kOperator, kDeployment, kAdministrator };
std::optional<AuthorKind> author_kind(std::string_view author);

std::string_view name_of(Deployment deployment);  // "primary", "redundant"
std::optional<Deployment> deployment_named(std::string_view name);
Author author_of(Deployment deployment);  // "n:primary"
constexpr Deployment other(Deployment deployment) {
  return deployment == Deployment::kPrimary ? Deployment::kRedundant : Deployment::kPrimary;
}

// Views into the text of an origin.
struct OriginParts {
  Deployment deployment;
  std::string_view node;
  std::string_view incarnation;  // ULID
};
std::optional<OriginParts> parts_of(std::string_view origin);
// Of an origin that was checked when it came in: the rest of it is not looked at again.
std::optional<Deployment> deployment_of(const Origin& origin);
inline bool is_origin(std::string_view text) {
  return parts_of(text).has_value();
}
Origin make_origin(Deployment deployment, std::string_view node, std::string_view incarnation);

}  // namespace holdfast::protocol
