// A TCP client that sends exactly the bytes it is told to, and shares no code with what it tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::net {

class RawClient {
 public:
  // Aborts when nobody listens. `receive_buffer` > 0 makes it a reader with little room.
  RawClient(const std::string& ip, std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the other end is gone.
  bool send(std::string_view bytes);
  // Up to and including `end`; what came so far when the connection ends first. Waits at most 10 s.
  std::string read_until(std::string_view end);
  // Exactly `count` bytes, fewer when the connection ends first.
  std::string read(std::size_t count);
  // Everything up to the end of the connection.
  std::string read_all();
  void finish_sending();
  void reset();  // closes with RST

 private:
  bool receive();

  int fd_;
  std::string buffer_;
};

}  // namespace holdfast::net
