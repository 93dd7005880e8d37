// What a site's settings say about side effects: its webhooks, who hears of offline messages,
// whether visitors get transcripts.
//
// An order counts for what was accepted after it was given: a webhook that is made today says
// nothing of yesterday's chats. Given means: since when every write of the field says so; a list
// that gains an address starts the newcomer alone, a webhook that gets another URL loses nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat/effects.h"
#include "node/settings.h"

namespace holdfast::node {

struct EffectSettings {
  std::vector<chat::StandingOrder> orders;
  std::map<std::string, std::string> urls;  // of the webhooks that are active, by id
  friend bool operator==(const EffectSettings&, const EffectSettings&) = default;
};

// `mail`: this deployment can send e-mail; otherwise nothing asks for any.
EffectSettings read_effect_settings(const Settings& settings, const SiteId& site, bool mail);

// Whether the writes that decide about this effect are here, whatever they say. A deployment that
// was emptied may hear of an effect before it hears who ordered it.
bool decides_about(const Settings& settings, const SiteId& site, const chat::SideEffect& effect);

}  // namespace holdfast::node
