#include "app/admin/backup_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "app/admin/erase_command.h"
#include "app/init/genesis.h"
#include "base/random.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BackupFolder : public ::testing::Test {
 protected:
  BackupFolder() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-backup-XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    keys = {{protocol::KeyId("c1"), protocol::KeyState::kActive, random.bytes<32>()}};
    entries = genesis_entries(
        {protocol::SiteId("shop"), "Shop", {"https://shop.example"}, "ann", "Ann", "-"}, keys,
        random, WallMs(1'700'000'000'000));
  }
  ~BackupFolder() override { fs::remove_all(dir); }

  Segment written() {
    auto writer = SegmentWriter::create(dir, 1).value();
    for (const auto& entry : entries) EXPECT_TRUE(writer.add(entry).has_value());
    return writer.finish().value();
  }
  Error reading(const Segment& segment, const std::vector<protocol::SecretKey>& with) {
    const auto read =
        read_segment(dir, segment, with, [](const protocol::Entry&) -> Result<void> { return {}; });
    return read ? Error{ErrorCode::kInvalid, "it was read"} : read.error();
  }
  std::string bytes(const std::string& name) {
    std::ifstream in(dir / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir / name, std::ios::binary) << text;
  }

  SeededRandom random{7};
  fs::path dir;
  std::vector<protocol::SecretKey> keys;
  std::vector<protocol::Entry> entries;
};

TEST_F(BackupFolder, GivesBackEveryEntryAsItWas) {
  const Segment segment = written();
  EXPECT_EQ(segment.entries, entries.size());
  std::vector<protocol::Entry> read;
  ASSERT_TRUE(read_segment(dir, segment, keys, [&](protocol::Entry entry) -> Result<void> {
                read.push_back(std::move(entry));
                return {};
              }).has_value());
  ASSERT_EQ(read.size(), entries.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].content->head_bytes, entries[i].content->head_bytes);
    EXPECT_EQ(read[i].content->body_bytes, entries[i].content->body_bytes);
    EXPECT_EQ(read[i].acceptance, entries[i].acceptance);
    EXPECT_EQ(read[i].h, entries[i].h);
  }
}

TEST_F(BackupFolder, ABitThatFlippedIsFoundWithTheNameOfTheFile) {
  const Segment segment = written();
  std::string damaged = bytes(segment.file);
  for (const std::size_t at : {std::size_t(0), damaged.size() / 2, damaged.size() - 1}) {
    std::string flipped = damaged;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    write(segment.file, flipped);
    const Error error = reading(segment, keys);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.why, HasSubstr(segment.file));
  }
}

TEST_F(BackupFolder, WhatWasForgedWithItsChecksumIsFoundByItsProofs) {
  Segment segment = written();
  std::string forged = bytes(segment.file);
  forged.replace(forged.find("Shop"), 4, "Fake");
  write(segment.file, forged);
  segment.sum = sha256(std::string_view(forged));
  EXPECT_EQ(reading(segment, keys).code, ErrorCode::kCorrupt);
}

TEST_F(BackupFolder, OtherKeysCannotVouchForIt) {
  const Segment segment = written();
  std::vector<protocol::SecretKey> others = keys;
  others[0].bytes = random.bytes<32>();
  EXPECT_EQ(reading(segment, others).code, ErrorCode::kDenied);
  others[0].id = protocol::KeyId("c2");
  const Error error = reading(segment, others);
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.why, HasSubstr("another installation"));
}

TEST_F(BackupFolder, AWriterThatDiesLeavesNoFile) {
  {
    auto writer = SegmentWriter::create(dir, 3).value();
    ASSERT_TRUE(writer.add(entries[0]).has_value());
  }
  EXPECT_TRUE(fs::is_empty(dir));
}

TEST_F(BackupFolder, AManifestIsReadBackAndABadOneNamesItsFault) {
  Manifest manifest;
  manifest.deployment = protocol::Deployment::kRedundant;
  manifest.segments.push_back(written());
  manifest.last = journal::Arrival(7);
  manifest.erasures = {3, sha256(std::string_view("x")), false};
  ASSERT_TRUE(write_manifest(dir, manifest).has_value());
  const auto read = read_manifest(dir).value();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->deployment, manifest.deployment);
  EXPECT_EQ(read->segments.at(0).sum, manifest.segments[0].sum);
  EXPECT_EQ(read->erasures, manifest.erasures);

  const std::string whole = bytes("manifest.json");
  const auto why = [&](const std::string& from, const std::string& to) {
    std::string changed = whole;
    changed.replace(changed.find(from), from.size(), to);
    write("manifest.json", changed);
    const auto bad = read_manifest(dir);
    return bad ? std::string("it was read") : bad.error().why;
  };
  EXPECT_THAT(why("\"format\":1", "\"format\":2"), HasSubstr("format 2"));
  EXPECT_THAT(why("segment-000001", "../../etc/pass"), HasSubstr("no name of a segment"));
  EXPECT_THAT(why("redundant", "third"), HasSubstr("deployment"));
  EXPECT_THAT(why("\"last\":7", "\"last\":-7"), HasSubstr("last"));
  write("manifest.json", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(read_manifest(dir).error().why, HasSubstr("manifest.json"));
}

TEST(EraseCommand, ACutIsNowADayOrATime) {
  EXPECT_FALSE(parse_cut("now")->has_value());
  EXPECT_EQ(parse_cut("2026-11-23")->value(), WallMs(1'795'392'000'000));
  EXPECT_EQ(parse_cut("2026-11-23T09:30:00Z")->value(), WallMs(1'795'426'200'000));
  for (const char* bad :
       {"", "tomorrow", "2026-11-23 09:30", "23.11.2026", "2026-11-23T09:30:00Zx"})
    EXPECT_THAT(parse_cut(bad).error().why, HasSubstr("until")) << bad;
}

}  // namespace
}  // namespace holdfast::app
