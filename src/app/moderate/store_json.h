// What GET /v1/status tells of the record's store and of the other moderators over it, and the same
// as lines for people. Pure.
#pragma once

#include <string>

#include "app/moderate/record_store.h"
#include "base/json.h"

namespace holdfast::app {

// Adds `store` {"kind","where","answers","why"?,"warning"?} and, where it is shared, `moderators`:
// [{"name","listens","at_work","seen"}], without this one.
void add_store(json::Object& status, const RecordStore::Status& store);

// Of what add_store() made, maybe by another version of it; "" when there is nothing to say.
std::string store_lines(const json::Object& status);

}  // namespace holdfast::app
