#include "protocol/names.h"

#include <algorithm>

#include "base/ulid.h"
#include "protocol/base64url32.h"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kVisitorHashSize = 22;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_lower_digit_or_dash(char c) {
  return is_lower_or_digit(c) || c == '-';
}
bool is_word(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_lower_or_digit(text.front()) &&
         std::ranges::all_of(text, is_lower_digit_or_dash);
}

bool is_visitor_hash(std::string_view text) {
  return text.size() == kVisitorHashSize &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '-' || c == '_'; });
}

}  // namespace

bool is_site(std::string_view text) {
  return is_slug(text);
}

bool is_operator(std::string_view text) {
  return text.starts_with("o:") && is_slug(text.substr(2));
}

bool is_author(std::string_view text) {
  return author_kind(text).has_value();
}

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return is_word(c) || c == '.' || c == '_' || c == '-';
  });
}

bool is_node_name(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, is_lower_digit_or_dash);
}

bool is_hash_text(std::string_view text) {
  return decode_base64url32(text).has_value();
}

std::optional<AuthorKind> author_kind(std::string_view author) {
  if (author.size() < 3 || author[1] != ':') return std::nullopt;
  const std::string_view rest = author.substr(2);
  switch (author[0]) {
    case 'v':
      if (is_visitor_hash(rest) || author == kProbeVisitor) return AuthorKind::kVisitor;
      return std::nullopt;
    case 'o':
      if (is_slug(rest)) return AuthorKind::kOperator;
      return std::nullopt;
    case 'n':
      if (deployment_named(rest)) return AuthorKind::kDeployment;
      return std::nullopt;
    case 'a':
      if (is_slug(rest)) return AuthorKind::kAdministrator;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string_view name_of(Deployment deployment) {
  return deployment == Deployment::kPrimary ? "primary" : "redundant";
}

std::optional<Deployment> deployment_named(std::string_view name) {
  if (name == "primary") return Deployment::kPrimary;
  if (name == "redundant") return Deployment::kRedundant;
  return std::nullopt;
}

Author author_of(Deployment deployment) {
  return Author("n:" + std::string(name_of(deployment)));
}

std::optional<OriginParts> parts_of(std::string_view origin) {
  const std::size_t first = origin.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = origin.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto deployment = deployment_named(origin.substr(0, first));
  const std::string_view node = origin.substr(first + 1, second - first - 1);
  const std::string_view incarnation = origin.substr(second + 1);
  if (!deployment || !is_node_name(node) || !is_ulid(incarnation)) return std::nullopt;
  return OriginParts{*deployment, node, incarnation};
}

std::optional<Deployment> deployment_of(const Origin& origin) {
  const std::string_view text = origin.value();
  return deployment_named(text.substr(0, text.find('/')));
}

Origin make_origin(Deployment deployment, std::string_view node, std::string_view incarnation) {
  std::string text(name_of(deployment));
  text.append("/").append(node).append("/").append(incarnation);
  return Origin(std::move(text));
}

}  // namespace holdfast::protocol
