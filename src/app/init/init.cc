#include "app/init/init.h"

#include <fstream>

#include "app/config/keys_file.h"
#include "app/config/parsers.h"
#include "app/init/config_text.h"
#include "app/init/genesis.h"
#include "app/init/seed.h"
#include "base/crypto.h"
#include "moderator/policy.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> in_option(std::string_view option, const Error& error) {
  return fail(ErrorCode::kInvalid, "{}: {}", option, error.why);
}

Result<Places> read_places(const InitOptions& options) {
  Places places;
  for (const auto& [option, text, place] :
       {std::tuple{"--primary-url", &options.primary_url, &places.primary},
        std::tuple{"--redundant-url", &options.redundant_url, &places.redundant},
        std::tuple{"--moderator-url", &options.moderator_url, &places.moderator}}) {
    auto url = parse_dial_url(*text);
    if (!url) return in_option(option, url.error());
    *place = std::move(*url);
  }
  if (places.primary == places.redundant) {
    return fail(ErrorCode::kInvalid, "--primary-url and --redundant-url are the same place");
  }
  return places;
}

Result<Genesis> read_genesis(const InitOptions& options, const Places& places) {
  if (!protocol::is_site(options.site) || options.site == protocol::kProbeSite) {
    return fail(
        ErrorCode::kInvalid,
        "--site: \"{}\" must be 1 to 32 of a-z, 0-9 and -, and begin with a letter or digit",
        options.site);
  }
  if (!protocol::is_operator("o:" + options.operator_id)) {
    return fail(
        ErrorCode::kInvalid,
        "--operator: \"{}\" must be 1 to 32 of a-z, 0-9 and -, and begin with a letter or digit",
        options.operator_id);
  }
  Genesis genesis;
  genesis.site = protocol::SiteId(options.site);
  genesis.site_name = options.site_name.empty() ? options.site : options.site_name;
  genesis.operator_id = options.operator_id;
  genesis.operator_name =
      options.operator_name.empty() ? options.operator_id : options.operator_name;
  genesis.origins = options.origins;
  for (const auto& origin : options.origins) {
    if (auto parsed = parse_origin(origin); !parsed) return in_option("--origin", parsed.error());
  }
  if (genesis.origins.empty())
    genesis.origins = {places.primary.origin(), places.redundant.origin()};
  return genesis;
}

Result<void> claim_folder(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error)
    return fail(ErrorCode::kIo, "{}: cannot be created: {}", dir.string(), error.message());
  const auto inside = fs::directory_iterator(dir, error);
  if (error) return fail(ErrorCode::kIo, "{}: cannot be read: {}", dir.string(), error.message());
  if (inside != fs::directory_iterator()) {
    return fail(ErrorCode::kConflict, "{}: is not empty; nothing was changed. Name a new folder",
                dir.string());
  }
  return {};
}

Result<void> write_file(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(ErrorCode::kIo, "{}: cannot be written", file.string());
  return {};
}

Result<void> write_all(const InitOptions& options, const Places& places, Genesis genesis,
                       const std::string& password, Random& random, WallMs now) {
  const auto& dir = options.dir;
  const auto keys = make_deployment_keys(random, now);
  const auto moderator_keys = make_moderator_keys(keys, random, now);
  const auto pair = Ed25519KeyPair::from_seed(moderator_keys.signing.bytes);
  const ModeratorPublic moderator{moderator_keys.signing.id.value(),
                                  Hash32{pair.public_key().bytes}.base64url()};

  HF_CHECKED(write_secret_file(dir / "deployment.keys", keys_text(keys)));
  HF_CHECKED(write_secret_file(dir / "moderator.keys", keys_text(moderator_keys)));
  for (const auto deployment : {protocol::Deployment::kPrimary, protocol::Deployment::kRedundant}) {
    const auto file = fmt::format("{}.toml", protocol::name_of(deployment));
    HF_CHECKED(write_file(dir / file, serve_config_text(deployment, places, moderator)));
  }
  HF_CHECKED(
      write_file(dir / "moderator.toml", moderate_config_text(places, moderator, options.profile)));

  HF_TRY(hash, hash_password(password));
  genesis.password_hash = std::move(hash);
  return seed_journal(dir / "primary", genesis_entries(genesis, keys.cluster, random, now), now);
}

void forget(const fs::path& dir) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(dir, ignored))
    fs::remove_all(entry.path(), ignored);
}

}  // namespace

Result<InitReport> run_init(const InitOptions& options, Random& random, Clock& clock) {
  HF_TRY(places, read_places(options));
  HF_TRY(genesis, read_genesis(options, places));
  if (auto known = moderator::profile(options.profile); !known)
    return in_option("--profile", known.error());
  if (options.password && options.password->size() < 8)
    return fail(ErrorCode::kInvalid, "--password: at least 8 characters");
  HF_CHECKED(claim_folder(options.dir));

  InitReport report;
  report.password = options.password ? *options.password : make_password(random);
  report.far_apart = !listen_address_of(places.primary).starts_with("127.");
  if (auto written = write_all(options, places, genesis, report.password, random, clock.now().wall);
      !written) {
    forget(options.dir);
    return std::unexpected(written.error());
  }
  return report;
}

std::string next_steps(const InitOptions& options, const InitReport& report,
                       const std::string& program) {
  std::string text = fmt::format(
      R"(Made {dir}: keys, primary.toml, redundant.toml, moderator.toml, and the first site "{site}".

  operator   {operator}
  password   {password}{once}

Next, in two terminals:

  {program} serve --config {dir}/primary.toml
  {program} serve --config {dir}/redundant.toml

Then open {url}/console/. To fail over by itself, at a third place:

  {program} moderate --config {dir}/moderator.toml

What your pages need for the chat:

  {program} site snippet {site} --config {dir}/primary.toml
)",
      fmt::arg("dir", options.dir.string()), fmt::arg("site", options.site),
      fmt::arg("operator", options.operator_id), fmt::arg("password", report.password),
      fmt::arg("once", options.password ? "" : "   (shown once: keep it)"),
      fmt::arg("program", program), fmt::arg("url", options.primary_url));
  if (report.far_apart) {
    text += fmt::format(
        "\nEach deployment belongs to a data centre of its own: copy redundant.toml and "
        "deployment.keys to the one, moderator.toml\n"
        "and moderator.keys to a third place, and keep their mode of 600. Across a WAN use https "
        "URLs. The Redundant Deployment\n"
        "fetches the settings from Primary as soon as the two see each other.\n");
  }
  return text;
}

}  // namespace holdfast::app
