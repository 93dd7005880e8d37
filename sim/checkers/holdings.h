// What one journal lacks of another, by the numbers alone.
#pragma once

#include <cstddef>
#include <string>

#include "protocol/intervals.h"

namespace holdfast::sim {

// How many entries `theirs` holds and `ours` does not; `first` says where.
std::size_t lacking(const protocol::Holdings& ours, const protocol::Holdings& theirs,
                    std::string* first = nullptr);

}  // namespace holdfast::sim
