// Makes the golden vectors: the text of each file, always the same.
#pragma once

#include <map>
#include <string>

namespace holdfast::vectors {

std::string content_json();
std::string bodies_json();
std::string names_json();
std::string chain_json();
std::string sets_json();
std::string registers_json();
std::string documents_json();
std::string frames_json();

std::map<std::string, std::string> all();  // file name -> text

}  // namespace holdfast::vectors
