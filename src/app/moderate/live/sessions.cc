#include "app/moderate/live/sessions.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/crypto.h"
#include "base/encoding.h"

namespace holdfast::app {
namespace {

// Crockford's: no letter that looks like a digit.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCodeLetters = 12;
constexpr std::size_t kCodesMax = 16;
constexpr std::size_t kSessionsMax = 64;

std::string plain(std::string_view code) {
  std::string letters;
  for (const unsigned char c : code) {
    if (std::isalnum(c) != 0) letters += static_cast<char>(std::toupper(c));
  }
  return letters;
}

std::string key_of(std::string_view secret) {
  return sha256(secret).base64url();
}

template <class Map>
void drop_first_to_end(Map& map) {
  map.erase(std::ranges::min_element(map, {}, [](const auto& entry) { return entry.second.ends; }));
}

}  // namespace

std::string_view name_of(LiveRole role) {
  return role == LiveRole::kView ? "view" : "operate";
}

std::optional<LiveRole> live_role_named(std::string_view name) {
  if (name == "view") return LiveRole::kView;
  if (name == "operate") return LiveRole::kOperate;
  return std::nullopt;
}

std::string LiveSessions::secret() {
  return base64url_encode(random_.bytes<32>());
}

void LiveSessions::forget_old(MonoMs now) {
  const auto over = [now](const auto& entry) { return entry.second.ends <= now; };
  std::erase_if(codes_, over);
  std::erase_if(sessions_, over);
}

std::string LiveSessions::make_code(LiveRole role, std::string by, MonoMs now) {
  forget_old(now);
  if (codes_.size() >= kCodesMax) drop_first_to_end(codes_);
  std::string letters;
  std::string shown;
  for (std::size_t i = 0; i < kCodeLetters; ++i) {
    const char letter = kAlphabet[random_.below(kAlphabet.size())];
    if (i > 0 && i % 4 == 0) shown += '-';
    letters += letter;
    shown += letter;
  }
  codes_.insert_or_assign(key_of(letters), Until<Offer>{{role, std::move(by)}, now + kCodeLasts});
  return shown;
}

std::optional<std::string> LiveSessions::sign_in(std::string_view code, MonoMs now) {
  forget_old(now);
  const auto offer = codes_.extract(key_of(plain(code)));
  if (offer.empty()) return std::nullopt;
  if (sessions_.size() >= kSessionsMax) drop_first_to_end(sessions_);
  std::string token = secret();
  Offer& taken = offer.mapped().value;
  sessions_.insert_or_assign(
      key_of(token),
      Until<LiveSession>{{taken.role, std::move(taken.by), secret(), ""}, now + kSessionLasts});
  return token;
}

LiveSession* LiveSessions::find(std::string_view token, MonoMs now) {
  forget_old(now);
  const auto found = sessions_.find(key_of(token));
  return found == sessions_.end() ? nullptr : &found->second.value;
}

void LiveSessions::sign_out(std::string_view token) {
  sessions_.erase(key_of(token));
}

}  // namespace holdfast::app
