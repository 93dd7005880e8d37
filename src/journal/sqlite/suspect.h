// The note `journal.db.suspect` beside a journal: SQLite itself found the file damaged while it was
// in use, so it is looked at whole before it is used again.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::journal {

std::string suspect_note(const std::string& path);  // its file name
void mark_suspect(const std::string& path, std::string_view why);

}  // namespace holdfast::journal
