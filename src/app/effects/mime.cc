#include "app/effects/mime.h"

#include <algorithm>
#include <chrono>

#include "base/encoding.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kLine = 76;       // of base64
constexpr std::size_t kWordBytes = 42;  // of text in an encoded word, which has at most 75
constexpr std::size_t kHeaderCharsMax = 300;

std::string base64(std::string_view bytes) {
  std::string text = base64url_encode(view_of(bytes));
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string base64_lines(std::string_view bytes) {
  const std::string all = base64(bytes);
  std::string lines;
  for (std::size_t at = 0; at < all.size(); at += kLine) lines += all.substr(at, kLine) + "\r\n";
  return lines;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '-' || c == '\'';
  });
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  std::size_t chars = 0;
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (starts_character(out[at]) && ++chars > kHeaderCharsMax) {
      out.resize(at);
      break;
    }
  }
  return out;
}

std::string date_text(WallMs now) {
  using namespace std::chrono;
  const sys_seconds at = floor<seconds>(sys_time<milliseconds>(milliseconds(now.value())));
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

std::string message_id(std::string_view id) {
  return fmt::format("<{}@effects.holdfast>", id);
}

std::string encoded_words(std::string_view raw) {
  const std::string text = on_one_line(raw);
  if (is_plain(text) && text.size() <= kWordBytes) return text;
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.size(), at + kWordBytes);
    while (end < text.size() && end > at + 1 && !starts_character(text[end])) --end;
    if (!words.empty()) words += "\r\n ";
    words += "=?utf-8?B?" + base64(std::string_view(text).substr(at, end - at)) + "?=";
    at = end;
  }
  return words;
}

std::string mime_of(const node::SendMail& mail, std::string_view from, WallMs now) {
  const std::string boundary = "holdfast-" + mail.id;  // base64 has no '-', so no body holds it
  std::string out;
  const auto header = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\r\n", name, value);
  };
  const auto part = [&](std::string_view type, std::string_view text) {
    out += fmt::format("--{}\r\n", boundary);
    header("Content-Type", fmt::format("{}; charset=utf-8", type));
    header("Content-Transfer-Encoding", "base64");
    out += "\r\n" + base64_lines(text);
  };
  header("Date", date_text(now));
  header("Message-ID", message_id(mail.id));
  header("From", fmt::format("{} <{}>", encoded_words(mail.from_name), from));
  header("To", fmt::format("<{}>", mail.to));
  if (!mail.reply_to.empty()) header("Reply-To", fmt::format("<{}>", mail.reply_to));
  header("Subject", encoded_words(mail.subject));
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", fmt::format("multipart/alternative; boundary=\"{}\"", boundary));
  out += "\r\n";
  part("text/plain", mail.text);
  part("text/html", mail.html);
  out += fmt::format("--{}--\r\n", boundary);
  return out;
}

}  // namespace holdfast::app
