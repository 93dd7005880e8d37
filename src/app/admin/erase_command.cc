#include "app/admin/erase_command.h"

#include <chrono>
#include <ctime>
#include <thread>

#include "base/ulid.h"
#include "chat/erasure.h"
#include "protocol/content.h"
#include "protocol/hlc.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr Ms kAskAgain{100};
constexpr Ms kPatience{60'000};

std::string day_text(std::int64_t ms) {
  const std::time_t seconds = ms / 1'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min);
}

std::string joined(const json::Array& texts) {
  std::string line;
  for (const auto& text : texts) {
    if (!text.is_string()) continue;
    line += line.empty() ? "" : ", ";
    // Names are what visitors typed: nothing of it may steer a terminal.
    for (const char c : text.get_string()) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return line;
}

struct Concerned {
  std::string text;               // for people
  std::vector<std::string> whom;  // visitors, or the one chat
  std::int64_t bodies = 0;
  protocol::Hlc newest{0};
};

Result<Concerned> look(DeploymentClient& client, const EraseOptions& options) {
  json::Object question{{"site", options.site}};
  for (const auto& [name, value] :
       {std::pair("visitor", &options.visitor), std::pair("chat", &options.chat),
        std::pair("email", &options.email)}) {
    if (!value->empty()) question[name] = *value;
  }
  HF_TRY(answer, client.post("/v1/admin/people", json::serialize(std::move(question))));
  HF_TRY(people, json::get_array(answer, "people"));
  HF_TRY(chats, json::get_array(answer, "chats"));
  HF_TRY(more, json::get_bool(answer, "more"));
  HF_TRY(newest, json::get_text(answer, "newest"));
  if (more) {
    return fail(ErrorCode::kInvalid,
                "more than {} visitors gave this address: erase them one by one, with --visitor",
                people->size());
  }
  Concerned concerned;
  concerned.newest = protocol::parse_hlc(newest).value_or(protocol::Hlc(0));
  for (const auto& item : *people) {
    if (!item.is_object()) return fail(ErrorCode::kInvalid, "people: not a list of objects");
    HF_TRY(visitor, json::get_text(item.get_object(), "visitor"));
    HF_TRY(names, json::get_array(item.get_object(), "names"));
    HF_TRY(emails, json::get_array(item.get_object(), "emails"));
    if (options.chat.empty()) concerned.whom.emplace_back(visitor);
    concerned.text += fmt::format("{}  {}  {}\n", visitor, joined(*names), joined(*emails));
  }
  if (!options.chat.empty()) concerned.whom.push_back(options.chat);
  for (const auto& item : *chats) {
    if (!item.is_object()) return fail(ErrorCode::kInvalid, "chats: not a list of objects");
    const json::Object& chat = item.get_object();
    HF_TRY(id, json::get_text(chat, "chat"));
    HF_TRY(bodies, json::get_int(chat, "bodies"));
    HF_TRY(first, json::get_int(chat, "first"));
    HF_TRY(last, json::get_int(chat, "last"));
    concerned.bodies += bodies;
    concerned.text += fmt::format("  chat {}  {} to {} UTC  {} texts\n", id, day_text(first),
                                  day_text(last), bodies);
  }
  return concerned;
}

Result<protocol::Hlc> cut_of(DeploymentClient& client, const EraseOptions& options,
                             const Concerned& concerned) {
  HF_TRY(cut, parse_cut(options.until));
  const auto begin_of_next = [](WallMs wall) {
    return protocol::Hlc((static_cast<std::uint64_t>(wall.value()) + 1) * protocol::kHlcPerMs - 1);
  };
  if (cut) return begin_of_next(*cut);
  // The deployment's clock, not this machine's, and all that it has taken so far.
  HF_TRY(state, client.get("/v1/admin/state"));
  HF_TRY(time, json::get_int(state, "time"));
  return std::max(begin_of_next(WallMs(time)), concerned.newest);
}

Result<void> write(DeploymentClient& client, Random& random, Clock& clock,
                   const EraseOptions& options, const Concerned& concerned, protocol::Hlc until) {
  json::Array events;
  for (const std::string& whom : concerned.whom) {
    chat::Erasure what{protocol::SiteId(options.site), {}, {}, until};
    if (options.chat.empty()) {
      what.visitor = protocol::Author(whom);
    } else {
      what.chat = protocol::ChatId(whom);
    }
    const protocol::Draft draft{what.site,
                                protocol::ChatId(),
                                protocol::Author("a:cli"),
                                protocol::EventId(Ulid::make(clock.now().wall, random).text()),
                                "erase",
                                protocol::Audience::kNodes,
                                {}};
    const auto content = protocol::compose(
        draft, chat::erasure_body(what, protocol::nonce_text(random.bytes<16>()), options.why));
    events.push_back(json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}});
  }
  HF_CHECKED(client.post("/v1/admin/append",
                         json::serialize(json::Object{{"events", std::move(events)}})));
  return {};
}

// Until everything that is ordered so far was carried out here.
Result<void> wait_for_it(DeploymentClient& client, Clock& clock,
                         const std::function<void(const std::string&)>& say) {
  const auto until = clock.now().mono + kPatience;
  std::int64_t told = -1;
  while (clock.now().mono < until) {
    HF_TRY(ledger, client.get("/v1/admin/erasures"));
    HF_TRY(count, json::get_int(ledger, "count"));
    HF_TRY(done, json::get_int(ledger, "carried_out"));
    if (done >= count) return {};
    if (done != told) say(fmt::format("{} of {} erasures carried out", done, count));
    told = done;
    std::this_thread::sleep_for(kAskAgain);
  }
  return fail(ErrorCode::kUnavailable,
              "the erasure is on record and is being carried out, but is not finished yet; see "
              "holdfast_erasures_carried_out in /metrics");
}

Result<std::string> where_the_peer_stands(DeploymentClient& client) {
  HF_TRY(state, client.get("/v1/admin/state"));
  HF_TRY(peer, json::get_object(state, "peer"));
  HF_TRY(up, json::get_bool(*peer, "up"));
  return std::string(up ? "the other deployment is connected and obeys, too"
                        : "the other deployment is away; it obeys before it shows anything, as "
                          "soon as it is back");
}

}  // namespace

Result<std::optional<WallMs>> parse_cut(const std::string& text) {
  if (text == "now") return std::nullopt;
  std::tm utc{};
  for (const char* form : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"}) {
    utc = {};
    const char* const end = ::strptime(text.c_str(), form, &utc);
    if (end != nullptr && *end == '\0')
      return WallMs(static_cast<std::int64_t>(::timegm(&utc)) * 1'000);
  }
  return fail(ErrorCode::kInvalid,
              "until: \"{}\" is none of now, 2026-11-23, 2026-11-23T09:30:00Z (UTC)", text);
}

Result<EraseAnswer> erase(DeploymentClient& client, Random& random, Clock& clock,
                          const EraseOptions& options,
                          const std::function<void(const std::string&)>& say) {
  const int named = (options.visitor.empty() ? 0 : 1) + (options.chat.empty() ? 0 : 1) +
                    (options.email.empty() ? 0 : 1);
  if (named != 1)
    return fail(ErrorCode::kInvalid, "name whom: one of --visitor, --chat and --email");
  HF_CHECKED(parse_cut(options.until));
  HF_TRY(concerned, look(client, options));
  EraseAnswer answer;
  if (concerned.text.empty() && !options.email.empty()) {
    answer.text =
        fmt::format("nobody on \"{}\" gave the address {}\n", options.site, options.email);
    return answer;
  }
  say(concerned.text.empty() ? "nothing of theirs is held here now" : concerned.text);
  if (!options.yes) {
    answer.text = fmt::format(
        "{} texts would be erased for good, in both deployments, in browsers and in the next "
        "backup; nothing was erased: add --yes\n",
        concerned.bodies);
    return answer;
  }
  HF_TRY(until, cut_of(client, options, concerned));
  HF_CHECKED(write(client, random, clock, options, concerned, until));
  HF_CHECKED(wait_for_it(client, clock, say));
  HF_TRY(peer, where_the_peer_stands(client));
  answer.erased = true;
  answer.text = fmt::format(
      "erased: no file of this deployment has these texts any more; {}\nexisting backup folders "
      "lose them with the next `holdfast backup` into them\n",
      peer);
  return answer;
}

Result<std::string> confirm_ledger(DeploymentClient& client) {
  HF_TRY(before, client.get("/v1/admin/erasures"));
  HF_TRY(doubt, json::get_bool(before, "in_doubt"));
  if (!doubt) return std::string("nothing is hidden: the ledger of erasures is whole");
  HF_TRY(after, client.post("/v1/admin/erasures", R"({"confirm":true})"));
  HF_TRY(count, json::get_int(after, "count"));
  return fmt::format(
      "confirmed: old transcripts are shown again; {} erasures are known here and obeyed", count);
}

}  // namespace holdfast::app
