// Settings writes as the command line makes them: who, what, and the content that says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "protocol/event.h"
#include "protocol/ids.h"

namespace holdfast::app {

struct SettingsWrite {
  protocol::SiteId site;
  std::string entity;  // "site:shop", "operator:ann"
  std::string field;
  std::string value_json;
  bool revoke = false;
  std::vector<protocol::Digest> replaces;  // every unreplaced write of that register
};

std::string site_entity(const protocol::SiteId& site);
std::string operator_entity(std::string_view operator_id);

// JSON of a text and of a list of texts.
std::string json_text(std::string_view text);
std::string json_texts(const std::vector<std::string>& texts);

protocol::ContentPtr compose_write(const SettingsWrite& write, const protocol::Author& author,
                                   const protocol::EventId& id, Random& random);

// For people to type: 16 characters in four groups, 80 bits, none of them easy to mistake.
std::string make_password(Random& random);

}  // namespace holdfast::app
