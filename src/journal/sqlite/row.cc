#include "journal/sqlite/row.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/plant.h"
#include "journal/sqlite/crc32c.h"
#include "protocol/hlc.h"

namespace holdfast::journal {
namespace {

std::optional<std::string_view> text_or_null(const Query& query, int at) {
  if (query.is_null(at)) return std::nullopt;
  return query.text(at);
}

void bind_or_null(Query& query, int at, const std::optional<std::string_view>& text) {
  if (text) {
    query.bind(at, *text);
  } else {
    query.bind_null(at);
  }
}

// Feeds fields into a checksum, a line feed after each but the last.
class Fields {
 public:
  Fields& add(std::string_view text) {
    if (!first_) crc_.update("\n");
    first_ = false;
    crc_.update(text);
    return *this;
  }
  Fields& add(const Hash32& hash) { return add(text_of(view_of(hash))); }
  Fields& add(std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return add(std::string_view(digits.data(), end));
  }
  std::uint32_t value() const { return crc_.value(); }

 private:
  Crc32c crc_;
  bool first_ = true;
};

}  // namespace

Row read_row(const Query& query, int first) {
  Row row;
  row.arrival = Arrival(query.unsigned_number(first));
  row.origin = OriginNumber(query.number(first + 1));
  row.seq = protocol::Seq(query.unsigned_number(first + 2));
  row.before = query.hash(first + 3);
  row.h = query.hash(first + 4);
  row.chat = ChatNumber(query.number(first + 5));
  row.kind = query.text(first + 6);
  row.digest = query.hash(first + 7);
  row.acc_origin = OriginNumber(query.number(first + 8));
  row.acc_seq = protocol::Seq(query.unsigned_number(first + 9));
  row.hlc = query.text(first + 10);
  row.key = query.text(first + 11);
  row.mac = query.hash(first + 12);
  if (!query.is_null(first + 13)) row.content = Arrival(query.unsigned_number(first + 13));
  row.head = text_or_null(query, first + 14);
  row.body = text_or_null(query, first + 15);
  row.crc = static_cast<std::uint32_t>(query.number(first + 16));
  return row;
}

void bind_row(Query& query, int at, const Row& row) {
  query.bind(at, row.origin.value())
      .bind(at + 1, row.seq.value())
      .bind(at + 2, row.before)
      .bind(at + 3, row.h);
  query.bind(at + 4, row.chat.value()).bind(at + 5, row.kind).bind(at + 6, row.digest);
  query.bind(at + 7, row.acc_origin.value()).bind(at + 8, row.acc_seq.value());
  query.bind(at + 9, row.hlc).bind(at + 10, row.key).bind(at + 11, row.mac);
  if (row.content) {
    query.bind(at + 12, row.content->value());
  } else {
    query.bind_null(at + 12);
  }
  bind_or_null(query, at + 13, row.head);
  bind_or_null(query, at + 14, row.body);
  query.bind(at + 15, static_cast<std::int64_t>(row.crc));
}

std::uint32_t checksum(const Row& row, const RowNames& names) {
  Fields fields;
  fields.add(row.arrival.value())
      .add(names.origin.value())
      .add(row.seq.value())
      .add(row.before)
      .add(row.h);
  fields.add(names.site.value()).add(names.chat.value()).add(row.kind).add(row.digest);
  fields.add(names.acc_origin.value())
      .add(row.acc_seq.value())
      .add(row.hlc)
      .add(row.key)
      .add(row.mac);
  fields.add(row.content ? row.content->value() : 0);
  fields.add(row.head.value_or("")).add(row.body.value_or(""));
  return fields.value();
}

Result<std::optional<FoundNames>> check_row(const Row& row, Names& names) {
  auto origin = names.origin(row.origin);
  auto acc_origin = names.origin(row.acc_origin);
  auto chat = names.chat(row.chat);
  if (origin && acc_origin && chat) {
    FoundNames found{.origin = *origin, .acc_origin = *acc_origin, .chat = *chat};
    if (checksum(row, found.view()) == row.crc || planted(Plant::kRowUnchecked)) return found;
  }
  // Whoever put it away because of a damaged name would go on with every row under that name.
  HF_CHECKED(names.check_agreement(row.origin));
  HF_CHECKED(names.check_agreement(row.acc_origin));
  HF_CHECKED(names.check_agreement(row.chat));
  return std::nullopt;
}

std::optional<protocol::Author> opener_of(const Row& row) {
  if (row.kind != "open" || !row.head) return std::nullopt;
  const auto content = protocol::parse_content(std::string(*row.head), std::nullopt);
  if (!content) return std::nullopt;
  return (*content)->head.author;
}

protocol::Entry entry_of(const Row& row, const RowNames& names, protocol::ContentPtr content) {
  return {.origin = names.origin,
          .seq = row.seq,
          .h = protocol::ChainHash(row.h),
          .content = std::move(content),
          .acceptance = {.origin = names.acc_origin,
                         .seq = row.acc_seq,
                         .hlc = protocol::parse_hlc(row.hlc).value_or(protocol::Hlc(0)),
                         .key = protocol::KeyId(std::string(row.key)),
                         .mac = protocol::Mac(row.mac)},
          .before = protocol::ChainHash(row.before)};
}

}  // namespace holdfast::journal
