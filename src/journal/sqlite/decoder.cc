#include "journal/sqlite/decoder.h"

#include <utility>

#include "base/log.h"

namespace holdfast::journal {

Result<std::optional<StoredEntry>> Decoder::decode(const Row& row) {
  HF_TRY(names, check_row(row, names_));
  if (!names) {
    suspects_.rows.emplace(row.arrival, "checksum of the row is wrong");
    return std::nullopt;
  }
  HF_TRY(content, content_of(row));
  if (!content) return std::nullopt;
  if ((*content)->digest.value() != row.digest) {
    suspects_.rows.emplace(row.arrival, "the digest is not that of the head");
    return std::nullopt;
  }
  return StoredEntry{row.arrival, entry_of(row, names->view(), *std::move(content))};
}

Result<std::optional<protocol::ContentPtr>> Decoder::content_of(const Row& row) {
  if (row.content) return content_in(*row.content, row);
  if (!row.head) {
    suspects_.rows.emplace(row.arrival, "it has no head");
    return std::nullopt;
  }
  auto content = protocol::parse_content(
      std::string(*row.head), row.body ? std::optional<std::string>(*row.body) : std::nullopt);
  if (!content) {
    shared_.undecodable.fetch_add(1, std::memory_order_relaxed);
    log::warn("journal", "row {} is of a form that this version cannot read: {}", row.arrival,
              content.error().why);
    return std::nullopt;
  }
  contents_.emplace(row.arrival, *content);
  return *content;
}

Result<std::optional<protocol::ContentPtr>> Decoder::content_in(Arrival holder, const Row& row) {
  if (const auto known = contents_.find(holder); known != contents_.end()) return known->second;
  Query query(statements_.holder);
  HF_TRY(present, query.bind(1, holder.value()).step());
  if (present) {
    const Row held = read_row(query);
    HF_TRY(names, check_row(held, names_));
    if (names && held.head && !held.content) return content_of(held);
  }
  suspects_.rows.emplace(row.arrival,
                         fmt::format("its content should stand in row {} and does not", holder));
  suspects_.rows.emplace(holder, "checksum of the row is wrong");
  return std::nullopt;
}

Result<std::optional<StoredEntry>> Decoder::fetch(Arrival arrival, const Wanted& wanted) {
  Query query(statements_.row);
  HF_TRY(present, query.bind(1, arrival.value()).step());
  if (!present) {
    suspects_.rows.emplace(arrival, "the row is missing");
    return std::nullopt;
  }
  const Row row = read_row(query);
  HF_TRY(entry, decode(row));
  if (!entry || wanted.is(row)) return entry;
  suspects_.misled = true;
  return std::nullopt;
}

Result<std::vector<StoredEntry>> Decoder::fetch_all(const std::vector<Arrival>& arrivals,
                                                    const Wanted& wanted) {
  std::vector<StoredEntry> entries;
  entries.reserve(arrivals.size());
  for (const Arrival arrival : arrivals) {
    HF_TRY(entry, fetch(arrival, wanted));
    if (entry) entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace holdfast::journal
