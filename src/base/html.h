// Text that somebody wrote, as a part of a page.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// For the content of an element and for an attribute in double quotes.
std::string html_escaped(std::string_view text);

}  // namespace holdfast
