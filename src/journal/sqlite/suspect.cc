#include "journal/sqlite/suspect.h"

#include <fstream>

namespace holdfast::journal {

std::string suspect_note(const std::string& path) {
  return path + ".suspect";
}

void mark_suspect(const std::string& path, std::string_view why) {
  std::ofstream(suspect_note(path)) << why << '\n';
}

}  // namespace holdfast::journal
