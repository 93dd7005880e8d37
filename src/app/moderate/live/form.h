// What a browser sends of a form: application/x-www-form-urlencoded (WHATWG URL, section 5). Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace holdfast::app {

// Of two fields of one name the first counts. What is not encoded as it should be stands as it is.
std::map<std::string, std::string, std::less<>> read_form(std::string_view body);

// Of "a=1; b=2": the value of the first cookie of that name, or "".
std::string_view cookie_named(std::string_view cookies, std::string_view name);

}  // namespace holdfast::app
