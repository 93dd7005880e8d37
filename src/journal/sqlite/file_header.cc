#include "journal/sqlite/file_header.h"

#include <algorithm>
#include <fstream>

#include "journal/sqlite/page_scan.h"

namespace holdfast::journal {

FileHeader::FileHeader(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
  size_ = static_cast<std::size_t>(file.gcount());
}

bool FileHeader::is_ours() const {
  struct Field {
    std::size_t at, size;
    std::uintmax_t value;
    bool comes_later = false;  // with the first table, which may still stand in the WAL
  };
  constexpr Field kConstant[] = {
      {16, 2, kPageSize}, {18, 1, 2},  // written with a WAL
      {19, 1, 2},                      // and read
      {20, 1, 0},                      // bytes of each page that are nobody's
      {21, 1, 64},        {22, 1, 32}, {23, 1, 32}, {44, 4, 4, true},  // form of the schema
      {52, 4, 0},         {64, 4, 0},  // no vacuum of its own accord
      {56, 4, 1, true},                // UTF-8
  };
  return std::ranges::all_of(kConstant, [this](const Field& field) {
    const std::uintmax_t found = number(field.at, field.size);
    return found == field.value || (field.comes_later && found == 0);
  });
}

std::uintmax_t FileHeader::number(std::size_t at, std::size_t size) const {
  std::uintmax_t value = 0;
  for (std::size_t i = at; i < at + size; ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes_[i]);
  return value;
}

}  // namespace holdfast::journal
