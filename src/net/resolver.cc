#include <boost/asio/ip/tcp.hpp>

#include <cstring>

#include "net/address.h"
#include "net/loop_impl.h"

namespace holdfast::net {
namespace {

using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;

SocketAddress address_of(const boost::asio::ip::tcp::endpoint& endpoint) {
  SocketAddress address;
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  address.size = static_cast<socklen_t>(endpoint.size());
  return address;
}

}  // namespace

void resolve(Loop& loop, const std::string& host, std::uint16_t port,
             std::function<void(Result<std::vector<SocketAddress>>)> then) {
  if (auto numeric = parse_address(host, port)) {
    loop.post([then = std::move(then), address = *numeric] { then(std::vector{address}); });
    return;
  }
  const auto resolver = std::make_shared<Resolver>(loop.impl().context);
  resolver->async_resolve(
      host, std::to_string(port),
      [resolver, host, then = std::move(then)](const boost::system::error_code& error,
                                               const Resolver::results_type& results) {
        if (error || results.empty()) {
          then(fail(ErrorCode::kUnavailable, "no address for {}: {}", host, error.message()));
          return;
        }
        std::vector<SocketAddress> addresses;
        for (const auto& result : results) addresses.push_back(address_of(result.endpoint()));
        then(std::move(addresses));
      });
}

}  // namespace holdfast::net
