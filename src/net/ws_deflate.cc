#include "net/ws_deflate.h"

#include <zlib.h>

#include <array>
#include <vector>

#include "base/check.h"
#include "net/decimal.h"
#include "net/header_list.h"
#include "net/http_message.h"

namespace holdfast::net {
namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);

struct Parameter {
  std::string_view name;
  std::optional<std::string_view> value;
};

Parameter parameter_of(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {text, std::nullopt};
  auto value = trimmed(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return {trimmed(text.substr(0, equals)), value};
}

// zlib cannot make a raw stream with a window of 8 bits.
std::optional<int> window_bits(const Parameter& parameter) {
  if (!parameter.value) return std::nullopt;
  const auto bits = parse_decimal(*parameter.value, 15);
  if (!bits || *bits < 9) return std::nullopt;
  return static_cast<int>(*bits);
}

std::optional<DeflateAgreement> accept_one(std::string_view offer) {
  const auto parts = split(offer, ';');
  if (parts[0] != kName) return std::nullopt;
  DeflateAgreement agreement{{}, std::string(kName)};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto parameter = parameter_of(parts[i]);
    if (parameter.name == "server_no_context_takeover" && !parameter.value) {
      agreement.terms.own_context_reset = true;
      agreement.response += "; server_no_context_takeover";
    } else if (parameter.name == "client_no_context_takeover" && !parameter.value) {
      agreement.terms.their_context_reset = true;
      agreement.response += "; client_no_context_takeover";
    } else if (parameter.name == "server_max_window_bits") {
      const auto bits = window_bits(parameter);
      if (!bits) return std::nullopt;
      agreement.terms.own_window_bits = *bits;
      agreement.response += fmt::format("; server_max_window_bits={}", *bits);
    } else if (parameter.name !=
               "client_max_window_bits") {  // a hint; our expander has the largest window anyway
      return std::nullopt;
    }
  }
  return agreement;
}

}  // namespace

std::optional<DeflateAgreement> accept_deflate_offer(std::string_view offers) {
  for (const auto offer : split(offers, ',')) {
    if (auto agreement = accept_one(offer)) return agreement;
  }
  return std::nullopt;
}

std::string deflate_offer() {
  return std::string(kName);
}

Result<std::optional<DeflateTerms>> read_deflate_answer(std::string_view answer) {
  if (answer.empty()) return std::nullopt;
  const auto parts = split(answer, ';');
  if (parts[0] != kName)
    return fail(ErrorCode::kInvalid, "an extension that was not offered: {}", answer);
  DeflateTerms terms;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto parameter = parameter_of(parts[i]);
    if (parameter.name == "server_no_context_takeover") {
      terms.their_context_reset = true;
    } else if (parameter.name == "client_no_context_takeover") {
      terms.own_context_reset = true;
    } else if (parameter.name == "server_max_window_bits" && window_bits(parameter)) {
      continue;  // our expander has the largest window anyway
    } else {
      return fail(ErrorCode::kInvalid, "a parameter that was not offered: {}", parts[i]);
    }
  }
  return terms;
}

struct WsDeflate::Impl {
  DeflateTerms terms;
  z_stream out{};
  z_stream in{};
};

WsDeflate::WsDeflate(const DeflateTerms& terms) : impl_(std::make_unique<Impl>()) {
  impl_->terms = terms;
  CHECK(deflateInit2(&impl_->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -terms.own_window_bits, 8,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  CHECK(inflateInit2(&impl_->in, -15) == Z_OK);
}

WsDeflate::~WsDeflate() {
  deflateEnd(&impl_->out);
  inflateEnd(&impl_->in);
}

std::string WsDeflate::compress(std::string_view message) {
  z_stream& z = impl_->out;
  std::string out;
  std::array<Bytef, 16'384> chunk;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
  z.avail_in = static_cast<uInt>(message.size());
  do {
    z.next_out = chunk.data();
    z.avail_out = chunk.size();
    deflate(&z, Z_SYNC_FLUSH);
    out.append(reinterpret_cast<char*>(chunk.data()), chunk.size() - z.avail_out);
  } while (z.avail_out == 0);
  if (out.ends_with(kTail)) out.resize(out.size() - kTail.size());
  if (out.empty()) out.push_back('\0');  // RFC 7692 §7.2.3.6: an empty message is one empty block
  if (impl_->terms.own_context_reset) deflateReset(&z);
  return out;
}

Result<std::string> WsDeflate::expand(std::string_view message, std::size_t bytes_max) {
  z_stream& z = impl_->in;
  std::string out;
  std::array<Bytef, 16'384> chunk;
  for (const std::string_view part : {message, kTail}) {
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    z.avail_in = static_cast<uInt>(part.size());
    int answer = Z_OK;
    do {
      z.next_out = chunk.data();
      z.avail_out = chunk.size();
      answer = inflate(&z, Z_SYNC_FLUSH);
      if (answer != Z_OK && answer != Z_BUF_ERROR && answer != Z_STREAM_END) {
        return fail(ErrorCode::kInvalid, "not a deflate stream");
      }
      out.append(reinterpret_cast<char*>(chunk.data()), chunk.size() - z.avail_out);
      if (out.size() > bytes_max)
        return fail(ErrorCode::kFull, "more than {} bytes once expanded", bytes_max);
      if (answer == Z_STREAM_END) inflateReset(&z);
    } while (z.avail_out == 0 || (z.avail_in > 0 && answer != Z_BUF_ERROR));
  }
  if (impl_->terms.their_context_reset) inflateReset(&z);
  return out;
}

}  // namespace holdfast::net
