// The record as text, the same in a file and in etcd:
//
//   {"v":1,"verdict":{"p":…,"k":…,"s":…},"frozen":false,"moves":[1700000000000],
//    "maintenance":{"deployment":"primary","by":"a:cli","since":1700000000000,"safe":…,
//                   "interrupted":false}}
//
// `maintenance` is there while a deployment is in it, `safe` once it may be stopped. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "moderator/moderator.h"
#include "protocol/keys.h"

namespace holdfast::app {

// Whose verdicts count, and which of the keys is this moderator's own.
struct VerdictKeys {
  std::vector<protocol::PublicKey> moderators;
  protocol::KeyId own;
};

std::string record_text(const moderator::Record& record);
// kInvalid names what is wrong.
Result<moderator::Started> read_record(std::string_view text, const VerdictKeys& keys);

}  // namespace holdfast::app
