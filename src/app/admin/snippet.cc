#include "app/admin/snippet.h"

#include <fmt/format.h>
#include <sodium.h>

#include <fstream>
#include <iterator>

#include "app/serve/client_facts.h"
#include "app/serve/serve.h"
#include "base/crypto.h"
#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr std::string_view kScriptStart = "<script>";
constexpr std::string_view kScriptEnd = "</script>";

// As JSON that no HTML parser stumbles over.
std::string in_script(const json::Value& value) {
  std::string out;
  for (const char c : json::serialize(value)) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

// The part of /v1/client.json that is the same at both deployments.
Result<json::Object> told_facts(const node::Config& config) {
  HF_TRY(facts, json::parse_object(client_facts(config)));
  json::Object told;
  for (const auto* field : {"deployments", "moderators", "moderatorKeys"}) {
    told[field] = facts.at(field);
  }
  return told;
}

bool put(std::string& text, std::string_view place, const std::string& what) {
  const auto at = text.find(place);
  if (at == std::string::npos) return false;
  text.replace(at, place.size(), what);
  return true;
}

std::string base64(const Hash32& hash) {
  std::string out(sodium_base64_ENCODED_LEN(hash.bytes.size(), sodium_base64_VARIANT_ORIGINAL),
                  '\0');
  sodium_bin2base64(out.data(), out.size(), hash.bytes.data(), hash.bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the zero at its end
  return out;
}

std::string script_hash(std::string_view html) {
  const auto start = html.find(kScriptStart) + kScriptStart.size();
  return fmt::format("'sha256-{}'",
                     base64(sha256(html.substr(start, html.rfind(kScriptEnd) - start))));
}

void add_sources(const std::vector<std::string>& urls, Snippet& snippet) {
  for (const auto& url : urls) {
    snippet.script_sources += (snippet.script_sources.empty() ? "" : " ") + url;
    snippet.connect_sources += fmt::format("{}{} ws{}", snippet.connect_sources.empty() ? "" : " ",
                                           url, url.substr(4));  // http… and ws…
  }
}

}  // namespace

Result<Snippet> make_snippet(const std::string& template_text, const std::string& site,
                             const node::Config& config) {
  if (!protocol::is_site(site) || site == protocol::kProbeSite) {
    return fail(ErrorCode::kInvalid,
                "\"{}\": a site is 1 to 32 of a-z, 0-9 and -, and begins with a letter or digit",
                site);
  }
  HF_TRY(facts, told_facts(config));
  Snippet snippet;
  snippet.html = template_text;
  if (!put(snippet.html, "HOLDFAST_FACTS", in_script(std::move(facts))) ||
      !put(snippet.html, "HOLDFAST_SITE", in_script(json::Value(site))) ||
      !snippet.html.contains(kScriptStart) || !snippet.html.contains(kScriptEnd)) {
    return fail(ErrorCode::kInvalid, "the template of the snippet is not one of this version");
  }
  snippet.hash = script_hash(snippet.html);
  const bool primary = config.deployment == protocol::Deployment::kPrimary;
  add_sources(primary ? config.own_urls : config.peer_urls, snippet);
  add_sources(primary ? config.peer_urls : config.own_urls, snippet);
  for (const auto& url : config.moderator_urls) snippet.connect_sources += " " + url;
  return snippet;
}

Result<std::string> read_snippet_template(const ServeConfig& config) {
  const auto root = config.web_root.empty() ? web_root_beside_program() : config.web_root;
  const auto path = root + "/widget/snippet.txt";
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kNotFound, "{}: not there; web.root names the folder with the pages",
                path);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string advice_of(const Snippet& snippet) {
  return fmt::format(
      "Copy it as it is into every page that should have the chat; docs/embedding.md says more.\n"
      "Pages with a Content-Security-Policy must allow:\n"
      "  script-src {} {}\n"
      "  connect-src {}\n",
      snippet.hash, snippet.script_sources, snippet.connect_sources);
}

}  // namespace holdfast::app
