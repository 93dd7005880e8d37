// CRC-32C (Castagnoli, RFC 3720): finds every burst of damage up to 32 bits, and the rest with all
// but one chance in 2^32.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::journal {

class Crc32c {
 public:
  Crc32c& update(ByteView bytes);
  Crc32c& update(std::string_view text) { return update(view_of(text)); }
  std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xffffffff;
};

// Without the processor's help: for those that have none, and to test the fast one against.
std::uint32_t crc32c_by_table(ByteView bytes);

}  // namespace holdfast::journal
