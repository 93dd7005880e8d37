#include "node/mail_text.h"

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>

#include "base/html.h"
#include "base/json.h"
#include "chat/effects.h"
#include "node/effect_message.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

// A mail of many megabytes is refused by the next server on its way: the oldest lines give way.
constexpr std::size_t kTextBytesMax = 1u << 20;

std::string site_name(const CachedChat& chat, const Settings& settings) {
  const Site* const site = settings.site(chat.key().site);
  return site == nullptr || site->name.empty() ? chat.key().site.value() : site->name;
}

std::string text_in(const protocol::Content& content, std::string_view field) {
  if (!content.body_bytes) return "";
  const auto body = json::parse_object(*content.body_bytes);
  if (!body) return "";
  const auto text = json::find_text(*body, field);
  return text && *text ? std::string(**text) : "";
}

std::string time_text(const Event& event) {
  const auto first = std::ranges::min_element(event.acceptances, {}, &Acceptance::hlc);
  std::string text = utc_text(protocol::wall_of(first->hlc)).substr(0, 16);  // to the minute
  text[10] = ' ';
  return text;
}

std::string escaped(std::string_view text) {
  return boost::algorithm::replace_all_copy(html_escaped(text), "\n", "<br>\n");
}

std::string page(std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n"
      "<body style=\"font-family: sans-serif; line-height: 1.5\">\n{}</body></html>\n",
      body);
}

std::string paragraph(std::string_view text) {
  return fmt::format("<p dir=\"auto\">{}</p>\n", escaped(text));
}

struct Line {
  std::string head;  // who, when
  std::string text;
};

std::vector<Line> lines_until(const CachedChat& chat, const Event& last, const Settings& settings,
                              const std::string& visitor) {
  const auto past = chat::past_of(chat.events(), std::vector{last.content->digest});
  std::vector<Line> lines;
  for (const chat::Placed& placed : chat::fold_transcript(chat.events())) {
    const Event& event = *placed.event;
    const protocol::Content& content = *event.content;
    if (content.head.kind != "message" || event.acceptances.empty()) continue;
    // What the closing did not cover belongs to the next conversation.
    const bool later = content.head.id > last.content->head.id;
    if (later && !past.contains(content.digest)) continue;
    const Operator* const who = settings.find_operator(chat.key().site, content.head.author);
    const bool theirs = content.head.author == chat.visitor();
    const std::string name = theirs           ? visitor
                             : who != nullptr ? who->name
                                              : content.head.author.value();
    lines.push_back({fmt::format("{} ({} UTC)", name, time_text(event)),
                     content.body_bytes ? text_in(content, "text") : "(erased)"});
  }
  std::size_t bytes = 0;
  auto first = lines.end();
  while (first != lines.begin()) {
    bytes += std::prev(first)->text.size() + std::prev(first)->head.size();
    if (bytes > kTextBytesMax) break;
    --first;
  }
  lines.erase(lines.begin(), first);
  return lines;
}

}  // namespace

SendMail offline_mail(const CachedChat& chat, const Event& message, const Settings& settings) {
  const chat::Contact contact = chat::contact_of(chat.events());
  const std::string site = site_name(chat, settings);
  const std::string name = contact.name.empty() ? "A visitor" : contact.name;
  SendMail mail;
  mail.from_name = site;
  mail.subject = fmt::format("{} left a message for {}", name, site);
  if (is_mail_address(contact.email)) mail.reply_to = contact.email;

  std::vector<Line> facts{{"From", name}};
  if (!contact.email.empty()) facts.push_back({"E-mail", contact.email});
  facts.push_back({"When", time_text(message) + " UTC"});
  for (const Event& event : chat.events()) {
    if (event.content->head.kind != "open") continue;
    if (const std::string on = text_in(*event.content, "page"); !on.empty())
      facts.push_back({"Page", on});
  }
  const std::string how =
      mail.reply_to.empty()
          ? "The chat waits in the console; the visitor left no address."
          : "Answer this e-mail to reach the visitor, or the chat in the console.";

  const std::string text = text_in(*message.content, "text");
  mail.text = text + "\n\n";
  std::string html = paragraph(text) + "<hr>\n";
  for (const Line& fact : facts) {
    mail.text += fact.head + ": " + fact.text + "\n";
    html += paragraph(fact.head + ": " + fact.text);
  }
  mail.text += "\n" + how + "\n";
  mail.html = page(html + paragraph(how));
  return mail;
}

SendMail transcript_mail(const CachedChat& chat, const Event& last, const Settings& settings) {
  const chat::Contact contact = chat::contact_of(chat.events());
  const std::string site = site_name(chat, settings);
  SendMail mail;
  mail.from_name = site;
  mail.subject = "Your chat with " + site;
  const std::string greeting = "This is the chat that you had with " + site + ".";
  mail.text = greeting + "\n\n";
  std::string html = paragraph(greeting);
  const std::string visitor = contact.name.empty() ? "You" : contact.name;
  for (const Line& line : lines_until(chat, last, settings, visitor)) {
    mail.text += line.head + "\n" + line.text + "\n\n";
    html += fmt::format("<p dir=\"auto\"><b>{}</b><br>\n{}</p>\n", escaped(line.head),
                        escaped(line.text));
  }
  const std::string why = "You asked for this e-mail in the chat. No further one follows.";
  mail.text += why + "\n";
  mail.html = page(html + paragraph(why));
  return mail;
}

bool is_mail_address(std::string_view text) {
  constexpr std::string_view kAtoms = "!#$%&'*+-/=?^_`{|}~.";
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto dots_right = [](std::string_view part) {
    return !part.empty() && !part.starts_with('.') && !part.ends_with('.') &&
           part.find("..") == std::string_view::npos;
  };
  return dots_right(local) && dots_right(domain) &&
         std::ranges::all_of(
             local,
             [&](char c) { return letter(c) || kAtoms.find(c) != std::string_view::npos; }) &&
         std::ranges::all_of(domain, [&](char c) { return letter(c) || c == '-' || c == '.'; });
}

}  // namespace holdfast::node
