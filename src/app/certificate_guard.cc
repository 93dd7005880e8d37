#include "app/certificate_guard.h"

#include <fmt/chrono.h>

#include <algorithm>

#include "base/log.h"

namespace holdfast::app {
namespace {

constexpr Ms kDay{86'400'000};
constexpr Ms kHour{3'600'000};

std::string date_of(WallMs at) {
  return fmt::format("{:%Y-%m-%d %H:%M UTC}",
                     fmt::gmtime(static_cast<std::time_t>(at.value() / 1'000)));
}

}  // namespace

std::int64_t days_left(WallMs expires, WallMs now) {
  const Ms left = expires - now;
  return left / kDay - (left < Ms{0} && left % kDay != Ms{0} ? 1 : 0);
}

std::string certificate_warning(const net::ShownCertificate& certificate, WallMs now) {
  const auto days = days_left(certificate.expires, now);
  if (now >= certificate.expires) {
    return fmt::format(
        "the certificate in {} expired on {}: whoever checks certificates cannot connect. Put a "
        "new "
        "one there, and send SIGHUP or restart",
        certificate.file, date_of(certificate.expires));
  }
  if (days >= kDaysToWarn) return "";
  return fmt::format("the certificate in {} expires on {}, in {} days: renew it", certificate.file,
                     date_of(certificate.expires), days);
}

void CertificateGuard::start() {
  const auto certificate = server_.certificate();
  if (!certificate) return;
  const WallMs now = loop_.wall_and_mono().wall;
  const std::string warning = certificate_warning(*certificate, now);
  const bool is_over = now >= certificate->expires;
  if (is_over) {
    log::error(room_, "{}", warning);
  } else if (!warning.empty()) {
    log::warn(room_, "{}", warning);
  }
  // Once a day; hourly when it is over, and at the very moment when it ends.
  const Ms next = is_over ? kHour : std::clamp(certificate->expires - now, Ms{1'000}, kDay);
  timer_.start(next, [this] { start(); });
}

std::string CertificateGuard::expired() const {
  const auto certificate = server_.certificate();
  const WallMs now = loop_.wall_and_mono().wall;
  if (!certificate || now < certificate->expires) return "";
  return certificate_warning(*certificate, now);
}

std::optional<std::int64_t> CertificateGuard::days_left() const {
  const auto certificate = server_.certificate();
  if (!certificate) return std::nullopt;
  return app::days_left(certificate->expires, loop_.wall_and_mono().wall);
}

}  // namespace holdfast::app
