#include "net/url.h"

#include <algorithm>
#include <cctype>

#include "net/decimal.h"

namespace holdfast::net {
namespace {

bool is_host_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
}

bool is_target_char(char c) {
  return c > ' ' && c < 0x7f && c != '#';
}

Result<void> take_scheme(std::string_view& rest, Url& url) {
  for (const auto& [scheme, tls] :
       {std::pair{"http://", false}, {"https://", true}, {"ws://", false}, {"wss://", true}}) {
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(std::string_view(scheme).size());
    url.tls = tls;
    url.port = tls ? 443 : 80;
    return {};
  }
  return fail(ErrorCode::kInvalid, "a URL starts with http:// or https://");
}

Result<void> take_host(std::string_view authority, Url& url) {
  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return fail(ErrorCode::kInvalid, "an unclosed bracket");
    host = authority.substr(1, end - 1);
    const auto after = authority.substr(end + 1);
    has_port = !after.empty();
    if (has_port && after.front() != ':')
      return fail(ErrorCode::kInvalid, "text after the bracket");
    if (has_port) port = after.substr(1);
    if (!std::all_of(host.begin(), host.end(), [](char c) {
          return std::isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.';
        })) {
      return fail(ErrorCode::kInvalid, "no IPv6 address in the brackets");
    }
  } else {
    const auto colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    host = authority.substr(0, colon);
    if (has_port) port = authority.substr(colon + 1);
    if (!std::all_of(host.begin(), host.end(), is_host_char)) {
      return fail(ErrorCode::kInvalid, "a host name holds letters, digits, dots and dashes");
    }
  }
  if (host.empty()) return fail(ErrorCode::kInvalid, "no host");
  if (has_port) {
    const auto number = parse_decimal(port, 65'535);
    if (!number || *number == 0)
      return fail(ErrorCode::kInvalid, "the port is a number from 1 to 65535");
    url.port = static_cast<std::uint16_t>(*number);
  }
  url.host = host;
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return {};
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

std::string Url::origin() const {
  return (tls ? "https://" : "http://") + authority();
}

Url Url::with_target(std::string other) const {
  Url url = *this;
  url.target = std::move(other);
  return url;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (auto taken = take_scheme(rest, url); !taken)
    return within(fmt::format("\"{}\"", text), taken.error());
  const auto slash = rest.find_first_of("/?");
  if (auto taken = take_host(rest.substr(0, slash), url); !taken) {
    return within(fmt::format("\"{}\"", text), taken.error());
  }
  if (slash != std::string_view::npos) url.target = rest.substr(slash);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (!std::all_of(url.target.begin(), url.target.end(), is_target_char)) {
    return fail(ErrorCode::kInvalid, "\"{}\": a character that does not belong into a URL", text);
  }
  return url;
}

}  // namespace holdfast::net
