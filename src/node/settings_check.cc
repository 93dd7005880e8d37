#include "node/settings_check.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/json.h"
#include "node/identity.h"
#include "protocol/identity_token.h"
#include "protocol/names.h"
#include "protocol/text.h"

namespace holdfast::node {
namespace {

using What = Entity::What;
using json::Value;

// What is wrong with a value; nothing when all is well.
using Fault = std::optional<std::string>;

constexpr std::size_t kNameCharsMax = 100;
constexpr std::size_t kTextCharsMax = 2'000;
constexpr std::size_t kOriginsMax = 100;
constexpr std::size_t kSpansMax = 28;
constexpr std::size_t kAddressesMax = 20;
constexpr std::size_t kUrlBytesMax = 1'000;
constexpr std::int64_t kRetentionDaysMax = 36'500;
constexpr std::string_view kHookEvents[] = {"chat.opened",     "chat.assigned",
                                            "chat.closed",     "message.created",
                                            "message.offline", "contact.updated"};

bool all_of(std::string_view text, auto good) {
  return std::ranges::all_of(text, good);
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

Fault text_fault(const Value& value, std::size_t chars_min, std::size_t chars_max) {
  if (!value.is_string()) return "not a text";
  const std::string_view text = value.get_string();
  if (const auto fault = protocol::text_fault(text)) return std::string(*fault);
  const std::size_t chars = code_points(text).value_or(0);
  if (chars < chars_min) return "empty";
  if (chars > chars_max) return fmt::format("{} characters, at most {}", chars, chars_max);
  return {};
}

Fault name_fault(const Value& value) {
  if (auto fault = text_fault(value, 1, kNameCharsMax)) return fault;
  const std::string_view name = value.get_string();
  if (name.find_first_of("\t\n") != std::string_view::npos) return "more than one line";
  if (all_of(name, [](char c) { return c == ' '; })) return "empty";
  return {};
}

Fault bool_fault(const Value& value) {
  return value.is_bool() ? Fault{} : "neither true nor false";
}

template <class ItemFault>
Fault list_fault(const Value& value, std::size_t max, ItemFault item_fault) {
  if (!value.is_array()) return "not a list";
  const json::Array& items = value.get_array();
  if (items.size() > max) return fmt::format("{} entries, at most {}", items.size(), max);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const Fault fault = item_fault(items[i])) return fmt::format("[{}]: {}", i, *fault);
    if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fmt::format("[{}]: twice in the list", i);
    }
  }
  return {};
}

// A port in decimal without leading zeros.
std::optional<unsigned> port_in(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65'535 ||
      text.front() == '0')
    return std::nullopt;
  return port;
}

struct HostAndPort {
  std::string_view host;
  std::optional<unsigned> port;
};

std::optional<HostAndPort> host_and_port(std::string_view text) {
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':'; };
    if (bracket < 3 || !all_of(text.substr(1, bracket - 1), hex)) return std::nullopt;
    host_end = bracket + 1;
  }
  const std::string_view host = text.substr(0, host_end);
  if (host.empty() || host.size() > 253) return std::nullopt;
  if (host_end >= text.size()) return HostAndPort{host, std::nullopt};
  if (text[host_end] != ':') return std::nullopt;
  const auto port = port_in(text.substr(host_end + 1));
  if (!port) return std::nullopt;
  return HostAndPort{host, port};
}

bool is_host_name(std::string_view host) {
  if (host.starts_with('[')) return true;  // checked with the port
  const auto good = [](char c) {
    return is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return all_of(host, good) && !host.starts_with('.') && !host.starts_with('-') &&
         host.find("..") == std::string_view::npos && !host.ends_with('.');
}

// Byte by byte as browsers send it: the comparison at a link's opening is exact.
Fault origin_fault(const Value& value) {
  if (!value.is_string()) return "not a text";
  const std::string_view text = value.get_string();
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) return "it begins with https:// or http://";
  const std::string_view place = text.substr(secure ? 8 : 7);
  if (place.find_first_of("/?#@") != std::string_view::npos)
    return "scheme, host and port only, as https://shop.example";
  const auto parts = host_and_port(place);
  if (!parts) return "not a host, or not a port";
  if (!is_host_name(parts->host))
    return "not a host as browsers send it: lower case, xn--… for other scripts";
  if (parts->port == (secure ? 443U : 80U)) return "browsers leave out the usual port";
  return {};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Fault url_fault(const Value& value, bool http_to_loopback) {
  if (!value.is_string()) return "not a text";
  const std::string_view url = value.get_string();
  if (url.size() > kUrlBytesMax)
    return fmt::format("{} bytes, at most {}", url.size(), kUrlBytesMax);
  if (!all_of(url, [](char c) { return c > ' ' && c < 0x7F; }))
    return "a URL is ASCII without white space";
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return "it begins with https://";
  const std::string_view rest = url.substr(secure ? 8 : 7);
  const std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
  if (place.find('@') != std::string_view::npos) return "no name or password in a URL";
  if (url.find('#') != std::string_view::npos) return "no # in it";
  std::string host(place);
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto parts = host_and_port(host);
  if (!parts || !is_host_name(parts->host)) return "not a host, or not a port";
  if (!secure && !(http_to_loopback && is_loopback(parts->host))) return "it begins with https://";
  return {};
}

Fault secret_fault(const Value& value) {
  constexpr std::string_view kPrefix = "whsec_";
  const std::string_view why = "whsec_ and 24 to 64 bytes in base64";
  if (!value.is_string()) return "not a text";
  std::string_view text = value.get_string();
  if (!text.starts_with(kPrefix)) return std::string(why);
  text.remove_prefix(kPrefix.size());
  const std::size_t size = text.size();
  if (size == 0 || size % 4 != 0) return std::string(why);
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const auto good = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/'; };
  const std::size_t bytes = size / 4 * 3 - padding;
  if (!all_of(text.substr(0, size - padding), good) || bytes < 24 || bytes > 64)
    return std::string(why);
  return {};
}

Fault identity_key_fault(const Value& value) {
  const bool good = value.is_string() && protocol::is_identity_key(value.get_string());
  return good ? Fault{} : "idk_ and 43 characters of base64url";
}

Fault hook_event_fault(const Value& value) {
  const bool known =
      value.is_string() &&
      std::ranges::find(kHookEvents, std::string_view(value.get_string())) != std::end(kHookEvents);
  return known ? Fault{} : fmt::format("none of {}", fmt::join(kHookEvents, ", "));
}

Fault colour_fault(const Value& value) {
  const auto hex = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  const bool good = value.is_string() && value.get_string().size() == 7 &&
                    value.get_string().front() == '#' &&
                    all_of(std::string_view(value.get_string()).substr(1), hex);
  return good ? Fault{} : "not a colour as #1a2b3c";
}

// The form of a name in the tz database; which names there are, browsers know.
Fault zone_fault(const Value& value) {
  const std::string why = "not a time zone as Europe/Berlin";
  if (!value.is_string()) return why;
  const std::string_view zone = value.get_string();
  const auto good = [](char c) {
    return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  };
  const bool fits = !zone.empty() && zone.size() <= 64 && all_of(zone, good) &&
                    is_letter(zone.front()) && !zone.ends_with('/') &&
                    zone.find("//") == std::string_view::npos;
  return fits ? Fault{} : why;
}

Fault span_fault(const Value& value) {
  if (!value.is_object()) return "not an object";
  const json::Object& span = value.get_object();
  const auto day = json::get_int(span, "day", {1, 7});
  const auto from = json::get_int(span, "from", {0, 1'439});
  const auto to = json::get_int(span, "to", {1, 1'440});
  for (const auto* each : {&day, &from, &to}) {
    if (!*each) return each->error().why;
  }
  if (const auto only = json::only_fields(span, {"day", "from", "to"}); !only)
    return only.error().why;
  if (*from >= *to) return "to: not after from";
  return {};
}

Fault hours_fault(const Value& value) {
  if (auto fault = list_fault(value, kSpansMax, span_fault)) return fault;
  const json::Array& spans = value.get_array();
  const auto number = [&](std::size_t i, std::string_view field) {
    return spans[i].get_object().at(field).as_int64();
  };
  for (std::size_t i = 0; i < spans.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (number(i, "day") == number(j, "day") && number(i, "from") < number(j, "to") &&
          number(j, "from") < number(i, "to")) {
        return fmt::format("[{}]: overlaps [{}]", i, j);
      }
    }
  }
  return {};
}

Fault email_fault(const Value& value) {
  const bool good = value.is_string() && protocol::is_email(value.get_string());
  return good ? Fault{} : "not an e-mail address";
}

// An Argon2id string as POST /v1/password makes it, and of a cost that a sign-in can bear.
Fault password_fault(const Value& value) {
  const std::string why = "not an Argon2id string as POST /v1/password makes it";
  if (!value.is_string()) return why;
  std::string_view text = value.get_string();
  constexpr std::string_view kPrefix = "$argon2id$v=19$m=65536,t=2,p=1$";
  if (!text.starts_with(kPrefix) || text.size() > 127) return why;
  text.remove_prefix(kPrefix.size());
  const std::size_t dollar = text.find('$');
  const auto good = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/'; };
  const bool fits = dollar == 22 && text.size() == 22 + 1 + 43 &&
                    all_of(text.substr(0, 22), good) && all_of(text.substr(23), good);
  return fits ? Fault{} : why;
}

Fault role_fault(const Value& value) {
  const bool known = value.is_string() && chat::role_named(value.get_string());
  return known ? Fault{} : "none of owner, admin, supervisor, operator";
}

Fault int_fault(const Value& value, std::int64_t min, std::int64_t max) {
  const bool fits = value.is_int64() && value.get_int64() >= min && value.get_int64() <= max;
  return fits ? Fault{} : fmt::format("not a whole number from {} to {}", min, max);
}

constexpr std::string_view kUnknown = "?";

Fault site_fault(std::string_view field, const Value& value) {
  if (field == "name") return name_fault(value);
  if (field == "origins") return list_fault(value, kOriginsMax, origin_fault);
  if (field == "colour") return colour_fault(value);
  if (field == "greeting" || field == "away") return text_fault(value, 0, kTextCharsMax);
  if (field == "zone") return zone_fault(value);
  if (field == "hours") return hours_fault(value);
  if (field == "retention_days") return int_fault(value, 0, kRetentionDaysMax);
  if (field == "transcripts") return bool_fault(value);
  if (field == "offline_to") return list_fault(value, kAddressesMax, email_fault);
  if (field == kIdentityKeyField) return identity_key_fault(value);
  return std::string(kUnknown);
}

Fault operator_fault(std::string_view field, const Value& value) {
  if (field == "name") return name_fault(value);
  if (field == "password") return password_fault(value);
  if (field == "role") return role_fault(value);
  if (field == "active") return bool_fault(value);
  if (field == "sessions_after") return int_fault(value, 0, protocol::kSafeIntegerMax);
  return std::string(kUnknown);
}

Fault webhook_fault(std::string_view field, const Value& value, bool http_to_loopback) {
  if (field == "url") return url_fault(value, http_to_loopback);
  if (field == "secret") return secret_fault(value);
  if (field == "events") return list_fault(value, std::size(kHookEvents), hook_event_fault);
  if (field == "active") return bool_fault(value);
  return std::string(kUnknown);
}

Fault session_fault(std::string_view field, const Value& value) {
  if (field != "ended") return std::string(kUnknown);
  return value.is_bool() && value.get_bool() ? Fault{} : "true, or nothing";
}

bool is_hook_id(std::string_view id) {
  return !id.empty() && id.size() <= 32 && (is_lower(id.front()) || is_digit(id.front())) &&
         all_of(id, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_ulid(std::string_view id) {
  return id.size() == 26 &&
         all_of(id, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

// The operator whom this write is about, and whether they are an active owner now.
std::optional<Author> owner_named(const Settings& settings, const SiteId& site,
                                  const chat::Write& write) {
  const auto who = operator_of(entity_of(write.entity));
  if (!who) return std::nullopt;
  const Operator* const known = settings.find_operator(site, *who);
  const bool owner =
      known != nullptr && known->active && settings.role_of(site, *who) == chat::Role::kOwner;
  return owner ? who : std::nullopt;
}

}  // namespace

Parsed<void> check_write(const SiteId& site, const chat::Write& write, bool http_to_loopback) {
  const auto value = json::parse(write.value_json);
  if (!value) return refuse(Code::kBadFrame, "{}: {}", write.field, value.error().why);
  const Entity entity = entity_of(write.entity);
  Fault fault = std::string(kUnknown);
  bool known = true;
  switch (entity.what) {
    case What::kSite:
      if (entity.id != site.value())
        return refuse(Code::kWrongSite, "entity: {} in site {}", write.entity, site);
      fault = site_fault(write.field, *value);
      break;
    case What::kOperator:
      known = operator_of(entity).has_value();
      fault = operator_fault(write.field, *value);
      break;
    case What::kWebhook:
      known = is_hook_id(entity.id);
      fault = webhook_fault(write.field, *value, http_to_loopback);
      break;
    case What::kSession:
      known = is_ulid(entity.id);
      fault = session_fault(write.field, *value);
      break;
    case What::kUnknown:
      known = false;
  }
  if (!known)
    return refuse(Code::kBadFrame, "entity: {} is nothing that has settings", write.entity);
  if (fault == kUnknown)
    return refuse(Code::kBadFrame, "field: {} has no {}", write.entity, write.field);
  if (!fault) return {};
  const bool inside = fault->starts_with('[');
  return refuse(Code::kBadFrame, "{}{}{}", write.field, inside ? "" : ": ", *fault);
}

Parsed<void> may_write(const Settings& settings, const SiteId& site, const Author& who,
                       const chat::Write& write) {
  const chat::Role role = settings.role_of(site, who);
  const auto allowed = [&](chat::Action action) -> Parsed<void> {
    if (chat::may(role, action)) return {};
    return refuse(Code::kNotAllowed, "{} of {}: not for the role {}", write.field, write.entity,
                  chat::name_of(role));
  };
  const Entity entity = entity_of(write.entity);
  switch (entity.what) {
    case What::kSite:
      return allowed(chat::action_for_site_field(write.field));
    case What::kWebhook:
      return allowed(chat::Action::kWriteWebhooks);
    case What::kSession:
      return allowed(chat::Action::kChangeSelf);  // counts for their own, see session_ended()
    case What::kUnknown:
      return allowed(chat::Action::kManageAdmins);
    case What::kOperator:
      break;
  }
  const bool own =
      write.field == "name" || write.field == "password" || write.field == "sessions_after";
  const auto whom = operator_of(entity);
  if (whom == who && own) return allowed(chat::Action::kChangeSelf);
  const chat::Role theirs = whom ? settings.role_of(site, *whom) : chat::Role::kOwner;
  if (auto may = allowed(chat::action_for_managing(theirs)); !may || write.field != "role")
    return may;
  const auto value = json::parse(write.value_json);
  const auto given = value && value->is_string() ? chat::role_named(value->get_string())
                                                 : std::optional(chat::Role::kOwner);
  return allowed(chat::action_for_managing(given.value_or(chat::Role::kOwner)));
}

bool ends_an_owner(const Settings& settings, const SiteId& site, const chat::Write& write) {
  if (!owner_named(settings, site, write)) return false;
  return (write.field == "role" && write.value_json != "\"owner\"") ||
         (write.field == "active" && write.value_json != "true");
}

Parsed<void> leaves_an_owner(const Settings& settings, const SiteId& site,
                             const chat::Write& write) {
  const auto leaving = owner_named(settings, site, write);
  for (const auto& [author, who] : settings.site(site)->operators) {
    const bool other =
        author != leaving && who.active && settings.role_of(site, author) == chat::Role::kOwner;
    if (other) return {};
  }
  return refuse(Code::kNotAllowed, "{} of {}: the site's last active owner stays one", write.field,
                write.entity);
}

}  // namespace holdfast::node
