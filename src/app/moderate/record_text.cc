#include "app/moderate/record_text.h"

#include <utility>

#include "base/json.h"
#include "moderator/signing.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

json::Object json_of(const moderator::Maintenance& maintenance) {
  json::Object object;
  object["deployment"] = protocol::name_of(maintenance.deployment);
  object["by"] = maintenance.by;
  object["since"] = maintenance.since.value();
  if (maintenance.safe) object["safe"] = maintenance.safe->value();
  object["interrupted"] = maintenance.interrupted;
  return object;
}

Result<moderator::Maintenance> read_maintenance(const json::Object& object) {
  HF_TRY(name, json::get_text(object, "deployment"));
  const auto deployment = protocol::deployment_named(name);
  if (!deployment) return fail(ErrorCode::kInvalid, "maintenance.deployment: \"{}\" is none", name);
  HF_TRY(by, json::get_text(object, "by"));
  HF_TRY(since, json::get_int(object, "since"));
  HF_TRY(safe, json::find_int(object, "safe"));
  HF_TRY(interrupted, json::get_bool(object, "interrupted"));
  moderator::Maintenance read{*deployment, std::string(by), WallMs(since), {}, interrupted};
  if (safe) read.safe = WallMs(*safe);
  return read;
}

}  // namespace

std::string record_text(const moderator::Record& record) {
  json::Object object;
  object["v"] = 1;
  if (record.verdict) object["verdict"] = *json::parse(record.verdict->text);
  object["frozen"] = record.frozen;
  json::Array moves;
  for (const WallMs at : record.moves) moves.push_back(at.value());
  object["moves"] = std::move(moves);
  if (record.maintenance) object["maintenance"] = json_of(*record.maintenance);
  return json::serialize(object);
}

Result<moderator::Started> read_record(std::string_view text, const VerdictKeys& keys) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(version, json::get_int(object, "v"));
  if (version != 1) return fail(ErrorCode::kInvalid, "v: {} is of a newer program", version);
  moderator::Started started;
  HF_TRY(frozen, json::get_bool(object, "frozen"));
  started.stored.frozen = frozen;
  HF_TRY(moves, json::get_array(object, "moves"));
  for (const json::Value& at : *moves) {
    if (!at.is_int64()) return fail(ErrorCode::kInvalid, "moves: not an integer");
    started.stored.moves.push_back(WallMs(at.get_int64()));
  }
  HF_TRY(maintenance, json::find_object(object, "maintenance"));
  if (maintenance != nullptr) {
    HF_TRY(read, read_maintenance(*maintenance));
    started.stored.maintenance = std::move(read);
  }
  HF_TRY(verdict, json::find_object(object, "verdict"));
  if (verdict == nullptr) return started;
  HF_TRY(heard, moderator::read_heard(json::serialize(*verdict), keys.moderators, keys.own));
  started.stored.verdict = std::move(heard.verdict);
  started.signer = heard.trust;
  return started;
}

}  // namespace holdfast::app
