#include "net/ws_frame.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace holdfast::net {
namespace {

constexpr std::array<std::uint8_t, 4> kMask = {1, 2, 3, 4};

std::string masked_frame(Opcode opcode, std::string payload, std::uint8_t first_bits = 0x80) {
  auto bytes = encode_ws_header(opcode, false, payload.size(), kMask);
  bytes[0] = static_cast<char>(first_bits | static_cast<std::uint8_t>(opcode));
  apply_mask(payload, kMask);
  return bytes + payload;
}

WsFrameReader server_reader(std::size_t payload_max = 100'000) {
  return WsFrameReader(true, false, payload_max);
}

TEST(WsFrame, SurvivesEveryLengthForm) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 70'000u}) {
    auto reader = server_reader();
    reader.add(masked_frame(Opcode::kText, std::string(size, 'x')));
    const auto frame = reader.take();
    ASSERT_TRUE(frame) << size;
    EXPECT_EQ(frame->payload, std::string(size, 'x'));
    EXPECT_FALSE(reader.take());
    EXPECT_FALSE(reader.error());
  }
}

TEST(WsFrame, IsTheSameHoweverItsBytesAreCut) {
  SeededRandom random(7);
  std::string stream;
  for (int i = 0; i < 50; ++i)
    stream += masked_frame(Opcode::kText,
                           std::string(random.below(300), static_cast<char>('a' + i % 26)));
  for (int round = 0; round < 20; ++round) {
    auto reader = server_reader();
    std::size_t frames = 0;
    for (std::size_t at = 0; at < stream.size();) {
      const auto size = std::min<std::size_t>(1 + random.below(200), stream.size() - at);
      reader.add(std::string_view(stream).substr(at, size));
      at += size;
      while (reader.take()) ++frames;
    }
    EXPECT_EQ(frames, 50u);
  }
}

TEST(WsFrame, RefusesWhatTheRfcForbids) {
  const auto refused = [](const std::string& bytes) {
    auto reader = server_reader();
    reader.add(bytes);
    return !reader.take() && reader.error() &&
           reader.error()->kind == WsFrameError::Kind::kProtocol;
  };
  EXPECT_TRUE(refused(encode_ws_header(Opcode::kText, false, 1, std::nullopt) + "x")) << "no mask";
  EXPECT_TRUE(refused(masked_frame(Opcode::kText, "x", 0xc0))) << "RSV1 without an extension";
  EXPECT_TRUE(refused(masked_frame(Opcode::kText, "x", 0x90))) << "RSV3";
  EXPECT_TRUE(refused(masked_frame(static_cast<Opcode>(3), "x"))) << "reserved opcode";
  EXPECT_TRUE(refused(masked_frame(Opcode::kPing, "x", 0x00))) << "fragmented ping";
  EXPECT_TRUE(refused(masked_frame(Opcode::kPing, std::string(126, 'x')))) << "long ping";
  EXPECT_TRUE(refused(std::string("\x81\xfe\x00\x05", 4) + "1234xxxxx"))
      << "length in too many bytes";
}

TEST(WsFrame, IsRefusedByItsHeaderAloneWhenTooLong) {
  auto reader = server_reader(1'000);
  reader.add(encode_ws_header(Opcode::kText, false, 1'001, kMask));
  EXPECT_FALSE(reader.take());
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->kind, WsFrameError::Kind::kTooLarge);
}

TEST(WsClose, CutsItsReasonAtACharacter) {
  const CloseReason reason{4001, std::string(122, 'x') + "é"};
  const auto payload = encode_close(reason);
  EXPECT_LE(payload.size(), 125u);
  EXPECT_EQ(decode_close(payload).why, std::string(122, 'x'));
}

TEST(WsClose, RefusesCodesThatMayNotBeSent) {
  for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
    EXPECT_EQ(decode_close(encode_close({code, ""})).code, kWsProtocolError) << code;
  }
  EXPECT_EQ(decode_close("x").code, kWsProtocolError);
  EXPECT_EQ(decode_close(std::string("\x03\xe8\xff", 3)).code, kWsProtocolError);
  EXPECT_EQ(decode_close("").code, 1005);
  EXPECT_EQ(decode_close(encode_close({4009, "again"})), (CloseReason{4009, "again"}));
}

}  // namespace
}  // namespace holdfast::net
