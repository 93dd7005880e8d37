#include "app/serve/admin_people.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/json.h"
#include "chat/erasure.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kPeoplePageBytes = 1u << 20;
constexpr std::size_t kPeopleMax = 100;
constexpr std::size_t kEmailMax = 254;

struct Question {
  protocol::SiteId site;
  std::string email;  // lower case; or
  std::optional<protocol::Author> visitor;
  std::optional<protocol::ChatId> chat;
};

// Addresses differ in more than case only in theory.
std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

Result<Question> read_question(const std::string& text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(site, json::get_text(object, "site"));
  HF_TRY(email, json::find_text(object, "email"));
  HF_TRY(visitor, json::find_text(object, "visitor"));
  HF_TRY(chat, json::find_text(object, "chat"));
  if (!protocol::is_site(site)) return fail(ErrorCode::kInvalid, "site: not a name");
  if ((email ? 1 : 0) + (visitor ? 1 : 0) + (chat ? 1 : 0) != 1)
    return fail(ErrorCode::kInvalid, "email, visitor, chat: exactly one of them");
  if (email && (email->empty() || email->size() > kEmailMax))
    return fail(ErrorCode::kInvalid, "email: 1 to {} characters", kEmailMax);
  if (visitor && protocol::author_kind(*visitor) != protocol::AuthorKind::kVisitor)
    return fail(ErrorCode::kInvalid, "visitor: not of the form v:…");
  if (chat && !protocol::is_hash_text(*chat)) return fail(ErrorCode::kInvalid, "chat: not an id");
  Question question{protocol::SiteId(std::string(site)), {}, {}, {}};
  if (email) question.email = lowered(*email);
  if (visitor) question.visitor = protocol::Author(std::string(*visitor));
  if (chat) question.chat = protocol::ChatId(std::string(*chat));
  return question;
}

// One request on its way through the journal: each step asks for the next.
class Search : public std::enable_shared_from_this<Search> {
 public:
  Search(net::Loop& loop, AdminPeople::WithJournal with_journal, net::Responder respond,
         Question question)
      : loop_(loop),
        with_journal_(std::move(with_journal)),
        respond_(std::move(respond)),
        question_(std::move(question)) {
    if (question_.visitor) people_[*question_.visitor];
    if (question_.chat) chats_.push_back({question_.site, *question_.chat});
    scanning_ = !question_.email.empty();
  }

  void step() {
    const bool taken = with_journal_(
        [self = shared_from_this()](journal::Journal& journal) { self->work(journal); });
    if (!taken) refuse(503, "no journal is open now");
  }

 private:
  struct Person {
    std::set<std::string> names, emails;
  };

  void work(journal::Journal& journal) {
    const auto done = scanning_ ? scan_page(journal) : describe(journal);
    if (!done) return refuse(503, done.error().why);
    if (*done) return finish();
    // From the loop's thread: a reading thread that gives itself work could not be stopped.
    loop_.post([self = shared_from_this()] { self->step(); });
  }

  Result<bool> scan_page(journal::Journal& journal) {
    HF_TRY(page, journal.read_arrivals(after_, kPeoplePageBytes));
    for (const auto& [arrival, entry] : page.entries) {
      after_ = arrival;
      ++scanned_;
      const protocol::Content& content = *entry.content;
      if (content.head.site != question_.site || !names_the_address(content)) continue;
      if (people_.size() >= kPeopleMax && !people_.contains(content.head.author)) {
        more_ = true;
        continue;
      }
      people_[content.head.author];
    }
    scanning_ = page.more;
    return !page.more && people_.empty();
  }

  bool names_the_address(const protocol::Content& content) const {
    const bool about_them = content.head.kind == "contact" || content.head.kind == "open";
    if (!about_them || !content.body_bytes) return false;
    const auto body = json::parse_object(*content.body_bytes);
    if (!body) return false;
    const auto email = json::find_text(*body, "email");
    return email && *email && lowered(**email) == question_.email;
  }

  // One person, or one chat, a step.
  Result<bool> describe(journal::Journal& journal) {
    if (chats_.empty()) {
      if (asked_ == people_.size()) return true;
      const auto person = std::next(people_.begin(), static_cast<std::ptrdiff_t>(asked_++));
      HF_TRY(chats, journal.chats_of(question_.site, person->first));
      for (auto& key : chats) chats_.push_back(std::move(key));
      return chats_.empty() && asked_ == people_.size();
    }
    const journal::ChatKey key = chats_.back();
    chats_.pop_back();
    HF_TRY(entries, journal.read_chat(key));
    add_chat(key, entries);
    return chats_.empty() && asked_ == people_.size();
  }

  void add_chat(const journal::ChatKey& key, const std::vector<journal::StoredEntry>& entries) {
    if (entries.empty()) return;
    std::set<protocol::Digest> events, bodies;
    protocol::Hlc first = entries.front().entry.acceptance.hlc;
    protocol::Hlc last(0);
    std::string visitor;
    for (const auto& [arrival, entry] : entries) {
      const protocol::Content& content = *entry.content;
      if (content.head.kind == "open") visitor = content.head.author.value();
      first = std::min(first, entry.acceptance.hlc);
      last = std::max(last, entry.acceptance.hlc);
      events.insert(content.digest);
      if (!content.body_bytes || !chat::is_erasable(content)) continue;
      bodies.insert(content.digest);
      note_names(content);
    }
    newest_ = std::max(newest_, last);
    found_.push_back(json::Object{{"chat", key.chat.value()},
                                  {"visitor", visitor},
                                  {"events", static_cast<std::int64_t>(events.size())},
                                  {"bodies", static_cast<std::int64_t>(bodies.size())},
                                  {"first", protocol::wall_of(first).value()},
                                  {"last", protocol::wall_of(last).value()}});
  }

  void note_names(const protocol::Content& content) {
    const auto body = json::parse_object(*content.body_bytes);
    if (!body || (content.head.kind != "contact" && content.head.kind != "open")) return;
    Person& person = people_[content.head.author];
    if (question_.chat) asked_ = people_.size();
    if (const auto name = json::find_text(*body, "name"); name && *name && !(*name)->empty())
      person.names.insert(std::string(**name));
    if (const auto email = json::find_text(*body, "email"); email && *email && !(*email)->empty())
      person.emails.insert(std::string(**email));
  }

  void finish() {
    json::Array people;
    for (const auto& [visitor, person] : people_) {
      json::Array names, emails;
      for (const auto& name : person.names) names.emplace_back(name);
      for (const auto& email : person.emails) emails.emplace_back(email);
      people.push_back(json::Object{{"visitor", visitor.value()},
                                    {"names", std::move(names)},
                                    {"emails", std::move(emails)}});
    }
    answer(net::HttpResponse::json(
        200, json::serialize(json::Object{{"people", std::move(people)},
                                          {"chats", std::move(found_)},
                                          {"newest", protocol::hlc_text(newest_)},
                                          {"scanned", static_cast<std::int64_t>(scanned_)},
                                          {"more", more_}})));
  }

  void refuse(int status, const std::string& why) {
    answer(net::HttpResponse::json(
        status,
        json::serialize(json::Object{{"code", 4003}, {"name", "not_ready"}, {"why", why}})));
  }
  void answer(net::HttpResponse response) {
    loop_.post([respond = respond_, response = std::move(response)] { respond(response); });
  }

  net::Loop& loop_;
  const AdminPeople::WithJournal with_journal_;
  const net::Responder respond_;
  const Question question_;
  bool scanning_ = false;
  journal::Arrival after_;
  std::uint64_t scanned_ = 0;
  bool more_ = false;
  std::map<protocol::Author, Person> people_;
  std::size_t asked_ = 0;  // of people_: their chats are known
  std::vector<journal::ChatKey> chats_;
  json::Array found_;
  protocol::Hlc newest_{0};
};

}  // namespace

bool AdminPeople::handle(const net::HttpRequest& request, const net::Responder& respond) {
  if (request.path() != "/v1/admin/people" || request.method != "POST") return false;
  auto question = read_question(request.body);
  if (!question) {
    respond(net::HttpResponse::json(
        400, json::serialize(json::Object{
                 {"code", 4300}, {"name", "bad_frame"}, {"why", question.error().why}})));
    return true;
  }
  std::make_shared<Search>(loop_, with_journal_, respond, *std::move(question))->step();
  return true;
}

}  // namespace holdfast::app
