// Files as browsers fetch them: a third of the bytes on the wire.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::net {

// RFC 1952, as small as zlib can make it: for what is compressed once and sent often.
std::string gzip(std::string_view bytes);

// What an Accept-Encoding header says of gzip (RFC 9110 §12.5.3). Without the header: no.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace holdfast::net
