// The first hundred bytes of an SQLite file: https://www.sqlite.org/fileformat2.html §1.3.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace holdfast::journal {

class FileHeader {
 public:
  explicit FileHeader(const std::string& path);

  bool is_empty() const { return size_ == 0; }  // so is that of a file that is not there

  // How many pages the file says it has: fewer bytes than that are a truncated file, or a
  // checkpoint that was interrupted.
  std::uintmax_t pages() const { return number(28, 4); }

  // Whether all that none of our files ever changes is as it was written. SQLite takes it at its
  // word: after one wrong byte it writes nothing any more, or what cannot be read afterwards.
  bool is_ours() const;

 private:
  std::uintmax_t number(std::size_t at, std::size_t size) const;

  std::array<char, 100> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace holdfast::journal
